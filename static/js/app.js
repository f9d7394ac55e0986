/**
 * Behaviour every page shares. Pages work without it.
 *
 * - data-dialog="<id>": the link opens the dialog of that id instead of its page
 * - data-search-key: the key / goes to this search
 * - data-menu: a <details> menu closes on Escape and on a click elsewhere
 * - every POST form is sent once; data-allow-repeat keeps its buttons usable
 * - data-error-summary: receives focus when the page opens
 * - data-local-time: a time says what it is in the reader's own zone, if that differs
 * - data-copy="<selector>": copies the text of another element
 * - data-job-state: progress is announced in quarters, not every second
 */

const texts = document.getElementById("lp-texts")?.dataset ?? {};
const live = document.getElementById("lp-live");

/** Says a sentence to screen readers. */
function announce(sentence) {
  if (live) live.textContent = sentence;
}

document.documentElement.classList.remove("no-js");

/* Dialogs */

function openDialog(event) {
  const trigger = event.target.closest("[data-dialog]");
  if (!trigger || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const dialog = document.getElementById(trigger.dataset.dialog);
  if (!(dialog instanceof HTMLDialogElement)) return;
  event.preventDefault();
  dialog.showModal();
}

function closeFromBackdrop(event) {
  if (event.target instanceof HTMLDialogElement && isOutside(event, event.target)) event.target.close();
}

function isOutside(event, element) {
  const box = element.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right
    || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("click", openDialog);
document.addEventListener("mousedown", closeFromBackdrop);
document.addEventListener("click", (event) => {
  event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
});

/* Menus */

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  closeMenus();
  menu.querySelector("summary").focus();
});

/* The key / */

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const fields = [...document.querySelectorAll("[data-search-key]")];
  const field = fields.find((each) => each.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

/* Forms are sent once */

const SENT = "sent";

function submitButtons(form) {
  return [...form.elements].filter((control) => control.type === "submit");
}

function holdAfterSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("data-allow-repeat") || form.method === "get") return;
  if (form.dataset.state === SENT) {
    event.preventDefault();
    return;
  }
  form.dataset.state = SENT;
  form.setAttribute("aria-busy", "true");
  const pressed = event.submitter;
  // After the browser has read the form, so that the pressed button's value is sent.
  setTimeout(() => {
    for (const button of submitButtons(form)) button.setAttribute("aria-disabled", "true");
    pressed?.setAttribute("aria-busy", "true");
    announce(texts.working ?? "");
  });
}

function release(form) {
  delete form.dataset.state;
  form.removeAttribute("aria-busy");
  for (const button of submitButtons(form)) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", holdAfterSubmit);
// A page taken back from the browser's memory must be usable again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});

/* Error summary */

document.querySelector("[data-error-summary]")?.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const control = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  (control ?? target).focus();
  target.closest(".lp-field")?.scrollIntoView({ block: "center" });
});

/* Times */

function showLocalTimes(root) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const here = new Date().toLocaleString("en", { timeZone: zone });
  const there = new Date().toLocaleString("en", { timeZone: texts.timeZone });
  if (here === there) return;
  for (const time of root.querySelectorAll("time[data-local-time][datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.valueOf())) time.title = `${texts.localTime ?? ""} ${at.toLocaleString(document.documentElement.lang)}`.trim();
  }
}

showLocalTimes(document);

/* The current entry of a row that scrolls sideways is in sight */

for (const current of document.querySelectorAll("nav [aria-current='page']")) {
  // Of the list and its navigation one scrolls; the other takes no notice.
  for (const row of [current.closest("ul"), current.closest("nav")].filter(Boolean)) {
    const [place, box] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += place.left + place.width / 2 - (box.left + box.width / 2);
  }
}

/* Copying */

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) return;
  await navigator.clipboard.writeText(source.textContent.trim());
  announce(texts.copied ?? "");
});

/* Jobs and partial pages */

const heard = new Map();

function announceJobs(root) {
  const panels = root.matches?.("[data-job-state]") ? [root] : root.querySelectorAll?.("[data-job-state]") ?? [];
  for (const panel of panels) {
    const step = `${panel.dataset.jobState} ${Math.floor(Number(panel.dataset.jobPercent) / 25)}`;
    if (heard.get(panel.id) === step) continue;
    if (heard.has(panel.id)) announce(panel.querySelector(".lp-job__head").textContent.trim() + " " + (panel.querySelector(".lp-job__percent")?.textContent ?? ""));
    heard.set(panel.id, step);
  }
}

announceJobs(document);
document.addEventListener("htmx:load", (event) => {
  announceJobs(event.detail.elt);
  showLocalTimes(event.detail.elt);
});
document.addEventListener("htmx:sendError", () => announce(texts.failed ?? ""));
