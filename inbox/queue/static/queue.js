// Single-key shortcuts of the queue. Everything they do is reached with Tab as well.
// They can be switched off (WCAG 2.1.4); the choice stays in this browser.

const OFF = "henvis-shortcuts-off";
const toggle = document.getElementById("shortcuts-on");
let on = localStorage.getItem(OFF) === null;

function rows() {
  return [...document.querySelectorAll(".queue tbody th a")];
}

function step(by) {
  const all = rows();
  const at = all.findIndex((each) => each.closest("tr").contains(document.activeElement));
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

function openAndFocus(selector) {
  const field = document.querySelector(selector);
  const folded = field?.closest("details");
  if (folded) folded.open = true;
  field?.focus();
}

const KEYS = {
  "/": () => openAndFocus("#ord"),
  g: () => location.assign("/koe"),
  j: () => step(1),
  k: () => (document.getElementById("kommentar") ? openAndFocus("#kommentar") : step(-1)),
  x: () => document.activeElement?.closest("tr")?.querySelector("input[name=chosen]")?.click(),
  t: () => document.getElementById("tag")?.click(),
  i: () => document.getElementById("intet-svar")?.click(),
  s: () => document.getElementById("telefonsvarer")?.click(),
  l: () => document.getElementById("ring-senere")?.click(),
  f: () => openAndFocus("#samtalen input[name=answer]:checked, #samtalen input[name=answer]"),
};

if (toggle) {
  toggle.hidden = false;
  toggle.checked = on;
  toggle.addEventListener("change", () => {
    on = toggle.checked;
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}

// Who picks a course for somebody says that they want to begin.
document.getElementById("samtale-kursus")?.addEventListener("change", (event) => {
  const yes = document.querySelector("#samtalen input[name=answer][value=yes]");
  if (event.target.value && yes) yes.checked = true;
});

document.addEventListener("keydown", (event) => {
  if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("textarea, select, input:not([type=checkbox])");
  const act = KEYS[event.key];
  if (typing || !act) return;
  event.preventDefault();
  act();
});

// Choosing several lines: all of the page, or from the last one clicked to this one with Shift.
const boxes = [...document.querySelectorAll("input[name=chosen]")];
const chooseAll = document.getElementById("choose-all");
let last = null;

if (chooseAll) {
  chooseAll.hidden = false;
  chooseAll.addEventListener("click", () => {
    const every = boxes.every((each) => each.checked);
    boxes.forEach((each) => {
      each.checked = !every;
    });
  });
}

boxes.forEach((box, at) => {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && last !== null) {
      for (const each of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) each.checked = box.checked;
    }
    last = at;
  });
});
