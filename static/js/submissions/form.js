/**
 * Comfort for the official's form; everything works without it.
 *
 * - each answer is saved by itself (autosave.js), the session is watched (session.js)
 * - a block of cells fills a row of fields (paste.js), keys lead through the form (keys.js)
 * - files go up as they are chosen or dropped (upload.js)
 * - the section in sight is marked in the section navigation
 */

import { begin, changed, decide, discard, left, saveAll, saveNow } from "./autosave.js";
import { isExplaining } from "./display.js";
import * as fields from "./fields.js";
import "./keys.js";
import "./paste.js";
import "./session.js";
import "./upload.js";

const form = document.getElementById("submission-form");

/* Answers */

const CHOICES = "input[type=radio], select";

function typed(event) {
  const code = fields.codeOf(event.target);
  if (!code || event.target.type === "file" || event.target.matches("[data-explain]")) return;
  if (event.target === fields.valueField(code)) fields.chooseValue(code);
  // What is chosen is done; what is typed, when the writer pauses or goes on.
  changed(code, event.target.matches(CHOICES) ? 0 : undefined);
}

function decided(event) {
  const button = event.target.closest(".lp-conflict button");
  if (!button) return;
  const choice = { overwrite: "mine", keep: "theirs" }[button.name] ?? "edit";
  if (decide(fields.codeOf(button), choice)) event.preventDefault();
}

/** One click takes the figure away that stands beside another kind of answer. */
function cleared(event) {
  const button = event.target.closest("button[name=clear]");
  if (!button) return;
  event.preventDefault();
  fields.valueField(button.value).value = "";
  changed(button.value, 0);
  fields.cardOf(button.value).querySelector("input[type=radio]:checked").focus();
}

/** Where no explanation waits, the answers are saved without leaving the page. */
async function sendAll(event) {
  const { submitter } = event;
  if (isExplaining() || !["save", "next"].includes(submitter?.name)) return;
  event.preventDefault();
  const open = await saveAll();
  if (open) goToRefused(open);
  else if (submitter.name === "next") location.assign(form.dataset.signUrl);
}

function goToRefused({ code, field }) {
  const refused = field && fields.cardOf(code).querySelector("[aria-invalid]");
  const target = refused || fields.cardOf(code).querySelector(".lp-conflict button") || fields.valueField(code);
  (target.matches("fieldset") ? target.querySelector("input") : target).focus();
  target.scrollIntoView({ block: "center" });
}

function showRestored({ back, before }) {
  if (!back.length) return;
  const notice = document.querySelector("[data-restored]");
  const titles = back.map((code) => fields.cardOf(code).dataset.title);
  notice.querySelector("[data-restored-list]").textContent = titles.slice(0, 5).join(" · ") + (titles.length > 5 ? " …" : "");
  notice.querySelector("button").addEventListener("click", () => {
    discard(back, before);
    notice.hidden = true;
  });
  notice.hidden = false;
}

/* Sections */

function markCurrent(links, code) {
  for (const link of links) {
    if (link.hash === `#section-${code}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function followSections() {
  const links = [...document.querySelectorAll(".lp-form-nav__link")];
  const watcher = new IntersectionObserver((entries) => {
    const shown = entries.find((entry) => entry.isIntersecting);
    if (shown) markCurrent(links, shown.target.id.replace(/^section-/, ""));
  }, { rootMargin: "-30% 0px -60% 0px" });
  document.querySelectorAll(".lp-form-section").forEach((section) => watcher.observe(section));
}

form.addEventListener("change", (event) => {
  if (event.target.type === "file") return;
  if (!event.target.matches(`${CHOICES}, [data-explain]`)) changed(fields.codeOf(event.target), 0);
});
form.addEventListener("input", typed);
form.addEventListener("click", decided);
form.addEventListener("click", cleared);
form.addEventListener("focusout", (event) => {
  const code = fields.codeOf(event.target);
  const name = fields.nameOf(event.target);
  // After the focus has arrived where it goes.
  if (code) setTimeout(() => left(code, name));
});
form.addEventListener("submit", sendAll);
document.querySelector("[data-save-retry]").addEventListener("click", () => saveNow());
// Whatever the bar shows at the moment, what has the focus stands above it.
const bar = document.querySelector(".lp-save-bar");
new ResizeObserver(() => { document.documentElement.style.scrollPaddingBottom = `${bar.offsetHeight + 8}px`; }).observe(bar);
showRestored(begin());
followSections();
