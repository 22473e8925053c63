// Sends one message and says what became of it. An answer may be lost on its way, so the same
// message id is sent again until it is known: the service handles each id once.

const PATIENCE_MS = 30_000;

const TROUBLES = { 401: "signedOut", 403: "gone", 404: "gone", 409: "tooSoon", 413: "tooLong", 422: "tooLong", 429: "tooFast", 503: "away" };

export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const NOT_KEPT = "urn:problem-type:henvis:database_away";

/** Gives `{answer}`, or `{trouble}`: signedOut, gone, tooSoon, tooLong, tooFast, away, notKept or offline. */
export async function deliver(conversation, message) {
  try {
    const response = await fetch(`/api/conversations/${conversation}/messages`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return { answer: await response.json() };
    const { type } = await response.json().catch(() => ({}));
    if (type === NOT_KEPT) return { trouble: "notKept" };
    return { trouble: TROUBLES[response.status] ?? "offline" };
  } catch {
    return { trouble: "offline" };
  }
}
