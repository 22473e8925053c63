// Warns before a log-in ends by itself, and says when it has ended. Looking at the time left is
// quiet: it keeps no log-in alive. Other tabs may have, so each warning begins with a look.

const box = document.getElementById("log-in-ends");
const WARN = Math.min(300, Number(box.dataset.seconds) / 3); // seconds; earlier than that is noise
const AGAIN = 20;
let timer = null;

/** Gives the seconds left, 0 once the log-in has ended, null where nobody answers. */
async function secondsLeft(quiet) {
  const headers = { Accept: "application/json", ...(quiet ? { "X-Henvis-Quiet": "1" } : {}) };
  try {
    const answer = await fetch("/log-ind/varer", { headers });
    if (answer.status === 401) return 0;
    return answer.ok ? (await answer.json()).seconds : null;
  } catch {
    return null;
  }
}

function show(seconds, asked) {
  const over = seconds <= 0;
  box.hidden = seconds > WARN;
  for (const each of box.querySelectorAll("[data-when]")) {
    const shown = over ? "over" : asked ? "last" : "soon";
    each.hidden = each.dataset.when !== shown;
  }
  const at = new Date(Date.now() + seconds * 1000);
  for (const each of box.querySelectorAll("time")) {
    each.textContent = at.toLocaleTimeString("da-DK", { hour: "2-digit", minute: "2-digit" });
  }
}

function wait(seconds) {
  clearTimeout(timer);
  const next = seconds > WARN ? seconds - WARN : Math.min(seconds, AGAIN);
  timer = setTimeout(look, next * 1000 + 500);
}

async function look({ quiet = true } = {}) {
  const seconds = await secondsLeft(quiet);
  if (seconds === null) return wait(AGAIN);
  show(seconds, !quiet);
  if (seconds > 0) wait(seconds);
}

box.querySelector("button").addEventListener("click", () => look({ quiet: false }));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") look();
});
wait(Number(box.dataset.seconds));
