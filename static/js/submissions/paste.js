/**
 * A block of cells copied from a spreadsheet, pasted into one field, fills it and the value
 * fields after it, row by row. The text goes to the server as it is: one parser reads numbers,
 * there. Each cell's outcome is listed; one button puts back what stood in the fields.
 */

import { changed, outcomesOf } from "./autosave.js";
import { element, fillIn, say, words } from "./display.js";
import * as fields from "./fields.js";

const form = document.getElementById("submission-form");
const panel = document.querySelector("[data-paste]");

/** Cells of tab-separated text, row by row; a cell in quotation marks may hold both signs. */
export function cellsOf(text) {
  const cells = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/gy;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  while (pattern.lastIndex <= plain.length) {
    const [, quoted, bare, end] = pattern.exec(plain) ?? [];
    if (end === undefined) break;
    cells.push(quoted === undefined ? bare : quoted.replaceAll("\"\"", "\""));
    if (!end) break;
  }
  return cells;
}

function put(code, raw) {
  const field = fields.valueField(code);
  if (field.tagName === "SELECT") {
    const wanted = raw.normalize("NFKC").trim();
    const option = [...field.options].find((each) => each.value === wanted || each.text === wanted);
    if (option) field.value = option.value;
    return Boolean(option);
  }
  field.value = raw;
  fields.chooseValue(code);
  return true;
}

async function pasteBlock(first, cells) {
  const codes = fields.allCodes();
  const target = codes.slice(codes.indexOf(first)).slice(0, cells.length);
  const filled = target.map((code, place) => ({ code, raw: cells[place] })).filter(({ raw }) => raw.trim());
  const before = new Map(filled.map(({ code }) => [code, fields.textsOf(code)]));
  for (const cell of filled) {
    cell.isPut = put(cell.code, cell.raw);
    changed(cell.code, 0);
  }
  show(filled, before, cells.length - target.length);
  // Elsewhere than in a field, so that each shows the number as it was understood.
  panel.focus();
  const outcomes = await outcomesOf(filled.map(({ code }) => code));
  const byCode = new Map(outcomes.map((outcome) => [outcome.code, outcome]));
  show(filled.map((cell) => ({ ...cell, ...byCode.get(cell.code) })), before, cells.length - target.length, true);
}

/** Codes of the cells with what became of them; ``before`` is what stood in the fields. */
function show(cells, before, surplus, isKnown = false) {
  const done = cells.filter((cell) => cell.isPut && cell.isSaved).length;
  const parts = [fillIn(isKnown ? words.pasted : words.pasting, { count: cells.length, saved: done, open: cells.length - done })];
  if (surplus > 0) parts.push(fillIn(words.surplus, { count: surplus }));
  panel.querySelector("[data-paste-text]").textContent = parts.join(" ");
  panel.querySelector("ol").replaceChildren(...cells.map((cell) => line(cell, isKnown)));
  const undo = panel.querySelector("[data-paste-undo]");
  undo.onclick = () => takeBack(before);
  panel.hidden = false;
  if (isKnown) say(parts.join(" "));
}

function line({ code, raw, isPut, isSaved, problems }, isKnown) {
  const made = element("li");
  const link = element("a", "", fields.cardOf(code).dataset.title);
  link.href = `#card-${code}`;
  made.append(link, ` ${raw.trim()} → `);
  const told = Object.values(problems ?? {}).flat();
  let outcome = "…";
  if (!isPut) outcome = words.noSuchChoice;
  else if (isSaved) outcome = fields.textsOf(code).value;
  else if (told.length) outcome = told.join(" ");
  else if (isKnown) outcome = words.notSaved;
  made.append(element("strong", "", outcome));
  made.classList.toggle("lp-paste__refused", isKnown && !isSaved);
  return made;
}

function takeBack(before) {
  for (const [code, texts] of before) {
    fields.fill(code, texts);
    changed(code, 0);
  }
  panel.hidden = true;
  fields.valueField([...before.keys()][0]).focus();
  say(words.takenBack);
}

form.addEventListener("paste", (event) => {
  const code = fields.codeOf(event.target);
  if (!code || event.target !== fields.valueField(code)) return;
  const text = event.clipboardData.getData("text/plain");
  const cells = cellsOf(text);
  if (cells.length < 2) return;
  event.preventDefault();
  pasteBlock(code, cells);
});
panel.querySelector("[data-paste-close]").addEventListener("click", () => { panel.hidden = true; });
