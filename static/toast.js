// Toasts leave when dismissed, and the good news by itself. Other modules show one with `toast(text)`.

const LINGER_MS = 8000;
const shelf = document.querySelector("[data-toasts]");

function linger(item) {
  let timer = 0;
  const wait = () => { timer = setTimeout(() => item.remove(), LINGER_MS); };
  const stay = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) item.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) item.addEventListener(name, wait);
  wait();
}

export function toast(text) {
  const item = document.createElement("p");
  item.className = "toast";
  item.dataset.toast = "info";
  item.textContent = text;
  shelf?.append(item);
  linger(item);
}

shelf?.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest("[data-toast]").remove();
});
for (const item of shelf?.querySelectorAll("[data-toast]") ?? []) {
  if (item.dataset.toast !== "error" && item.dataset.toast !== "warning") linger(item);
}
