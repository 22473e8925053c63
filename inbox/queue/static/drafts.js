// A note being written survives an ended log-in and a closed tab. It stays in this browser, locked
// with a key that only this user's own pages carry, and goes once it is saved or a week is over.

const KEPT = "henvis-draft:";
const SENT = "henvis-draft-sent";
const LONGEST = 7 * 24 * 60 * 60 * 1000; // milliseconds
const here = document.getElementById("drafts");

function names() {
  return Object.keys(localStorage).filter((name) => name.startsWith(KEPT));
}

function entry(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

/** What was sent from this tab goes once the page says that it was saved; else it stays. */
function settleSent() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  sessionStorage.removeItem(SENT);
  if (document.querySelector("[data-saved]")) sent.forEach((name) => localStorage.removeItem(name));
}

function dropOld() {
  for (const name of names()) {
    const age = Date.now() - entry(name).at;
    if (!(age < LONGEST)) localStorage.removeItem(name);
  }
}

const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
const written = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

async function lock(key, text) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(text));
  return JSON.stringify({ at: Date.now(), iv: written(iv), locked: written(locked) });
}

async function unlock(key, kept) {
  const algorithm = { name: "AES-GCM", iv: bytes(kept.iv) };
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes(kept.locked)));
}

function tell(place, name, at, clear) {
  const told = here.querySelector("template").content.cloneNode(true).firstElementChild;
  told.querySelector("time").textContent = new Date(at).toLocaleString("da-DK", { dateStyle: "long", timeStyle: "short" });
  told.querySelector("button").addEventListener("click", () => {
    localStorage.removeItem(name);
    clear();
    told.remove();
  });
  place.append(told);
  return told;
}

/** Shows a draft whose field is no longer on the page: somebody moved the case on meanwhile. */
function showLeft(name, text, at) {
  const place = document.createElement("div");
  const quote = document.createElement("p");
  quote.className = "note";
  quote.textContent = text;
  place.append(quote);
  tell(place, name, at, () => place.remove());
  here.querySelector("[data-left]").append(place);
  here.hidden = false;
}

function keep(key, name, field) {
  let newest = 0;
  field.addEventListener("input", async () => {
    newest += 1;
    const mine = newest;
    if (!field.value.trim()) return localStorage.removeItem(name);
    const locked = await lock(key, field.value);
    if (mine === newest) localStorage.setItem(name, locked);
  });
  field.form.addEventListener("submit", () => {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
    sessionStorage.setItem(SENT, JSON.stringify([...sent, name]));
  });
}

async function bringBack(key, name, field) {
  const kept = entry(name);
  const text = await unlock(key, kept).catch(() => null);
  if (text === null) return localStorage.removeItem(name); // of an earlier key
  if (!field) return showLeft(name, text, kept.at);
  if (field.value) return; // the server gave back what was refused
  field.value = text;
  const folded = field.closest("details");
  if (folded) folded.open = true;
  tell(field.parentElement, name, kept.at, () => {
    field.value = "";
  });
}

async function start() {
  const { key: secret, owner, about, gone } = here.dataset;
  const mine = `${KEPT}${owner}:${about}:`;
  if (gone) return names().filter((name) => name.includes(`:${about}:`)).forEach((name) => localStorage.removeItem(name));
  const raw = Uint8Array.from(secret.match(/../g), (pair) => parseInt(pair, 16));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const fields = new Map([...document.querySelectorAll("form textarea[id]")].map((field) => [mine + field.id, field]));
  for (const name of names().filter((each) => each.startsWith(mine))) await bringBack(key, name, fields.get(name));
  for (const [name, field] of fields) keep(key, name, field);
}

settleSent();
dropOld();
if (here && crypto.subtle) start();
