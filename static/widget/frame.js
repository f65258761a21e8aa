// The chat inside a frame on somebody else's website. No cookie: the server's visitor token goes with each request.
// Token and conversation are kept for the tab where the browser allows it, so a reload of the website goes on.

import { Memory } from "../conversations/memory.js";
import { Talk } from "../conversations/talk.js";
import { Door } from "../conversations/door.js";

const root = document.querySelector("[data-talk]");
const memory = new Memory("session");
const key = `vitrine:${root.dataset.embed}`;
const field = root.querySelector("[data-text]"); // disabled until there is somebody to hear it
let website = "";

function recall() {
  try {
    return JSON.parse(memory.recall(key) || "null");
  } catch {
    return null;
  }
}

/** The talk of this tab, when there was one and its token is still good. */
async function resume() {
  const kept = recall();
  if (!kept) return;
  const door = new Door({ words: root.querySelector("[data-words]").dataset, token: kept.token });
  try {
    const html = await door.html(root.dataset.resumeUrl.replace("/_/", `/${kept.conversation}/`));
    const messages = document.createRange().createContextualFragment(html).querySelector("[data-messages]");
    root.dataset.sendUrl = messages.dataset.sendUrl;
    root.dataset.token = kept.token;
    root.querySelector("[data-intro]")?.remove();
    for (const message of [...messages.children]) {
      root.querySelector("live" in message.dataset ? "[data-live-slot]" : "[data-log]").append(message);
    }
  } catch (problem) {
    if (problem.status) memory.keep(key, "");
  }
}

function started({ conversation }) {
  memory.keep(key, JSON.stringify({ conversation, token: root.dataset.token }));
}

function close() {
  if (website) window.parent.postMessage({ vitrine: "close" }, website);
}

window.addEventListener("message", (event) => {
  const websites = root.dataset.origins.split(" ");
  if (event.source !== window.parent || !websites.includes(event.origin) || event.data?.vitrine !== "open") return;
  website = event.origin;
  root.querySelector("[data-close-frame]").hidden = false;
  field.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) close();
});
root.querySelector("[data-close-frame]").addEventListener("click", close);

await resume();
new Talk(root, { token: root.dataset.token, memory, hooks: { started } });
field.disabled = false;
if (website) field.focus();
