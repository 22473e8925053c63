// Makes and uses passkeys: asks our page for a challenge and the browser for its proof, puts it into
// the form and sends that. Where the browser knows no passkeys, the forms stay hidden.

async function proofFor(form) {
  const answer = await fetch(form.dataset.challenge, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const options = await answer.json();
  const credential =
    form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(credential.toJSON());
}

async function send(event) {
  const form = event.currentTarget;
  const failed = form.querySelector("[data-failed]");
  event.preventDefault();
  failed.hidden = true;
  try {
    form.elements.credential.value = await proofFor(form);
  } catch {
    failed.hidden = false; // cancelled, too slow, or no such key here
    return;
  }
  form.submit();
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", send);
    form.hidden = false;
  }
}
