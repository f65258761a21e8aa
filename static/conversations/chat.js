// The chat page: one talk, and what the page around it does with it: address, title, quota.

import { Memory } from "./memory.js";
import { Talk } from "./talk.js";

const TITLE_WAITS_MS = [0, 2_000, 5_000];
const root = document.querySelector("[data-talk]");
const isPage = root.dataset.talk === "page";
let conversation = root.dataset.conversation;
let titleUrl = root.dataset.titleUrl;
let isTitled = "titleFinal" in root.dataset;

/** The first message of a new talk was accepted: from now on this page is that conversation's. */
function started(reply) {
  if (!isPage) return;
  conversation = reply.conversation;
  titleUrl = reply.title;
  history.replaceState(history.state, "", reply.url);
  const title = root.querySelector("[data-said]").textContent.slice(0, 60);
  announce("talk:started", { id: conversation, url: reply.url, title });
}

/** One message less. */
function accepted() {
  const quota = root.querySelector("[data-quota]");
  if (!quota) return;
  const used = Number(quota.dataset.used) + 1;
  const limit = Number(quota.dataset.limit);
  quota.dataset.used = used;
  quota.querySelector("progress").value = used;
  const left = new Intl.NumberFormat(document.documentElement.lang).format(Math.max(0, limit - used));
  quota.querySelector("[data-left]").textContent = left;
}

/** The model names the talk a moment after its first answer. */
async function ended({ name }) {
  if (!isPage || !titleUrl || isTitled || name !== "done") return;
  for (const wait of TITLE_WAITS_MS) {
    await new Promise((resolve) => { setTimeout(resolve, wait); });
    try {
      const { title, is_final: isFinal } = await talk.door.json(titleUrl);
      entitle(title);
      if ((isTitled = isFinal)) return;
    } catch {
      return; // the first question stays the title
    }
  }
}

function entitle(title) {
  if (!title) return;
  document.title = `${title} · Vitrine`;
  announce("talk:titled", { id: conversation, title });
}

function announce(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

const talk = new Talk(root, { memory: new Memory("local"), hooks: { started, accepted, ended } });
