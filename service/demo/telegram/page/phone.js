// Shows what stands in the chat, and sends what is typed and pressed.

const EVERY_MS = 400;
const chat = document.getElementById("chat");
const text = document.getElementById("text");
let before = "";

const post = (what, body) =>
  fetch(`${location.pathname}/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

function keyOf(message, key) {
  if (key.url) {
    const link = document.createElement("a");
    Object.assign(link, { href: key.url, target: "_blank", rel: "noopener", textContent: key.text });
    return link;
  }
  const button = document.createElement("button");
  button.textContent = key.text;
  button.addEventListener("click", () =>
    key.copy_text
      ? navigator.clipboard.writeText(key.copy_text.text)
      : post("press", { message_id: message.id, data: key.callback_data }),
  );
  return button;
}

function bubble(message) {
  const whole = document.createElement("div");
  whole.className = message.by_bot ? "message" : "message own";
  const words = document.createElement("p");
  words.textContent = message.text;
  whole.append(words);
  for (const row of message.keyboard) {
    const keys = document.createElement("div");
    keys.className = "keys";
    keys.append(...row.map((key) => keyOf(message, key)));
    whole.append(keys);
  }
  return whole;
}

async function look() {
  try {
    const answer = await fetch(`${location.pathname}/messages`);
    const now = await answer.text();
    if (now !== before) {
      before = now;
      chat.replaceChildren(...JSON.parse(now).map(bubble));
      chat.lastElementChild?.scrollIntoView({ block: "end" });
    }
  } catch {
    // the stand-in has stopped; look again
  }
  setTimeout(look, EVERY_MS);
}

document.getElementById("write").addEventListener("submit", (event) => {
  event.preventDefault();
  if (text.value.trim()) post("say", { text: text.value });
  text.value = "";
});
look();
