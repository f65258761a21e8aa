// The talk beside the form. It speaks to the saved draft, so the form is saved before anybody writes there.

import { flush } from "./autosave.js";

const frame = document.querySelector("[data-frame]");
const time = document.querySelector("[data-preview-time]");
const label = time.textContent;

const isUntouched = () => frame.contentWindow?.location.pathname === new URL(frame.src).pathname
  && !frame.contentDocument?.querySelector("[data-message]");

async function restart() {
  await flush();
  frame.src = frame.src;
}

document.querySelector("[data-restart]").addEventListener("click", restart);
// Focus that moves into the frame leaves this window.
addEventListener("blur", flush);
document.addEventListener("draft:saved", ({ detail }) => {
  time.textContent = label.replace(/\d\d:\d\d/, detail.time);
  if (isUntouched()) frame.contentWindow.location.reload(); // a new opening or name shows at once
});
