// The day's list follows along: a fingerprint is asked for quietly, and only where it changed is the
// list read again, which is one more audited reading. Neither keeps a log-in alive.

const EVERY = 20_000; // milliseconds
const QUIET = { "X-Henvis-Quiet": "1" };
const told = document.getElementById("read-at");
const day = () => document.getElementById("day");

function tell(kind) {
  const text = `${told.dataset[kind]} ${day().dataset.readAt}.`;
  if (told.textContent !== text) told.textContent = text;
}

async function read(address, accept) {
  const answer = await fetch(address, { headers: { ...QUIET, Accept: accept } });
  if (answer.status === 401 || answer.redirected) return null;
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

/** Puts the new list in the old one's place; whoever stood on a person stands there again. */
function replace(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("day");
  const held = document.activeElement?.closest("#day a")?.getAttribute("href");
  day().replaceWith(fresh);
  if (held) [...fresh.querySelectorAll("a")].find((each) => each.getAttribute("href") === held)?.focus();
}

async function follow() {
  if (document.visibilityState !== "visible") return;
  const { pulse, again } = day().dataset;
  try {
    const newest = await read(`/koe/puls?${again}`, "application/json");
    if (newest === null) return tell("out");
    if (newest !== pulse) {
      const page = await read(`/koe?${again}`, "text/html");
      if (page === null) return tell("out");
      replace(page);
    }
    tell("fresh");
  } catch {
    tell("away");
  }
}

setInterval(follow, EVERY);
document.addEventListener("visibilitychange", follow);
tell("fresh");
