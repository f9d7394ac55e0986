/** A form that is closed now: shows what was typed on this device and not saved before. */

import { keptOf } from "./store.js";

const place = document.querySelector("[data-locked]");
const form = location.pathname.match(/(\d+)\/$/)?.[1] ?? "";

function titleOf(code) {
  const title = document.querySelector(`#card-${CSS.escape(code)} .lp-indicator__title`);
  return title ? title.firstChild.textContent.trim() : code;
}

const lines = [...keptOf(form)].map(([code, { texts }]) => [titleOf(code), texts.value, texts.reason, texts.note].filter((text) => text?.trim()).join("\t"));
if (place && lines.length) {
  const box = place.querySelector("[data-kept]");
  box.querySelector("pre").textContent = lines.join("\n");
  box.hidden = false;
}
