/**
 * Keeps what was typed in the desk's POST forms until the server has it.
 *
 * data-draft-key names the form and data-draft-saved the version of the data it shows, which
 * changes with each save. A form without them that carries a form_key is named by the address
 * it is sent to, and its version is what the server filled in. When the server has carried out
 * a form, the cookie lianping_sent says its key, and the copy sent with that key is dropped.
 * Only fields the reader changed are kept, on this device, per signed-in user, for a week.
 * Of a chosen file its name alone is kept: after a form came back unsent, as when the session
 * had ended, the notice asks to choose the file again.
 * - Same version as when typed: the text is put back, with a visible notice.
 * - Newer version that already contains the text, or data-draft-confirmed: the copy is dropped.
 * - Newer version with other values: nothing is touched before the reader has chosen.
 */

const PREFIX = "lianping:draft:";
const KEEP_MS = 7 * 24 * 3600 * 1000;
const WAIT_MS = 400;
const texts = document.getElementById("lp-texts")?.dataset ?? {};
const owner = document.body.dataset.user ?? texts.user ?? "anonymous";

/* Storage */

function storageKey(form) {
  return `${PREFIX}${owner}:${form.dataset.draftKey}`;
}

function readDraft(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && draft.fields && Date.now() - draft.at < KEEP_MS ? draft : null;
  } catch {
    return null; // Storage forbidden, or a foreign text: no copy.
  }
}

/** Returns whether the browser took the copy. */
function writeDraft(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

function dropDraft(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Storage is forbidden: there is nothing to drop.
  }
}

/** Drops the copy of the form the server has carried out; a page that refuses it keeps the copy. */
function dropSent() {
  const sent = document.cookie.match(/(?:^|; )lianping_sent=([0-9a-f]{32})/)?.[1];
  if (!sent) return;
  document.cookie = "lianping_sent=; path=/; max-age=0; samesite=lax";
  if (document.querySelector(".lp-messages .lp-callout--error")) return;
  ownKeys().filter((key) => readDraft(key)?.sent === sent).forEach(dropDraft);
}

/** What nobody came back for, whoever typed it, does not stay on a shared computer. */
function dropOld() {
  for (const key of keysUnder(PREFIX)) {
    let at = 0;
    try {
      at = JSON.parse(localStorage.getItem(key)).at;
    } catch {} // What cannot be read is of no use to anybody.
    if (!(Date.now() - at < KEEP_MS)) dropDraft(key);
  }
}

function ownKeys() {
  return keysUnder(`${PREFIX}${owner}:`);
}

function keysUnder(start) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
}

/* Which forms are kept, and under what name */

const TEXTS = "textarea, input[type=text], input[type=number], input[type=date], input[type=email], input[type=url]";
// The administrators' site refers to people and places by choice alone.
const REFERENCES = ".related-widget-wrapper select";
// Django's choice of many: what is chosen are all options of the right box, selected or not.
const CHOSEN_BOX = "select.filtered[id$=_to]";
const REST_BOX = "select.filtered[id$=_from]";

/** Names a form that has no name of its own; those without text, or with a password, get none. */
function nameForm(form) {
  if (form.dataset.draftKey) return true;
  const isOurs = form.elements.form_key && form.getAttribute("method")?.toLowerCase() === "post";
  if (!isOurs || !form.querySelector(`${TEXTS}, ${REFERENCES}`) || form.querySelector("input[type=password]")) return false;
  // Not form.action: a field may have that name.
  const addressOf = (each) => new URL(each.getAttribute("action") || location.href, location.href);
  const address = addressOf(form);
  const same = [...document.forms].filter((each) => each.elements.form_key && addressOf(each).href === address.href);
  form.dataset.draftKey = `${address.pathname}${address.search}#${same.indexOf(form)}`;
  return true;
}

/** Keys of stored copies and versions stay short, whatever the form holds. */
function fingerprint(values) {
  let hash = 5381;
  for (const sign of JSON.stringify(values)) hash = ((hash * 33) ^ sign.codePointAt(0)) >>> 0;
  return hash.toString(36);
}

/* Reading and filling the form */

const LEFT_OUT = new Set(["file", "password", "hidden", "submit", "button", "reset", "image"]);

function keptControls(form) {
  return [...form.elements].filter((control) => control.name && !LEFT_OUT.has(control.type)
    && !control.disabled && !control.hasAttribute("data-draft-ignore") && !control.matches(REST_BOX) && control.tagName !== "FIELDSET");
}

/** Values by field name; isDefault reads what the server sent instead of what is shown. */
function valuesOf(form, isDefault) {
  const values = {};
  for (const control of keptControls(form)) {
    const list = (values[control.name] ??= []);
    if (control.type === "checkbox" || control.type === "radio") {
      if (isDefault ? control.defaultChecked : control.checked) list.push(control.value);
    } else if (control.tagName === "SELECT") {
      list.push(...selectedValues(control, isDefault));
    } else {
      list.push(isDefault ? control.defaultValue : control.value);
    }
  }
  return values;
}

function selectedValues(select, isDefault) {
  const options = [...select.options];
  if (select.matches(CHOSEN_BOX)) return options.map((option) => option.value);
  const chosen = options.filter((option) => (isDefault ? option.defaultSelected : option.selected));
  if (!chosen.length && isDefault && !select.multiple && options.length) return [options[0].value];
  return chosen.map((option) => option.value);
}

/** "１２,000 " and "12000" are the same answer. */
function normal(value) {
  return value.normalize("NFKC").replace(/\r\n/g, "\n").replace(/(?<=\d),(?=\d{3})/g, "").trim();
}

function isSame(one = [], other = []) {
  return one.length === other.length && one.every((value, index) => normal(value) === normal(other[index]));
}

function differences(values, base) {
  return Object.fromEntries(Object.entries(values).filter(([name, list]) => !isSame(list, base[name])));
}

function fill(form, fields) {
  const positions = {};
  for (const control of keptControls(form)) {
    const list = fields[control.name];
    if (!list) continue;
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = list.includes(control.value);
    } else if (control.tagName === "SELECT") {
      for (const option of control.options) option.selected = list.includes(option.value);
    } else {
      const position = (positions[control.name] = (positions[control.name] ?? -1) + 1);
      if (position < list.length) control.value = list[position];
    }
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** What names the whole question, of which the control may be one of several fields. */
function outermostLegend(control) {
  let legend = null;
  for (let group = control?.closest("fieldset"); group; group = group.parentElement.closest("fieldset")) {
    legend = group.querySelector("legend") ?? legend;
  }
  return legend;
}

/** What the reader knows the fields by; one without a label is not named. */
function labelsOf(form, fields) {
  const found = Object.keys(fields).map((name) => {
    const control = keptControls(form).find((each) => each.name === name);
    const label = outermostLegend(control) ?? control?.labels?.[0];
    return label?.firstChild.textContent.trim().replace(/[:：]$/, "");
  });
  return [...new Set(found.filter(Boolean))];
}

/** Takes out of a copy what the form no longer asks, as after a step that closed some of it. */
function leaveOutGone(form, draft) {
  const names = new Set([...form.elements].map((control) => control.name));
  for (const lists of [draft.fields, draft.files ?? {}]) {
    for (const name of Object.keys(lists)) if (!names.has(name)) delete lists[name];
  }
}

/** Names of the chosen files by field. */
function filesOf(form) {
  const chosen = [...form.querySelectorAll("input[type=file]")].filter(({ name, files }) => name && files.length);
  return Object.fromEntries(chosen.map((input) => [input.name, [...input.files].map((file) => file.name)]));
}

const hasAny = (lists) => Object.keys(lists ?? {}).length > 0;

/* Notice */

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** A moment as every page writes it, in the region's zone: 2017-03-01 10:00. */
function momentText(at) {
  // The parts alone are read, so the language of the formatter does not matter.
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", {
    timeZone: texts.timeZone, hourCycle: "h23",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  }).formatToParts(at).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`;
}

function button(label, className, action) {
  const made = element("button", `btn btn-sm ${className}`, label);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

/** A line that names the files a copy could not hold, with a link to each field. */
function filesLine(form, files) {
  const line = element("p", "", `${texts.draftFiles} `);
  for (const [name, names] of Object.entries(files)) {
    const input = [...form.elements].find((each) => each.name === name);
    const entry = element(input?.id ? "a" : "span", "", names.join(", "));
    if (input?.id) entry.href = `#${input.id}`;
    if (line.children.length) line.append(" · ");
    line.append(entry);
  }
  return line;
}

function showNotice(form, { tone, heading = texts.draftHeading, sentence, draft, buttons }) {
  const notice = element("div", `lp-callout lp-callout--${tone} lp-draft`);
  notice.setAttribute("role", "status");
  const body = element("div");
  body.append(element("p", "lp-callout__title", heading));
  if (sentence) body.append(element("p", "", sentence));
  if (hasAny(draft?.files)) body.append(filesLine(form, draft.files));
  if (draft && hasAny(draft.fields)) {
    const labels = labelsOf(form, draft.fields);
    const shown = labels.slice(0, 5).join(" · ") + (labels.length > 5 ? " …" : "");
    const when = element("time", "", momentText(new Date(draft.at)));
    when.dateTime = new Date(draft.at).toISOString();
    const line = element("p", "lp-muted");
    line.append(`${texts.draftKept} `, when);
    if (shown) line.append(` · ${texts.draftCount} ${shown}`);
    body.append(line);
  }
  if (buttons.length) {
    const row = element("p", "lp-callout__actions");
    row.append(...buttons(notice));
    body.append(row);
  }
  notice.append(body);
  form.prepend(notice);
}

/* Life of one form */

/**
 * Keeps a copy from now on. held: names of fields already in the copy; they stay in it even
 * when the page shows their text as sent by the server (a form refused with errors).
 */
function keepTyping(form, key, base, held = []) {
  const names = new Set(held);
  let timer = 0;
  let isWarned = false;
  let sent = "";
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    const values = valuesOf(form, false);
    Object.keys(differences(values, base)).forEach((name) => names.add(name));
    const fields = Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
    const files = filesOf(form);
    if (!hasAny(fields) && !hasAny(files)) return dropDraft(key);
    const draft = { version: form.dataset.draftSaved, at: Date.now(), fields, sent };
    if (hasAny(files)) draft.files = files;
    const isKept = writeDraft(key, draft);
    if (!isKept && !isWarned) {
      isWarned = true;
      showNotice(form, { tone: "warning", sentence: texts.draftFull, buttons: () => [] });
    }
    return undefined;
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, WAIT_MS); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // Moving between Django's two boxes is no change of a field.
  if (form.querySelector("select.selectfilter")) {
    form.addEventListener("click", (event) => event.target.closest(".selector") && later());
    form.addEventListener("dblclick", (event) => event.target.closest(".selector") && later());
  }
  form.addEventListener("submit", () => { sent = form.elements.form_key?.value ?? ""; save(); }, { capture: true });
  form.addEventListener("reset", () => names.clear());
  window.addEventListener("pagehide", () => { if (timer) save(); });
}

function offerRestored(form, key, draft) {
  fill(form, draft.fields);
  showNotice(form, {
    tone: "info", sentence: texts.draftRestored, draft,
    buttons: (notice) => [button(texts.draftDiscard, "btn-secondary", () => {
      dropDraft(key);
      notice.remove();
      // Django's two boxes do not hear of a reset.
      if (form.querySelector(CHOSEN_BOX)) location.reload();
      else form.reset();
    })],
  });
}

/** The page shows all that was sent, and why it was refused: only files are to choose again, told once. */
function tellLostFiles(form, key, { files, ...rest }) {
  showNotice(form, { tone: "info", heading: texts.draftFilesLost, draft: { files }, buttons: () => [] });
  if (hasAny(rest.fields)) writeDraft(key, rest);
  else dropDraft(key);
}

function askWhichVersion(form, key, draft, onDecided) {
  showNotice(form, {
    tone: "warning", sentence: texts.draftNewer, draft,
    buttons: (notice) => [
      button(texts.draftRestore, "btn-primary", () => { notice.remove(); fill(form, draft.fields); onDecided(); }),
      button(texts.draftKeepServer, "btn-secondary", () => { dropDraft(key); notice.remove(); onDecided(); }),
    ],
  });
}

function startForm(form) {
  if (!nameForm(form)) return;
  const key = storageKey(form);
  const base = valuesOf(form, true);
  const hasOwnVersion = "draftSaved" in form.dataset;
  if (!hasOwnVersion) form.dataset.draftSaved = fingerprint(base);
  if (form.hasAttribute("data-draft-confirmed")) dropDraft(key);
  const draft = readDraft(key);
  if (draft) leaveOutGone(form, draft);
  if (!draft || (!hasAny(draft.fields) && !hasAny(draft.files))) {
    dropDraft(key);
    keepTyping(form, key, base);
    return;
  }
  // A file the answer itself refuses is not lost: what to do about it stands at its field.
  for (const name of Object.keys(draft.files ?? {})) {
    if ([...form.elements].some((each) => each.name === name && each.getAttribute("aria-invalid") === "true")) delete draft.files[name];
  }
  const isContained = !Object.keys(differences(draft.fields, base)).length;
  // Sent and shown again, but not carried out: refused. The text was typed over the version before.
  if (!hasOwnVersion && draft.sent && isContained) form.dataset.draftSaved = draft.version;
  const isCurrent = draft.version === form.dataset.draftSaved;
  if (isContained && !isCurrent) dropDraft(key);
  if (isCurrent && !isContained) offerRestored(form, key, draft);
  else if (isCurrent && hasAny(draft.files)) tellLostFiles(form, key, draft);
  if (isContained || isCurrent) keepTyping(form, key, base, isCurrent ? Object.keys(draft.fields) : []);
  // Typing before the choice must not overwrite the copy in question.
  else askWhichVersion(form, key, draft, () => keepTyping(form, key, base));
}

dropOld();
dropSent();
[...document.forms].forEach(startForm);
document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  if (root === document.body) return;
  const forms = root.matches("form") ? [root] : root.querySelectorAll("form");
  forms.forEach(startForm);
});

/* Signing out leaves nothing behind on a shared computer. */

document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-sign-out")) return;
  const keys = ownKeys();
  if (keys.length && !window.confirm(texts.signOutDrafts)) event.preventDefault();
  // Text of those who were here before goes, too.
  else keysUnder(PREFIX).forEach(dropDraft);
}, { capture: true });
