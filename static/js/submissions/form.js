/**
 * Comfort for the official's form; everything works without it.
 *
 * - a file that is empty, too large or of another kind is refused before it is sent
 * - a figure typed chooses "value" where no status was chosen yet
 * - Ctrl+S (or ⌘S) saves the draft
 * - the section in sight is marked in the section navigation
 */

const form = document.getElementById("submission-form");

/* Files */

function fault(file) {
  const { fileLimit, fileKinds, fileTooLarge, fileWrongKind, fileEmpty } = form.dataset;
  const kind = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
  if (file.size > Number(fileLimit)) return fileTooLarge;
  if (!fileKinds.split(",").includes(kind)) return fileWrongKind;
  return file.size === 0 ? fileEmpty : "";
}

function checkFiles(input) {
  const accepted = new DataTransfer();
  const sentences = [];
  for (const file of input.files) {
    const sentence = fault(file);
    if (sentence) sentences.push(`${file.name}: ${sentence}`);
    else accepted.items.add(file);
  }
  if (sentences.length) input.files = accepted.files;
  showFaults(document.getElementById(`${input.id}_error`), sentences);
}

function showFaults(box, sentences) {
  box.hidden = !sentences.length;
  const lines = sentences.map((sentence) => {
    const line = document.createElement("p");
    line.textContent = sentence;
    return line;
  });
  box.querySelector("div").replaceChildren(...lines);
}

/* A figure means a value */

function chooseValue(input) {
  if (!input.name.endsWith("-value") || !input.value.trim()) return;
  const name = input.name.replace(/-value$/, "-status");
  const choices = [...form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)];
  const nothing = choices.find((choice) => choice.value === "");
  const value = choices.find((choice) => choice.value === "value");
  if (nothing?.checked && value) value.checked = true;
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
  if (event.target.type === "file") checkFiles(event.target);
});
form.addEventListener("input", (event) => chooseValue(event.target));
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[name='save']"));
  }
});
followSections();
