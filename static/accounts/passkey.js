// Passkeys: asks the browser for one and sends its answer with the form. data-passkey says which of three ceremonies:
// "sign-in" (options come from the form's own address), "prove" and "add" (options stand in the page).

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const decoded = (keys = []) => keys.map((key) => ({ ...key, id: toBytes(key.id) }));

async function fetchOptions(form) {
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).request_options;
}

const readOptions = () => JSON.parse(document.getElementById("passkey-options").textContent);

async function prove({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: { ...publicKey, challenge: toBytes(publicKey.challenge), allowCredentials: decoded(publicKey.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return described(credential, { clientDataJSON, authenticatorData, signature, userHandle });
}

async function add({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: decoded(publicKey.excludeCredentials),
      // What lets the key sign in alone: it remembers who it belongs to, and checks that they hold it.
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
  const { clientDataJSON, attestationObject } = credential.response;
  const found = described(credential, { clientDataJSON, attestationObject });
  found.response.transports = credential.response.getTransports?.() ?? [];
  return found;
}

function described(credential, buffers) {
  const response = Object.fromEntries(Object.entries(buffers).map(([name, buffer]) => [name, toText(buffer)]));
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

const ceremonies = {
  "sign-in": async (form) => prove(await fetchOptions(form)),
  prove: async () => prove(readOptions().request_options),
  add: async () => add(readOptions().creation_options),
};

function obstacle({ dataset }) {
  if (/^[\d.]+$|:/.test(location.hostname)) return dataset.address;
  return window.PublicKeyCredential ? "" : dataset.unable;
}

function say(form, problem) {
  const place = form.querySelector("[data-problem]");
  place.textContent = problem;
  place.hidden = !problem;
}

async function run(form) {
  const button = form.querySelector("button");
  say(form, obstacle(form));
  if (obstacle(form)) return;
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify(await ceremonies[form.dataset.passkey](form));
    form.submit();
  } catch {
    say(form, form.dataset.refused);
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}
