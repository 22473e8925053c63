// The chat without reloading. Everything here also works by plain form posts.

import { choiceButton, copyText, replyBubble, saidBubble, troubleNotice } from "./bubbles.js";
import { deliver, freshId } from "./delivery.js";
import { hold, isHeld } from "./tapping.js";

const CANCEL = "/cancel";

const chat = document.getElementById("chat");
const log = document.getElementById("log");
const choices = document.getElementById("choices");
const composer = document.getElementById("composer");
const box = document.getElementById("text");
const letters = document.getElementById("letters");
const tools = document.getElementById("tools");
const trouble = document.getElementById("trouble");
const dialog = document.getElementById("annuller");
const words = chat.dataset;

let busy = false;
let signs = 0;
let unsent = null;

/** Sends `{text}` or `{payload, title}`; the same one again keeps its message id. */
async function send(message) {
  if (busy) return;
  const same = unsent && unsent.text === message.text && unsent.payload === message.payload;
  unsent = { ...message, message_id: same ? unsent.message_id : freshId() };
  setBusy(true);
  trouble.replaceChildren();
  const exchange = showSaid(message.text ?? message.title);
  if (message.text) box.value = "";
  const { title, ...body } = unsent;
  const outcome = await deliver(chat.dataset.conversation, body);
  setBusy(false);
  if (outcome.trouble) {
    exchange.remove();
    keepUnsent(outcome.trouble);
  } else {
    unsent = null;
    take(outcome.answer, exchange, Boolean(message.text));
  }
  // One sign was for our own turn; more than one means that somebody else spoke too.
  if (signs > 1) catchUp();
  signs = 0;
}

function setBusy(on) {
  busy = on;
  chat.setAttribute("aria-busy", String(on));
}

function showSaid(text) {
  const exchange = document.createElement("div");
  exchange.className = "exchange";
  if (text) {
    const bubble = saidBubble(text);
    const state = document.createElement("span");
    state.className = "state";
    state.textContent = words.sending;
    bubble.append(state);
    exchange.append(bubble);
  }
  log.append(exchange);
  exchange.scrollIntoView({ block: "nearest" });
  return exchange;
}

function keepUnsent(kind) {
  const message = unsent;
  if (message.text && !box.value) box.value = message.text;
  const lead = message.text ? words.notSent : words.notSentButton;
  const again = ["offline", "away", "notKept", "tooFast"].includes(kind) ? () => send(message) : null;
  if (["tooLong", "tooSoon"].includes(kind)) unsent = null;
  trouble.replaceChildren(troubleNotice(kind, `${lead} ${words[kind]}`, again));
}

function take(answer, exchange, typed) {
  if (answer.conversation && answer.conversation !== chat.dataset.conversation) {
    holdAll();
    location.assign(`/chat/${answer.conversation}`);
    return;
  }
  exchange.querySelector(".state")?.remove();
  exchange.append(...answer.replies.map((reply) => replyBubble(reply, words)));
  const buttons = answer.replies.flatMap((reply) => reply.buttons);
  choices.classList.toggle("many", buttons.length > 4);
  choices.querySelector("[role=group]").replaceChildren(...buttons.map(choiceButton));
  holdAll();
  const awaits = answer.replies.at(-1)?.awaits ?? chat.dataset.awaits;
  showStep(awaits);
  placeFocus(awaits, typed);
  (exchange.querySelector(".reply") ?? exchange).scrollIntoView({ block: "start" });
}

function holdAll() {
  hold(document.querySelectorAll("#choices button, #tools button"), Number(words.afterMs));
}

/** Says so where the wait is long enough to be met by a single tap. */
function tellHeld(button) {
  if (Number(button.dataset.afterMs) > Number(words.afterMs)) {
    trouble.replaceChildren(troubleNotice("tooSoon", words.tooSoon, null));
  }
}

function showStep(awaits) {
  chat.dataset.awaits = awaits;
  showStage(awaits);
  suitKeyboard(awaits);
}

function showStage(awaits) {
  const stages = [...document.querySelectorAll("#stages li")];
  const now = stages.findIndex((stage) => stage.dataset.steps.split(" ").includes(awaits));
  stages.forEach((stage, number) => {
    stage.classList.toggle("done", awaits === "filed" || number < now);
    if (number === now) stage.setAttribute("aria-current", "step");
    else stage.removeAttribute("aria-current");
  });
}

/** Digits where digits are asked for, with a way out for whoever wants to write. */
function suitKeyboard(awaits) {
  const mode = awaits === words.tel ? "tel" : awaits === words.numeric ? "numeric" : null;
  if (mode) box.inputMode = mode;
  else box.removeAttribute("inputmode");
  box.autocapitalize = awaits === "name" ? "words" : "off";
  letters.hidden = !(mode && matchMedia("(pointer: coarse)").matches);
}

/** To the box where something is to be typed, else to the answers that just came. */
function placeFocus(awaits, typed) {
  const mustType = words.typed.split(" ").includes(awaits);
  const stays = typed && matchMedia("(pointer: fine)").matches;
  const target = mustType || stays ? box : choices;
  target.focus({ preventScroll: true });
}

/** Asks before cancelling; the yes has just appeared like any other answer. */
function ask() {
  dialog.showModal();
  hold(dialog.querySelectorAll("button"), Number(words.afterMs));
}

function press(button) {
  if (isHeld(button)) {
    tellHeld(button);
    return;
  }
  if (button.value === CANCEL) {
    ask();
    return;
  }
  const isChoice = choices.contains(button);
  send({ payload: button.value, title: isChoice ? button.textContent.trim() : undefined });
}

/** Fetches the page as it is now and takes over what was said elsewhere. */
async function catchUp() {
  if (busy) {
    signs += 1;
    return;
  }
  const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (busy || !response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const news = [...page.querySelectorAll(".exchange")].slice(log.childElementCount);
  if (busy || !news.length) return;
  log.append(...news);
  choices.className = page.getElementById("choices").className;
  choices.replaceChildren(...page.getElementById("choices").children);
  holdAll();
  showStep(page.getElementById("chat").dataset.awaits);
  log.lastElementChild.scrollIntoView({ block: "nearest" });
}

function listen() {
  const events = new EventSource(`/chat/${chat.dataset.conversation}/events`);
  let opened = false;
  events.addEventListener("turn", catchUp);
  events.addEventListener("open", () => {
    if (opened) catchUp();
    opened = true;
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

/** Lets Henvis speak first, once presses count: a patient just begun by a message is as new. */
function begin() {
  if (!log.childElementCount) choices.querySelector("button")?.click();
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (text) send({ text });
});

for (const form of [choices, tools]) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(event.submitter);
  });
}

dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (isHeld(event.submitter)) return;
  dialog.close();
  send({ payload: CANCEL });
});

document.getElementById("keep").addEventListener("click", (event) => {
  event.preventDefault();
  dialog.close();
});

letters.addEventListener("click", () => {
  box.inputMode = "text";
  letters.hidden = true;
  box.blur();
  box.focus();
});

log.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  if (button) copyText(button, words);
});

if (dialog.open) {
  dialog.close();
  ask();
}
showStep(chat.dataset.awaits);
setBusy(false);
listen();
holdAll();
if (!log.childElementCount) setTimeout(begin, Number(words.afterMs));
else document.getElementById("nyeste")?.scrollIntoView({ block: "start" });
