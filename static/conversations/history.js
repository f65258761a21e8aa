// The list of conversations: finding one by its title, folding the column away, and keeping up with the open talk.

import { clock, localise } from "./moments.js";

const list = document.querySelector("[data-history]");
const YEAR = 60 * 60 * 24 * 365;

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function filter(query) {
  const sought = fold(query).trim().split(/\s+/).filter(Boolean);
  let isAny = false;
  for (const group of list.querySelectorAll("[data-group]")) {
    let isSome = false;
    for (const row of group.querySelectorAll("[data-row]")) {
      const title = fold(row.textContent);
      const isFound = sought.every((word) => title.includes(word));
      row.parentElement.hidden = !isFound;
      isSome ||= isFound;
    }
    group.hidden = !isSome;
    isAny ||= isSome;
  }
  const none = list.querySelector("[data-none]");
  if (none) none.hidden = isAny || !sought.length;
}

/** A talk that has just begun comes first under today. */
function add({ id, url, title }) {
  const pattern = list.querySelector('template[data-template="row"]');
  const today = list.querySelector('[data-group="today"]');
  if (!pattern || !today) return;
  for (const row of list.querySelectorAll("[aria-current]")) row.removeAttribute("aria-current");
  const item = pattern.content.cloneNode(true).firstElementChild;
  const row = item.querySelector("a");
  Object.assign(row, { href: url });
  row.dataset.row = id;
  row.setAttribute("aria-current", "page");
  row.querySelector("[data-title]").textContent = title;
  row.querySelector("time").textContent = clock();
  today.querySelector("ul").prepend(item);
  today.hidden = false;
}

function rename({ id, title }) {
  const row = [...list.querySelectorAll("[data-row]")].find((candidate) => candidate.dataset.row === id);
  if (row) row.querySelector("[data-title]").textContent = title;
}

function toggleColumn() {
  const isClosed = document.body.classList.toggle("wide");
  const age = isClosed ? YEAR : 0;
  document.cookie = `side=closed; Path=/c/; Max-Age=${age}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  [...document.querySelectorAll("[data-side-toggle]")].find((button) => button.checkVisibility())?.focus();
}

if (list) {
  localise(list);
  list.querySelector("[data-filter]")?.addEventListener("input", (event) => filter(event.target.value));
  document.addEventListener("talk:started", (event) => add(event.detail));
  document.addEventListener("talk:titled", (event) => rename(event.detail));
  for (const button of document.querySelectorAll("[data-side-toggle]")) button.addEventListener("click", toggleColumn);
}
