/**
 * The answers of the form as this page knows them: what the server confirmed, over which
 * revision the reader types, what is on its way, refused or in conflict.
 */

import * as display from "./display.js";
import * as fields from "./fields.js";
import { drop, keep } from "./store.js";

const form = document.getElementById("submission-form");
export const answers = new Map();

export function start(code) {
  const card = fields.cardOf(code);
  const texts = fields.textsOf(code);
  answers.set(code, {
    code,
    // A page that came back with refusals shows text the server does not have.
    confirmed: card.hasAttribute("data-unsaved") ? null : texts,
    refused: card.hasAttribute("data-unsaved") ? texts : null,
    revision: Number(form.elements[`${code}-revision`].value),
    pending: null,
    due: 0,
    problems: {},
    left: new Set(), // names of the fields the reader has been in and left
    conflict: display.conflictOf(code) ? { isServers: true } : null,
  });
}

export function isDirty(answer) {
  return !answer.confirmed || !fields.isSame(fields.textsOf(answer.code), answer.confirmed);
}

export function isUnsaved(answer) {
  return Boolean(answer.pending || answer.conflict || isDirty(answer));
}

export function unsaved() {
  return [...answers.values()].filter(isUnsaved);
}

export function isFocused(code) {
  return fields.cardOf(code).contains(document.activeElement);
}

export function remember(answer) {
  if (!isUnsaved(answer)) return drop(form.dataset.form, answer.code);
  const entry = { texts: fields.textsOf(answer.code), revision: answer.revision, pending: answer.pending };
  if (!keep(form.dataset.form, answer.code, entry)) display.showSummary("failed", display.words.noRoom);
  return undefined;
}

/** Whether the server has refused it as it stands, or asks which one stays. */
export function isRefused(answer) {
  if (answer.conflict) return true;
  return Boolean(answer.refused) && isDirty(answer) && fields.isSame(fields.textsOf(answer.code), answer.refused);
}

/** Whether there is something to send of it. */
export function isReady(answer) {
  if (answer.conflict) return false;
  return Boolean(answer.pending) || (isDirty(answer) && !isRefused(answer));
}

/** Refusals the reader is told now, by field: not in the middle of a word, nor before its turn. */
export function toldProblems(answer) {
  const { code, problems, left } = answer;
  if (!isFocused(code)) return problems;
  const here = fields.nameOf(document.activeElement);
  return Object.fromEntries(Object.entries(problems).filter(([name]) => name !== here && left.has(name)));
}
