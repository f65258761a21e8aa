// The source panel: a numeral opens it at the passage. Beside the talk where there is room, else a sheet over it.

import { Door } from "./door.js";

const panel = document.querySelector("[data-panel]");
const body = panel.querySelector("[data-panel-body]");
const talk = document.querySelector("[data-talk]");
const headButton = document.querySelector("[data-sources-button]");
const isSheet = window.matchMedia("(width <= 1180px)");
let shown = { message: "", number: 0 };
let cameFrom = null;
let turns = 0;

async function show(message, number, opener = null) {
  const turn = (turns += 1);
  cameFrom = opener ?? cameFrom;
  shown = { message, number };
  mark();
  const inside = await fetchInside(message, number);
  if (turn !== turns) return;
  const wasOpen = panel.open;
  body.replaceChildren(inside);
  open();
  settle(wasOpen && !opener);
}

async function fetchInside(message, number) {
  const words = talk.querySelector("[data-words]").dataset;
  const address = talk.dataset.sourceUrl.replace("MESSAGE", message).replace(/0\/$/, `${number}/`);
  try {
    const html = await new Door({ words, token: talk.dataset.token }).html(address);
    return document.createRange().createContextualFragment(html);
  } catch {
    return Object.assign(document.createElement("p"), { className: "notice bad", textContent: words.noSource });
  }
}

function open() {
  if (!panel.open && isSheet.matches) panel.showModal();
  else if (!panel.open) panel.show();
  headButton?.setAttribute("aria-pressed", "true");
}

/** Puts the passage and its place in the list in view; the focus goes where one can go on. */
function settle(staysInside) {
  const current = body.querySelector("[aria-current]");
  const leaf = body.querySelector("[data-leaf]");
  const numbers = order();
  const at = numbers.indexOf(shown.number);
  for (const step of body.querySelectorAll("[data-step]")) step.disabled = !numbers[at + Number(step.dataset.step)];
  if (leaf) {
    const passage = body.querySelector("[data-passage]");
    leaf.scrollTop = Math.max(0, passage.offsetTop - leaf.offsetTop - leaf.clientHeight / 3);
  }
  current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (staysInside) current?.focus({ preventScroll: true });
  else panel.querySelector("h2").focus({ preventScroll: true });
}

/** However it was closed; a panel that is open again has only moved between column and sheet. */
function closed() {
  if (panel.open) return;
  turns += 1;
  shown = { message: "", number: 0 };
  mark();
  headButton?.setAttribute("aria-pressed", "false");
  (cameFrom?.isConnected ? cameFrom : talk.querySelector("[data-text]"))?.focus({ preventScroll: true });
}

/** The open numeral is filled wherever it stands in that answer. */
function mark() {
  for (const numeral of talk.querySelectorAll("a.cite")) {
    const isOpen = Number(numeral.dataset.source) === shown.number
      && numeral.closest("[data-message]").dataset.message === shown.message;
    if (isOpen) numeral.setAttribute("aria-current", "true");
    else numeral.removeAttribute("aria-current");
  }
}

function order() {
  return [...body.querySelectorAll("[data-source]")].map((item) => Number(item.dataset.source));
}

/** Opens at an answer's first numeral. */
function showFirst(message, opener) {
  const first = message?.querySelector("a.cite");
  if (first) show(message.dataset.message, Number(first.dataset.source), opener);
}

function withSources() {
  return [...talk.querySelectorAll("[data-message]")].filter((message) => message.querySelector("a.cite"));
}

talk.addEventListener("click", (event) => {
  const numeral = event.target.closest("a.cite");
  const button = event.target.closest("[data-show-sources]");
  if (numeral && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show(numeral.closest("[data-message]").dataset.message, Number(numeral.dataset.source), numeral);
  } else if (button) showFirst(button.closest("[data-message]"), button);
});
headButton?.addEventListener("click", () => {
  if (panel.open) panel.close();
  else showFirst(withSources().at(-1), headButton);
});
panel.addEventListener("click", (event) => {
  const source = event.target.closest("[data-source]");
  const step = event.target.closest("[data-step]");
  if (event.target === panel || event.target.closest("[data-close-sources]")) panel.close();
  else if (source) show(shown.message, Number(source.dataset.source));
  else if (step) show(shown.message, order()[order().indexOf(shown.number) + Number(step.dataset.step)]);
});
panel.addEventListener("close", closed);
document.addEventListener("keydown", (event) => {
  const isCovered = document.querySelector(":modal, [popover]:popover-open");
  if (event.key === "Escape" && panel.open && !isCovered) panel.close();
});
isSheet.addEventListener("change", () => {
  if (!panel.open) return;
  panel.close();
  open();
});

function offer() {
  if (headButton) headButton.hidden = !withSources().length;
}
new MutationObserver(offer).observe(talk.querySelector("[data-log]"), { childList: true });
offer();
