/**
 * Saves each answer by itself, soon after it was typed, and shows what others saved.
 *
 * An answer is dirty while its fields read otherwise than the server confirmed. It is kept on
 * this device until then. One request at a time carries all answers that are due; a request
 * whose outcome is unknown is sent again with the same keys before anything newer, so that
 * nothing is saved twice and nobody's answer is overwritten unseen.
 */

import { answers, isDirty, isFocused, isReady, isRefused, isUnsaved, remember, start, toldProblems, unsaved } from "./answers.js";
import * as display from "./display.js";
import * as fields from "./fields.js";
import { Refusal, changes, newKey, renewToken, save } from "./connection.js";
import { drop, keptOf } from "./store.js";

const PAUSE_MS = 2000; // of somebody typing
const KEEP_MS = 300;
const ASK_MS = 10_000;
const WAITS_MS = [2000, 4000, 8000, 15_000, 30_000];
const SIGNED_OUT_MS = 5000;

const form = document.getElementById("submission-form");
const { words, fillIn } = display;
const listeners = new Set();

let since = Number(form.dataset.revision);
let isSending = false;
let failures = 0;
let blocked = null; // the refusal that keeps everything from being saved
let timer = 0;
let keepTimer = 0;
let hasSaved = false;
let savedAt = "";
let isSubmitting = false;

/* When answers are due */

function soon(answer, wait) {
  answer.due = Date.now() + wait;
  plan();
}

function plan(wait) {
  clearTimeout(timer);
  const waiting = [...answers.values()].filter(isReady);
  if (isSending || isStopped() || !waiting.length) return;
  const first = Math.min(...waiting.map((answer) => answer.due)) - Date.now();
  timer = setTimeout(send, Math.max(wait ?? first, 0));
}

export function changed(code, wait = PAUSE_MS) {
  const answer = answers.get(code);
  if (!answer) return;
  clearTimeout(keepTimer);
  keepTimer = setTimeout(() => answers.forEach((each) => isUnsaved(each) && remember(each)), KEEP_MS);
  if (answer.conflict) return;
  if (isDirty(answer)) display.showState(code, "waiting", words.waiting);
  else if (!answer.pending) { drop(form.dataset.form, code); settle(answer, "", ""); }
  soon(answer, blocked || failures ? Math.max(wait, PAUSE_MS) : wait);
  summarise();
}

/** Sends at once everything that is not saved. */
export function saveNow({ isLeaving = false } = {}) {
  for (const answer of unsaved()) answer.due = 0;
  failures = 0;
  return send({ isLeaving });
}

/**
 * The reader asks for everything to be saved: what was refused is sent again, and what is
 * wrong is said even where the reader still types. Returns the first answer that stays
 * unsaved, if one does, as {code, field}: the field that was refused, or none.
 */
export async function saveAll() {
  for (const answer of unsaved()) answer.refused = null;
  failures = 0;
  await outcomesOf(unsaved().map(({ code }) => code));
  const open = unsaved();
  for (const answer of open) if (hasAny(answer.problems)) showRefusal(answer, true);
  summarise();
  return open.length ? { code: open[0].code, field: Object.keys(open[0].problems)[0] } : null;
}

/** Resolves when the answers of these codes are saved, refused or cannot be saved now. */
export function outcomesOf(codes) {
  codes.forEach((code) => { answers.get(code).due = 0; });
  return new Promise((resolve) => {
    const look = () => {
      const isOpen = codes.some((code) => isReady(answers.get(code)));
      if (isOpen && !blocked && !failures) return;
      listeners.delete(look);
      resolve(codes.map((code) => ({ code, problems: answers.get(code).problems, isSaved: !isUnsaved(answers.get(code)) })));
    };
    listeners.add(look);
    plan(0);
    look();
  });
}

/* Sending */

async function send({ isLeaving = false } = {}) {
  clearTimeout(timer);
  const now = Date.now();
  const due = [...answers.values()].filter((answer) => isReady(answer) && (answer.pending || answer.due <= now));
  if (isSending || isStopped() || !due.length) return plan();
  for (const answer of due) {
    answer.pending ??= { key: newKey(), texts: fields.textsOf(answer.code), revision: answer.revision };
    remember(answer);
    display.showState(answer.code, "saving", words.saving);
  }
  isSending = true;
  summarise();
  try {
    const body = Object.fromEntries(due.map(({ code, pending }) => [code, { ...pending.texts, revision: pending.revision, key: pending.key }]));
    const told = await save(body, since, { isLeaving });
    isSending = false;
    if (blocked) unblock();
    failures = 0;
    due.forEach((answer) => learn(answer, told));
    takeOver(told);
  } catch (refusal) {
    isSending = false;
    await refused(refusal, due);
  }
  summarise();
  listeners.forEach((listener) => listener());
  return plan(failures || blocked ? waitingTime() : undefined);
}

function waitingTime() {
  if (blocked?.kind === "session" || blocked?.kind === "person") return SIGNED_OUT_MS;
  const wait = WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? WAITS_MS[0];
  // Not everybody at once when a server comes back.
  return wait * (0.8 + 0.4 * Math.random());
}

async function refused(refusal, due) {
  if (!(refusal instanceof Refusal)) throw refusal;
  failures += 1;
  const isOffline = refusal.kind === "offline" || refusal.kind === "token";
  for (const answer of due) display.showState(answer.code, "failed", isOffline ? words.failedRetry : words.notSaved);
  if (refusal.kind === "token") await renewToken().catch(() => {});
  else if (!isOffline) block(refusal);
}

/* What the server said */

function learn(answer, told) {
  const { code } = answer;
  const outcome = told.outcomes[code];
  const sent = answer.pending.texts;
  answer.pending = null;
  if (outcome === "problems") {
    answer.refused = sent;
    answer.problems = told.problems[code];
    showRefusal(answer);
  } else if (outcome === "conflicts") {
    clash(answer, told.conflicts[code], told.answers[code]);
  } else if (outcome === "repeated" && told.answers[code]?.by) {
    // It was saved then, and somebody else has changed it since.
    answer.confirmed = sent;
    if (!isDirty(answer)) take(answer, told.answers[code]);
  } else if (outcome === "repeated" && !told.answers[code] && !fields.isEmpty(sent)) {
    // It was saved then, and has been cleared since: sent over a revision that is gone, it
    // comes back as a conflict, with who cleared it.
    answer.confirmed = null;
    answer.revision = told.revision;
    soon(answer, 0);
  } else {
    confirm(answer, sent, told);
  }
  remember(answer);
}

function confirm(answer, sent, told) {
  const { code } = answer;
  const shown = told.answers[code];
  const isAsSent = fields.isSame(fields.textsOf(code), sent);
  answer.confirmed = sent;
  answer.revision = told.revisions[code] ?? 0;
  answer.shown = shown;
  savedAt = told.time;
  if (isAsSent) adopt(answer);
  fields.noteSeen(code, answer.revision, shown?.seen ?? told.empty);
  if (shown) display.showEdited(code, shown);
  hasSaved = true;
  if (isAsSent) settle(answer, "saved", fillIn(words.saved, { time: told.time }));
}

/** The answer as the server understood it, once nobody types in it. */
function adopt(answer) {
  if (!answer.shown || isFocused(answer.code)) return;
  fields.fill(answer.code, answer.shown.texts);
  answer.confirmed = fields.textsOf(answer.code);
  answer.shown = null;
}

function settle(answer, state, sentence) {
  answer.refused = null;
  answer.problems = {};
  display.showProblems(answer.code, {});
  display.showState(answer.code, state, sentence);
}

/** What is wrong is said when the reader has left the field, not in the middle of a word. */
function showRefusal(answer, isAsked = false) {
  const told = isAsked ? answer.problems : toldProblems(answer);
  if (hasAny(told)) {
    display.showProblems(answer.code, told);
    display.showState(answer.code, "problem", words.notSaved);
  } else {
    display.showState(answer.code, "waiting", words.waiting);
  }
}

function hasAny(problems) {
  return Object.keys(problems).length > 0;
}

/** name: of the field that was left; the focus may still be in another one of the answer. */
export function left(code, name) {
  const answer = answers.get(code);
  if (!answer) return;
  answer.left.add(name);
  if (isRefused(answer) && hasAny(answer.problems)) showRefusal(answer);
  if (!isFocused(code)) {
    if (!isUnsaved(answer)) adopt(answer);
    else soon(answer, 0);
  }
  summarise();
}

/* What others saved */

function takeOver(told) {
  since = told.revision;
  for (const answer of answers.values()) {
    const shown = told.answers[answer.code];
    const revision = told.revisions[answer.code] ?? 0;
    if (revision === answer.revision || isUnsaved(answer)) continue;
    take(answer, shown ?? { texts: { status: "", value: "", reason: "", note: "" }, revision: 0, seen: told.empty, isCleared: true, time: told.time });
  }
  for (const [code, shown] of Object.entries(told.answers)) if (!answers.has(code)) display.showSaid(code, shown);
  display.noteStates(told.states);
  display.showFindings(told.findings);
  display.showProgress(told.progress);
}

function take(answer, shown) {
  const { code } = answer;
  fields.fill(code, shown.texts);
  answer.confirmed = fields.textsOf(code);
  answer.revision = shown.revision;
  fields.noteSeen(code, shown.revision, shown.seen);
  if (shown.edited) display.showEdited(code, shown);
  const sentence = shown.isCleared ? words.cleared : shown.by ? words.changed : words.saved;
  settle(answer, shown.by || shown.isCleared ? "changed" : "saved", fillIn(sentence, { name: shown.by, time: shown.time }));
  if (shown.by) display.say(fillIn(words.changedAloud, { name: shown.by, title: fields.cardOf(code).dataset.title }));
}

function clash(answer, conflict, shown) {
  answer.conflict = conflict;
  display.showConflict(answer.code, conflict.html);
  if (shown) display.showEdited(answer.code, shown);
  display.showState(answer.code, "conflict", words.notSaved);
}

/** choice: mine, theirs, edit. Returns false where only the server can carry it out. */
export function decide(code, choice) {
  const answer = answers.get(code);
  const { conflict } = answer;
  if (!conflict || conflict.isServers) return false;
  answer.conflict = null;
  answer.revision = conflict.revision;
  display.hideConflict(code);
  if (choice === "theirs") {
    take(answer, { ...conflict, by: "", time: "" });
    display.showState(code, "", "");
    remember(answer);
  } else {
    fields.noteSeen(code, conflict.revision, conflict.seen);
    // What the server has is what the reader has now seen and means to replace.
    answer.confirmed = conflict.texts;
    remember(answer);
    if (choice === "mine") changed(code, 0);
    else display.showState(code, "waiting", words.waiting);
  }
  if (choice !== "mine") fields.valueField(code).focus();
  summarise();
  return true;
}

/* What keeps everything from being saved */

/** Whether trying again is of no use before the server says otherwise. */
function isStopped() {
  return Boolean(blocked) && !["session", "person"].includes(blocked.kind);
}

function canResume(told) {
  return blocked.kind === "locked" ? Boolean(told) : !isStopped();
}

function block(refusal) {
  const isNew = blocked?.kind !== refusal.kind;
  blocked = refusal;
  if (isNew) document.dispatchEvent(new CustomEvent("answers:blocked", { detail: refusal }));
}

function unblock() {
  blocked = null;
  failures = 0;
  document.dispatchEvent(new CustomEvent("answers:unblocked"));
}

export async function look({ isAsked = false } = {}) {
  if (isSending) return;
  try {
    const from = since;
    const told = await changes(from, { isAsked });
    // A save that went out meanwhile knows more than this answer does.
    if (isSending || since !== from) return;
    if (told?.locked) {
      takeOver(told);
      block(new Refusal("locked", told.locked));
    } else {
      if (blocked && canResume(told)) unblock();
      if (told) takeOver(told);
      if (unsaved().some(isReady)) plan(0);
    }
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.kind !== "offline" && refusal.kind !== "token") block(refusal);
  }
  summarise();
}

/* One line for all */

function summarise() {
  const open = unsaved();
  const clash = open.find((answer) => answer.conflict);
  const problem = open.find((answer) => isRefused(answer) && hasAny(toldProblems(answer)));
  const count = { count: open.length };
  // Beside an answer stands what is stored, unless what is typed does not get there.
  const isCutOff = Boolean(blocked || failures);
  display.showStates(new Set(open.filter((answer) => isCutOff || isRefused(answer)).map(({ code }) => code)));
  if (blocked) display.showSummary("locked", open.length ? fillIn(words.kept, count) : words.stopped);
  else if (failures) display.showSummary("failed", fillIn(words.offline, count), { isRetryOffered: true });
  else if (isSending) display.showSummary("saving", words.saving);
  else if (clash) display.showSummary("conflict", words.conflict, { target: clash.code });
  else if (problem) display.showSummary("problem", fillIn(words.refused, count), { target: problem.code });
  else if (open.length) display.showSummary("waiting", words.waiting);
  else if (hasSaved) display.showSummary("saved", fillIn(words.allSaved, { time: savedAt }));
  else display.showSummary("idle", words.automatic);
}

/* What was typed earlier on this device */

function restore() {
  const back = [];
  for (const [code, entry] of keptOf(form.dataset.form)) {
    const answer = answers.get(code);
    if (!answer || !answer.confirmed) continue;
    if (fields.isSame(entry.texts, answer.confirmed)) { drop(form.dataset.form, code); continue; }
    fields.fill(code, entry.texts);
    answer.revision = entry.revision;
    answer.pending = entry.pending;
    display.showState(code, "waiting", words.putBack);
    back.push(code);
    soon(answer, 0);
  }
  return back;
}

export function discard(codes, texts) {
  for (const code of codes) {
    fields.fill(code, texts.get(code));
    changed(code, 0);
  }
}

/** Returns codes of the answers put back, with what the server had. */
export function begin() {
  fields.allCodes().forEach(start);
  const before = new Map([...answers].map(([code]) => [code, fields.textsOf(code)]));
  const back = restore();
  setInterval(() => { if (!document.hidden) look(); }, ASK_MS);
  window.addEventListener("online", () => saveNow());
  document.addEventListener("visibilitychange", () => (document.hidden ? saveNow({ isLeaving: true }) : look()));
  window.addEventListener("focus", () => { if (blocked || failures) look(); });
  form.addEventListener("submit", (event) => { isSubmitting = !event.defaultPrevented; });
  window.addEventListener("beforeunload", (event) => { if ((unsaved().length || display.isExplaining()) && !isSubmitting) event.preventDefault(); });
  window.addEventListener("pagehide", () => answers.forEach((answer) => isUnsaved(answer) && remember(answer)));
  summarise();
  return { back, before };
}
