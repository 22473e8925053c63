// Builds bubbles and answer buttons from the patterns that the page carries.

const SPECIAL = /(?<aloud>»[^»«]*«|“[^“”]*”)|(?<link>https?:\/\/\S+)/g;

function pattern(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function part(kind, text, words) {
  if (kind === "aloud") {
    const span = document.createElement("span");
    span.className = "aloud";
    span.textContent = text;
    return span;
  }
  const link = document.createElement("a");
  link.href = text;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = text.includes("/kvittering/") ? words.openReceipt : words.openList;
  return link;
}

/** Cuts a reply like `bot/web/bubble.py`: only addresses of our own become links. */
function fill(element, text, words) {
  let at = 0;
  for (const match of text.matchAll(SPECIAL)) {
    const kind = match.groups.aloud ? "aloud" : "link";
    if (kind === "link" && !match[0].startsWith(`${words.ownUrl}/`)) continue;
    element.append(text.slice(at, match.index), part(kind, match[0], words));
    at = match.index + match[0].length;
  }
  element.append(text.slice(at));
}

export function saidBubble(text) {
  const bubble = pattern("said-bubble");
  bubble.querySelector(".text").textContent = text;
  return bubble;
}

export function replyBubble(reply, words) {
  const bubble = pattern("reply-bubble");
  fill(bubble.querySelector(".text"), reply.text, words);
  if (!reply.copy) bubble.querySelector(".copy").remove();
  return bubble;
}

export function choiceButton({ title, payload, after_ms }) {
  const button = pattern("choice");
  button.textContent = title;
  button.value = payload;
  button.dataset.afterMs = after_ms;
  return button;
}

export function troubleNotice(kind, text, again) {
  const notice = pattern(kind === "signedOut" ? "trouble-log-in" : "trouble-again");
  notice.querySelector("p").textContent = text;
  const button = notice.querySelector("button");
  if (again) button?.addEventListener("click", again);
  else button?.remove();
  return notice;
}

/** Copies a bubble's text, or selects it where the clipboard is closed to us. */
export async function copyText(button, words) {
  const text = button.parentElement.querySelector(".text");
  const tell = (told) => {
    button.querySelector("span").textContent = told;
    document.getElementById("told").textContent = told;
  };
  try {
    await navigator.clipboard.writeText(text.textContent.trim());
    tell(words.copied);
  } catch {
    getSelection().selectAllChildren(text);
    tell(words.selected);
  }
}
