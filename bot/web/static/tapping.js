// Buttons that have just appeared take no press: the second of two quick taps lands on them unread.
// The service keeps the same rule; here one sees it.

const timers = new WeakMap();

/** Lets buttons rest, each for the time that it carries or for `ms` at least. */
export function hold(buttons, ms) {
  for (const button of buttons) {
    clearTimeout(timers.get(button));
    const wait = Math.max(ms, Number(button.dataset.afterMs ?? 0));
    if (!wait) continue;
    button.ariaDisabled = "true";
    button.style.setProperty("--wait", `${wait}ms`);
    timers.set(button, setTimeout(() => button.removeAttribute("aria-disabled"), wait));
  }
}

export function isHeld(button) {
  return button?.ariaDisabled === "true";
}
