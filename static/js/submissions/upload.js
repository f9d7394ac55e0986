/**
 * Evidence goes up file by file, as it is chosen or dropped on an indicator, with how far it is.
 *
 * A file that is empty, too large or of another kind is refused before it is sent. What could
 * not be sent stays in the list with a button to try again. Without this script the form sends
 * the files with everything else.
 */

import { look } from "./autosave.js";
import { token } from "./connection.js";
import { element, fillIn, say } from "./display.js";

const form = document.getElementById("submission-form");
const texts = document.getElementById("upload-texts").dataset;
let waiting = Promise.resolve();
let underWay = 0;

/* Before it is sent */

function fault(file) {
  const { fileLimit, fileKinds, fileTooLarge, fileWrongKind, fileEmpty } = form.dataset;
  const kind = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
  if (file.size > Number(fileLimit)) return fileTooLarge;
  if (!fileKinds.split(",").includes(kind)) return fileWrongKind;
  return file.size === 0 ? fileEmpty : "";
}

function showFaults(box, sentences) {
  box.hidden = !sentences.length;
  box.querySelector("div").replaceChildren(...sentences.map((sentence) => element("p", "", sentence)));
  if (sentences.length) say(sentences.join(" "));
}

function addFaults(box, sentences) {
  const before = box.hidden ? [] : [...box.querySelectorAll("p")].map((line) => line.textContent);
  showFaults(box, [...before, ...sentences]);
}

function take(field, files) {
  const refused = [];
  const taken = [...files].filter((file) => {
    const sentence = fault(file);
    if (sentence) refused.push(`${file.name}${form.dataset.fileColon}${sentence}`);
    return !sentence;
  });
  showFaults(field.querySelector(".lp-field__error"), refused);
  for (const file of taken) queue(field, file);
}

/* One after the other, so that a slow line carries whole files and not parts of many */

function queue(field, file) {
  const line = lineOf(field, file);
  underWay += 1;
  waiting = waiting
    .then(() => carry(field, file, line))
    .catch(() => { if (line.isConnected) offerAgain(field, file, line, texts.offline); })
    .finally(() => { underWay -= 1; });
}

function lineOf(field, file) {
  const line = element("li", "lp-upload");
  const bar = element("progress", "lp-progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", fillIn(texts.sending, { name: file.name }));
  line.append(element("span", "lp-upload__name", file.name), bar, element("span", "lp-upload__share", "0 %"));
  const list = field.querySelector("[data-uploads]");
  list.hidden = false;
  list.append(line);
  return line;
}

async function carry(field, file, line) {
  const bar = line.querySelector("progress");
  const share = line.querySelector(".lp-upload__share");
  const { status, told } = await send(field, file, (percent) => {
    bar.value = percent;
    share.textContent = `${percent} %`;
  });
  if (!told) {
    offerAgain(field, file, line, status === 200 ? texts.session : texts.offline);
    return;
  }
  leave(line);
  if (told.html !== undefined) {
    field.querySelector("[data-files]").innerHTML = told.html;
    field.querySelector("[data-room]").textContent = told.room;
  }
  if (told.problems.length) {
    addFaults(field.querySelector(".lp-field__error"), told.problems);
  } else {
    say(fillIn(texts.attached, { name: file.name }));
    // Completeness, and what others did meanwhile.
    await look({ isAsked: true });
  }
}

function leave(line) {
  const list = line.parentElement;
  line.remove();
  list.hidden = !list.children.length;
}

function offerAgain(field, file, line, sentence) {
  const again = element("button", "btn btn-secondary btn-sm", texts.again);
  again.type = "button";
  again.addEventListener("click", () => {
    leave(line);
    queue(field, file);
  });
  line.replaceChildren(element("span", "lp-upload__name", file.name), element("span", "lp-upload__fault", sentence), again);
  say(sentence);
}

/** The answer as JSON; none where the line broke or nobody is signed in any more. */
function send(field, file, onProgress) {
  const data = new FormData();
  data.append("upload", file);
  for (const input of field.querySelectorAll(".lp-evidence__period input")) data.append(input.name, input.value);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", field.dataset.attachUrl);
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(Math.floor((loaded / total) * 100)));
    request.addEventListener("load", () => resolve({ status: request.status, told: request.response }));
    for (const end of ["error", "abort", "timeout"]) request.addEventListener(end, () => resolve({ status: 0, told: null }));
    request.send(data);
  });
}

/* Chosen or dropped */

function fieldOf(event) {
  return event.target.closest?.("[data-attach-url]");
}

form.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  take(fieldOf(event), event.target.files);
  // It is on its way: the form itself sends it no second time.
  event.target.value = "";
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  form.addEventListener(kind, (event) => {
    const field = fieldOf(event);
    if (!field || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    field.classList.toggle("lp-evidence--over", kind === "dragover");
    if (kind === "drop") take(field, event.dataTransfer.files);
  });
}

// A file dropped beside an indicator would be opened in place of the form.
for (const kind of ["dragover", "drop"]) {
  window.addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}

window.addEventListener("beforeunload", (event) => {
  if (underWay) event.preventDefault();
});

for (const each of form.querySelectorAll("[data-drop]")) each.hidden = false;
for (const each of form.querySelectorAll("button[name=stay]")) each.hidden = true;
