// The list of starters over the composer: its button, or `/` in an empty field, opens it; a choice is put in the field.

const list = document.querySelector("[data-starters]");
const button = document.querySelector("[data-starters-button]");
const field = document.querySelector("[data-composer] [data-text]");

function open() {
  list.hidden = false;
  button.setAttribute("aria-expanded", "true");
  list.querySelector("button").focus();
}

function close() {
  if (list.hidden) return;
  list.hidden = true;
  button.setAttribute("aria-expanded", "false");
  field.focus();
}

function choose(text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  field.setSelectionRange(text.length, text.length);
}

function move(step) {
  const items = [...list.querySelectorAll("button")];
  items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
}

if (list && button && field) {
  button.addEventListener("click", () => (list.hidden ? open() : close()));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "/" || field.value || event.isComposing) return;
    event.preventDefault();
    open();
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[data-starter]");
    if (item) choose(item.dataset.starter);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(step);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && !list.contains(event.target) && !button.contains(event.target)) close();
  });
}
