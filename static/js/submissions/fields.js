/** The fields of the form's answers: what they say, what they are made to say, where they stand. */

export const NAMES = ["status", "value", "reason", "note"];

const form = document.getElementById("submission-form");

export function cardOf(code) {
  return document.getElementById(`card-${code}`);
}

/** Codes of the form's answers in document order. */
export function allCodes() {
  return [...form.querySelectorAll("[data-answer]")].map((card) => card.dataset.answer);
}

export function codeOf(control) {
  return control.closest?.("[data-answer]")?.dataset.answer ?? "";
}

/** Which of an answer's fields a control is; empty for any other. */
export function nameOf(control) {
  const code = codeOf(control);
  return code && control.name?.startsWith(`${code}-`) ? control.name.slice(code.length + 1) : "";
}

function named(code, name) {
  return form.elements[`${code}-${name}`];
}

export function valueField(code) {
  return named(code, "value");
}

/** Radio buttons of the kind of answer; none where a value is all one can give. */
function choicesOf(code) {
  const found = named(code, "status");
  return found ? [...found] : [];
}

/** What the fields say now, as the service takes it. */
export function textsOf(code) {
  const value = valueField(code).value;
  const choices = choicesOf(code);
  const chosen = choices.find((choice) => choice.checked)?.value ?? "";
  return {
    status: choices.length ? chosen : value.trim() && "value",
    value,
    reason: named(code, "reason")?.value ?? "",
    note: named(code, "note")?.value ?? "",
  };
}

export function fill(code, texts) {
  for (const choice of choicesOf(code)) choice.checked = choice.value === texts.status;
  for (const name of NAMES.slice(1)) {
    const control = named(code, name);
    if (control && control.value !== texts[name]) control.value = texts[name];
  }
  const note = named(code, "note");
  if (note?.value) note.closest("details").open = true;
}

export function isSame(one, other) {
  return NAMES.every((name) => plain(one[name]) === plain(other[name]));
}

/** Whether nothing is said: no kind of answer, no value, no words. */
export function isEmpty(texts) {
  return NAMES.every((name) => !plain(texts[name]));
}

function plain(text = "") {
  return text.replace(/\r\n/g, "\n").trim();
}

/** What the hidden fields carry when the whole form is sent: the answer the page has seen. */
export function noteSeen(code, revision, seen) {
  named(code, "revision").value = String(revision);
  if (seen) named(code, "seen").value = seen;
}

/** A figure typed means "value" where no kind of answer was chosen yet. */
export function chooseValue(code) {
  if (!valueField(code).value.trim()) return;
  const choices = choicesOf(code);
  const nothing = choices.find((choice) => choice.value === "");
  const value = choices.find((choice) => choice.value === "value");
  if (nothing?.checked && value) value.checked = true;
}

export function lock(isLocked) {
  for (const control of form.elements) {
    if (control.closest("[data-answer]") && control.type !== "hidden") {
      // What was typed stays readable and can be copied.
      if (control.matches("textarea, input[type=text]")) control.readOnly = isLocked;
      else if (control.tagName !== "FIELDSET") control.disabled = isLocked;
    }
  }
}
