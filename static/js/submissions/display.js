/**
 * What the page shows of saving: the state beside each answer and in the bar, refusals,
 * conflicts, completeness. Words come from the server: in the page's templates, or in answers.
 */

import { cardOf, valueField } from "./fields.js";

const form = document.getElementById("submission-form");
export const words = document.getElementById("autosave-texts").dataset;
const live = document.getElementById("lp-live");
const summary = document.querySelector("[data-save-summary]");
const retry = document.querySelector("[data-save-retry]");

export function say(sentence) {
  if (live) live.textContent = sentence;
}

/** "Saved {time}" with its gaps filled. */
export function fillIn(sentence, parts) {
  return sentence.replace(/\{(\w+)\}/g, (_gap, name) => parts[name] ?? "");
}

function copyOf(id) {
  return document.getElementById(id)?.content.cloneNode(true) ?? document.createDocumentFragment();
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/* Beside each answer */

const ICONS = { saved: "success", changed: "info", failed: "warning", problem: "danger", conflict: "warning" };

/** state: saved, saving, waiting, failed, problem, conflict, changed. */
export function showState(code, state, sentence) {
  const line = cardOf(code).querySelector("[data-save-state]");
  line.dataset.saveState = state;
  line.replaceChildren();
  if (ICONS[state]) line.append(copyOf(`save-icon-${ICONS[state]}`));
  line.append(sentence);
}

/* Refusals */

function fieldOf(code, name) {
  const control = form.elements[`${code}-${name}`] ?? valueField(code);
  return control instanceof RadioNodeList ? control[0].closest("fieldset") : control;
}

/** Refusals by field name in place of those shown before. */
export function showProblems(code, problems) {
  const card = cardOf(code);
  for (const box of card.querySelectorAll("[data-refusal]")) box.remove();
  for (const field of card.querySelectorAll(".lp-field--error")) {
    if (field.classList.contains("lp-evidence")) continue;
    field.classList.remove("lp-field--error");
    field.querySelector(":scope > .lp-field__error")?.remove();
  }
  for (const control of card.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
    describe(control, `${control.id}_error`, false);
  }
  for (const [name, sentences] of Object.entries(problems)) showProblem(fieldOf(code, name), sentences);
  const isRefused = Object.keys(problems).length > 0;
  card.classList.toggle("lp-indicator--problem", isRefused);
}

function showProblem(control, sentences) {
  const field = control.closest(".lp-field");
  const box = element("div", "lp-field__error");
  const lines = element("div");
  box.id = `${control.id}_error`;
  box.dataset.refusal = "";
  lines.append(...sentences.map((sentence) => element("p", "", sentence)));
  box.append(copyOf("save-icon-danger"), lines);
  field.classList.add("lp-field--error");
  field.querySelector(".lp-field__control").before(box);
  control.setAttribute("aria-invalid", "true");
  describe(control, box.id, true);
}

function describe(control, id, isAdded) {
  const ids = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== id);
  if (isAdded) ids.push(id);
  if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
  else control.removeAttribute("aria-describedby");
}

/* Conflicts */

export function conflictOf(code) {
  return cardOf(code).querySelector(".lp-conflict");
}

/** The markup is the server's own template, every text in it escaped there. */
export function showConflict(code, markup) {
  hideConflict(code);
  cardOf(code).querySelector(".lp-indicator__answer").insertAdjacentHTML("afterbegin", markup);
  cardOf(code).classList.add("lp-indicator--problem");
}

export function hideConflict(code) {
  conflictOf(code)?.remove();
  cardOf(code).classList.remove("lp-indicator--problem");
}

/* Completeness */

// Of the answers as they are stored, by code.
const states = Object.fromEntries([...document.querySelectorAll("[data-stored-state]")].map((line) => [line.closest("[id^=card-]").id.slice("card-".length), line.dataset.storedState]));

export function noteStates(found) {
  Object.assign(states, found);
}

/** How complete each answer is, as it is stored; those of the codes that are not show that. */
export function showStates(unsaved) {
  for (const [code, state] of Object.entries(states)) {
    const shown = unsaved.has(code) ? "unsaved" : state;
    const line = cardOf(code)?.querySelector("[data-card-state]");
    if (!line || line.dataset.cardState === shown) continue;
    line.dataset.cardState = shown;
    line.replaceChildren(copyOf(`card-state-${shown}`));
  }
  document.querySelectorAll(".lp-form-section").forEach(showSection);
}

let findings = null;
let isComposing = false;

/**
 * What the rules find in each answer, drawn and escaped by the server. An explanation that is
 * being written stays, with the cursor in it: it is put into the field of the same rule.
 */
export function showFindings(found) {
  findings = found;
  // What an input method is putting together would be lost.
  if (!isComposing) document.querySelectorAll("[data-findings]").forEach(showFindingsOf);
}

function showFindingsOf(place) {
  const code = place.closest(".lp-indicator").id.replace(/^card-/, "");
  const markup = (findings[code] ?? "").trim();
  if ((place.dataset.markup ?? place.innerHTML.trim()) === markup) return;
  const written = writtenIn(place);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const { id, selectionStart, selectionEnd } = focused ?? {};
  place.innerHTML = markup;
  place.dataset.markup = markup;
  for (const [name, text] of written) {
    const field = place.querySelector(`textarea[name="${CSS.escape(name)}"]`);
    if (!field) continue;
    field.value = text;
    if (field.closest("details")) field.closest("details").open = true;
  }
  const again = id && document.getElementById(id);
  if (!again) return;
  again.focus({ preventScroll: true });
  if (again.matches("textarea")) again.setSelectionRange(selectionStart, selectionEnd);
}

form.addEventListener("compositionstart", () => { isComposing = true; });
form.addEventListener("compositionend", () => { isComposing = false; if (findings) showFindings(findings); });

function writtenIn(place) {
  return [...place.querySelectorAll("[data-explain]")].filter((each) => each.value !== each.defaultValue).map((each) => [each.name, each.value]);
}

/** Whether an explanation stands on the page that was not sent. */
export function isExplaining() {
  return writtenIn(form).length > 0;
}

export function showProgress(progress) {
  for (const each of document.querySelectorAll("[data-progress-text]")) each.textContent = progress.text;
  const bar = document.querySelector(".lp-progress-line .lp-bar");
  bar?.querySelector(".lp-bar__fill").setAttribute("width", String(progress.percent * 10));
  bar?.querySelector("svg").setAttribute("aria-label", `${progress.text} · ${progress.percent} %`);
  bar?.classList.toggle("lp-bar--excellent", progress.is_complete);
  const note = document.querySelector("[data-progress-note]");
  if (note) note.textContent = (progress.is_complete && note.dataset.ready) || note.dataset.rule;
  for (const chip of document.querySelectorAll("[data-codes]")) {
    const codes = chip.dataset.codes.split(" ");
    const complete = codes.filter((code) => states[code] === "complete").length;
    chip.querySelector(".lp-chip__count").textContent = `${complete}/${codes.length}`;
  }
}

/** Of the part of the section that is on the page, as it is stored; marked where something is not. */
function showSection(section) {
  const link = document.querySelector(`.lp-form-nav__link[href="#${CSS.escape(section.id)}"]`);
  const cards = [...section.querySelectorAll(".lp-indicator")];
  const complete = cards.filter((card) => states[card.id.slice("card-".length)] === "complete").length;
  const count = `${complete}/${cards.length}`;
  const counter = link.querySelector(".lp-count");
  if (counter.textContent !== count) counter.textContent = count;
  const isRefused = section.querySelector("[data-card-state=unsaved]") || (section.querySelector(".lp-indicator--problem") && complete < cards.length);
  const mark = isRefused ? "problem" : complete === cards.length ? "complete" : "open";
  link.classList.toggle("lp-form-nav__link--problem", mark === "problem");
  if (link.dataset.mark === mark) return;
  link.dataset.mark = mark;
  link.querySelector("[data-section-mark]").replaceChildren(copyOf(`section-mark-${mark}`));
}

/** An answer of others, shown to read; drawn and escaped by the server. */
export function showSaid(code, told) {
  const place = cardOf(code)?.querySelector(".lp-said");
  if (!place) return;
  place.innerHTML = told.html;
  showEdited(code, told);
}

export function showEdited(code, told) {
  const line = cardOf(code).querySelector("[data-edited]");
  const time = element("time", "", told.edited_at_text);
  time.dateTime = told.edited_at;
  line.replaceChildren(`${told.edited} · `, time);
  line.hidden = false;
  const taken = cardOf(code).querySelector("[data-taken]");
  if (!taken) return;
  taken.textContent = told.taken;
  taken.hidden = !told.taken;
}

/* The bar */

let lastSaid = "";

/** One line for the whole form; said aloud only when its kind changes. */
export function showSummary(state, sentence, { target = "", isRetryOffered = false } = {}) {
  if (summary.dataset.saveSummary === state && summary.textContent === sentence) return;
  summary.dataset.saveSummary = state;
  const text = target ? element("a", "", sentence) : document.createTextNode(sentence);
  if (target) text.href = `#card-${target}`;
  const parts = ICONS[state] ? [copyOf(`save-icon-${ICONS[state]}`), text] : [text];
  summary.replaceChildren(...parts);
  retry.hidden = !isRetryOffered;
  const isTold = ["saved", "failed", "problem", "conflict", "locked"].includes(state);
  if (isTold && lastSaid !== state) say(sentence);
  if (isTold) lastSaid = state;
}
