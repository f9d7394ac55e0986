/**
 * Requests to the address of the form's answers, and how they can fail.
 *
 * The token is read from its cookie at every request: signing in again, in whatever tab,
 * renews it. Requests the reader did not cause are marked, so that they keep no session open.
 */

const form = document.getElementById("submission-form");
const person = Number(document.body.dataset.user);
const PATIENCE_MS = 20_000;

/** kind: offline, session, person, permission, locked, request, token. */
export class Refusal extends Error {
  constructor(kind, detail = "") {
    super(detail || kind);
    this.kind = kind;
    this.detail = detail;
  }
}

let etag = "";
let onSession = () => {};

/** The function learns from each answer how many seconds the session lasts. */
export function watchSession(listener) {
  onSession = listener;
}

export function token() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  // Where the whole form is sent without this script's help, it carries the same token.
  if (found) form.elements.csrfmiddlewaretoken.value = found;
  return found ?? form.elements.csrfmiddlewaretoken.value;
}

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, {
      cache: "no-store", credentials: "same-origin", redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS), ...options,
    });
  } catch {
    throw new Refusal("offline");
  }
  // Nobody is signed in: the answer would lead to the sign-in page.
  if (response.type === "opaqueredirect") throw new Refusal("session");
  const left = Number(response.headers.get("Lianping-Session"));
  if (left) onSession(left);
  return response;
}

async function read(response) {
  if (response.ok) {
    etag = response.headers.get("ETag") ?? "";
    return response.json();
  }
  const isOurs = response.headers.get("Content-Type")?.startsWith("application/json");
  if (isOurs) {
    const told = await response.json();
    throw new Refusal(told.reason, told.detail);
  }
  if (response.status === 403) throw new Refusal("token");
  throw new Refusal(response.status === 404 ? "permission" : "offline");
}

/** Saves answers by code; the server's account of each, and of the form. */
export async function save(answers, since, { isLeaving = false } = {}) {
  const response = await ask(form.dataset.answersUrl, {
    method: "PATCH",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ person, since, answers }),
    keepalive: isLeaving,
  });
  return read(response);
}

/** What changed since; null where nothing did. */
export async function changes(since, { isAsked = false } = {}) {
  const headers = { "If-None-Match": etag || "\"\"" };
  if (!isAsked) headers["Lianping-Background"] = "1";
  const response = await ask(`${form.dataset.answersUrl}?since=${since}&person=${person}`, { headers });
  return response.status === 304 ? null : read(response);
}

/** Loads the page again in the background, which renews the token's cookie. */
export async function renewToken() {
  await ask(location.pathname, { headers: { "Lianping-Background": "1" } });
}

export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
