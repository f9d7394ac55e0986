/**
 * What keeps the form from being saved, said in the bar, and the end of the session before it
 * comes: a button keeps the reader signed in; after the end, signing in in another tab is
 * enough for this page to go on.
 */

import { watchSession } from "./connection.js";
import { unsaved } from "./answers.js";
import { look } from "./autosave.js";
import { element, fillIn, say, words } from "./display.js";
import * as fields from "./fields.js";

const WARN_S = 300;
const notice = document.querySelector("[data-session-notice]");
let timer = 0;

function clock(at) {
  const zone = document.getElementById("lp-texts")?.dataset.timeZone;
  return new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

function show(kind, sentence, ...actions) {
  notice.dataset.sessionNotice = kind;
  notice.replaceChildren(element("p", "", sentence), ...actions);
  notice.hidden = false;
  say(sentence);
}

function hide(...kinds) {
  if (kinds.includes(notice.dataset.sessionNotice)) notice.hidden = true;
}

/* Before the end */

function warn(end) {
  const stay = element("button", "btn btn-sm btn-primary", words.stay);
  stay.type = "button";
  stay.addEventListener("click", () => look({ isAsked: true }));
  show("ending", fillIn(words.ending, { time: clock(end) }), stay);
}

watchSession((seconds) => {
  const end = Date.now() + seconds * 1000;
  clearTimeout(timer);
  if (seconds > WARN_S) {
    hide("ending");
    timer = setTimeout(() => warn(end), (seconds - WARN_S) * 1000);
  } else if (notice.hidden || notice.dataset.sessionNotice !== "ending") {
    warn(end);
  }
});

/* After it, and whatever else stands in the way */

function signInLink() {
  const link = element("a", "btn btn-sm btn-primary", words.signIn);
  // The page in the new tab says to come back to this one.
  link.href = `${notice.dataset.signIn}?next=${encodeURIComponent(`${location.pathname}?back=tab`)}`;
  link.target = "_blank";
  link.rel = "noopener";
  return link;
}

document.addEventListener("answers:blocked", ({ detail }) => {
  clearTimeout(timer);
  if (detail.kind === "session") show("session", words.ended, signInLink());
  else if (detail.kind === "person") show("person", `${detail.detail} ${words.otherPerson}`);
  else showLocked(detail);
});

document.addEventListener("answers:unblocked", () => {
  hide("session", "person");
  unlock();
});

/* The form is closed: what was typed can be read and copied */

function showLocked({ kind, detail }) {
  const place = document.querySelector("[data-locked]");
  const open = unsaved().map(({ code }) => ({ title: fields.cardOf(code).dataset.title, texts: fields.textsOf(code) }));
  fields.lock(kind === "locked");
  place.querySelector("[data-locked-text]").textContent = detail;
  place.hidden = false;
  listUnsaved(place.querySelector("[data-kept]"), open);
  place.scrollIntoView({ block: "center" });
  say(detail);
}

function unlock() {
  const place = document.querySelector("[data-locked]");
  if (!place.hidden) fields.lock(false);
  place.hidden = true;
}

function listUnsaved(box, entries) {
  const lines = entries.map(({ title, texts }) => `${title}\t${[texts.value, texts.reason, texts.note].filter((text) => text.trim()).join("\t")}`);
  box.hidden = !lines.length;
  box.querySelector("pre").textContent = lines.join("\n");
}
