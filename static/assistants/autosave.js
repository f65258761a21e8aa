// Saves the draft by itself. What could not be saved yet is kept in this browser, so nothing typed is lost.

const PAUSE_MS = 700;
const RETRY_MS = 5000;

const form = document.querySelector("[data-draft]");
const status = document.querySelector("[data-saved] span");
const notice = document.querySelector("[data-recover]");
const key = `draft:${form.dataset.draft}`;
const asJson = { Accept: "application/json" };
const unsent = new Set(["csrfmiddlewaretoken", "revision", "notes"]);
let timer = 0;
let saving = null;
let isDirty = false;

const savedWord = status.firstElementChild.cloneNode(true);
const say = (text) => { status.textContent = text; };
const showSaved = (time) => { status.replaceChildren(savedWord.cloneNode(true), ` ${time}`); };
const typed = () => [...new FormData(form)].filter(([name]) => !unsent.has(name));

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify({ revision: form.elements.revision.value, fields: typed() }));
  } catch {} // private windows may refuse storage; saving goes on without it
}

function forget() {
  try { localStorage.removeItem(key); } catch {}
}

function kept() {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function mark(errors) {
  for (const field of document.querySelectorAll("[data-field]")) {
    const found = errors[field.dataset.field];
    field.querySelector("[data-error]").textContent = found?.[0] ?? "";
    field.querySelector(".input")?.setAttribute("aria-invalid", String(Boolean(found)));
  }
}

async function refused(response) {
  const body = await response.json();
  mark(body.errors ?? {});
  say(body.error?.message ?? form.dataset.refused);
}

async function send() {
  isDirty = false;
  say(form.dataset.saving);
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: asJson });
  if (response.redirected) return say(form.dataset.signedOut);
  if (response.status >= 500) throw new Error("server");
  if (!response.ok) return refused(response);
  const body = await response.json();
  form.elements.revision.value = body.revision;
  mark({});
  showSaved(body.time);
  if (!isDirty) forget();
  document.dispatchEvent(new CustomEvent("draft:saved", { detail: body }));
}

async function save() {
  clearTimeout(timer);
  try {
    await send();
  } catch {
    isDirty = true;
    say(form.dataset.offline);
    timer = setTimeout(flush, RETRY_MS);
  }
}

// Waits until what is on the page is saved, or can't be. Saves follow each other, never side by side.
export async function flush() {
  while (saving) await saving;
  if (!isDirty) return;
  saving = save().finally(() => { saving = null; });
  await saving;
}

export function changed() {
  isDirty = true;
  keep();
  clearTimeout(timer);
  timer = setTimeout(flush, PAUSE_MS);
}

function fill(fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || unsent.has(control.name)) continue;
    if (control.type === "checkbox") control.checked = values.has(control.name);
    else control.value = values.get(control.name)?.shift() ?? "";
  }
}

// Saving trims, and names a starter that has no title; neither is a difference.
function isSaved(fields) {
  const plain = (value) => value.trim().replace(/\s+/g, " ");
  const now = typed();
  return fields.length === now.length && fields.every(([name, value], place) => name === now[place][0]
    && (plain(value) === plain(now[place][1]) || (name === "starter_title" && !value)));
}

function recover() {
  const found = kept();
  if (!found || isSaved(found.fields)) return forget();
  const use = () => { notice.hidden = true; fill(found.fields); changed(); };
  if (found.revision === form.elements.revision.value) return use();
  // The draft has moved on since: the person decides.
  notice.hidden = false;
  notice.querySelector("[data-use]").addEventListener("click", use);
  notice.querySelector("[data-discard]").addEventListener("click", () => { notice.hidden = true; forget(); });
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (event.target.form === form && !unsent.has(event.target.name)) changed();
  });
}
form.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("data-publish")) {
    clearTimeout(timer); // publishing saves what is on the page
    isDirty = false;
    if (saving) { // its answer brings the revision that goes along
      event.preventDefault();
      saving.then(() => form.requestSubmit(event.submitter));
    }
    return;
  }
  event.preventDefault();
  flush();
});
document.addEventListener("submit", async (event) => {
  if (!isDirty || !event.target.hasAttribute("data-flush")) return;
  event.preventDefault();
  await flush();
  event.target.submit();
});
document.addEventListener("change", (event) => {
  if (event.target.form?.hasAttribute("data-send-on-choice")) event.target.form.requestSubmit();
});
addEventListener("online", flush);
addEventListener("pagehide", () => {
  if (isDirty) fetch(form.action, { method: "POST", body: new FormData(form), headers: asJson, keepalive: true });
});
recover();
