/**
 * The form by keyboard: Ctrl+S saves, Enter goes to the next field and Shift+Enter back,
 * Alt+Page Down to the next section and Alt+Page Up back, ? shows the list of keys.
 */

import * as fields from "./fields.js";

const form = document.getElementById("submission-form");
const help = document.getElementById("form-keys");

function goTo(control) {
  if (!control) return;
  control.focus();
  control.select?.();
  control.scrollIntoView({ block: "center" });
}

function stepField(from, step) {
  const codes = fields.allCodes();
  const code = codes[codes.indexOf(fields.codeOf(from)) + step];
  if (code) goTo(fields.valueField(code));
}

function stepSection(from, step) {
  const sections = [...document.querySelectorAll(".lp-form-section")];
  const place = sections.indexOf(from.closest(".lp-form-section"));
  const next = sections[place < 0 ? 0 : place + step];
  const code = next?.querySelector("[data-answer]")?.dataset.answer;
  if (code) goTo(fields.valueField(code));
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || event.isComposing) return;
  const { key, target } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name='save']"));
  } else if (event.altKey && (key === "PageDown" || key === "PageUp")) {
    event.preventDefault();
    stepSection(target, key === "PageDown" ? 1 : -1);
  } else if (key === "Enter" && !isCommand && !event.altKey && target.matches("[data-answer] :is(input:not([type=file]), select)")) {
    event.preventDefault();
    stepField(target, event.shiftKey ? -1 : 1);
  } else if (key === "?" && !target.matches("input, textarea, select")) {
    event.preventDefault();
    help.showModal();
  }
});
