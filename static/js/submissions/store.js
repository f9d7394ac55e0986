/**
 * Answers typed but not yet confirmed by the server, kept on this device.
 *
 * One entry per person, form and answer: what was typed, the revision of the answer it was
 * typed over, and the save whose outcome is not known. The entries lie under the prefix of
 * drafts.js, which deletes them after a week and when somebody signs out.
 */

const PREFIX = `lianping:draft:${document.body.dataset.user ?? "anonymous"}:answer:`;

function key(form, code) {
  return `${PREFIX}${form}:${code}`;
}

/** Returns whether the browser took it. */
export function keep(form, code, entry) {
  try {
    localStorage.setItem(key(form, code), JSON.stringify({ ...entry, at: Date.now() }));
    return true;
  } catch {
    return false;
  }
}

export function drop(form, code) {
  try {
    localStorage.removeItem(key(form, code));
  } catch {
    // Storage is forbidden: there is nothing to drop.
  }
}

/** Entries of the form by code of the answer. */
export function keptOf(form) {
  const found = new Map();
  try {
    const start = key(form, "");
    for (const each of Object.keys(localStorage).filter((name) => name.startsWith(start))) {
      const entry = JSON.parse(localStorage.getItem(each));
      if (entry?.texts) found.set(each.slice(start.length), entry);
    }
  } catch {
    // A copy that cannot be read (storage forbidden, foreign text) is no copy.
  }
  return found;
}
