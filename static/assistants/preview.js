// The talk beside the form. It speaks to the saved draft, so the form is saved before anybody writes there.

import { flush } from "./autosave.js";

const form = document.querySelector("[data-draft]");
const frame = document.querySelector("[data-frame]");
const time = document.querySelector("[data-preview-time]");
const label = time.textContent;

const isUntouched = () => frame.contentWindow?.location.pathname === new URL(frame.src).pathname
  && !frame.contentDocument?.querySelector("[data-message]");

// What of the draft is seen before the first word; the rest needs no reload.
const seen = () => JSON.stringify([...new FormData(form)].filter(([name]) => /^(name|promise|category|opening|starter_)/.test(name)));
let shown = seen();

async function restart() {
  await flush();
  shown = seen();
  frame.src = frame.src;
}

document.querySelector("[data-restart]").addEventListener("click", restart);
// Focus that moves into the frame leaves this window.
addEventListener("blur", flush);
document.addEventListener("draft:saved", ({ detail }) => {
  time.textContent = label.replace(/\d\d:\d\d/, detail.time);
  if (shown === seen() || !isUntouched()) return;
  shown = seen();
  frame.contentWindow.location.reload();
});
