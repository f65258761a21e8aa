// The keys that work on every page: `/` goes to the search field, Ctrl or ⌘ K opens the palette.
// Esc is the browser's own: it closes the dialog or menu on top.

const palette = document.querySelector("[data-palette]");

function isTyping(target) {
  return target.isContentEditable || target.closest("input, textarea, select") !== null;
}

function openPalette() {
  if (!palette || palette.open) return;
  palette.showModal();
  palette.querySelector("input").select();
}

function goToSearch() {
  const field = [...document.querySelectorAll('[data-shortcut="/"]')].find((candidate) => candidate.offsetParent);
  if (field) field.select();
  else openPalette();
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    openPalette();
  } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    event.preventDefault();
    goToSearch();
  }
});

palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});
