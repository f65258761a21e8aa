// The figure walks from the shelf to the wall: the pressed card lends its plate the name that the wall's figure has.

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-walks]");
  if (!link || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  for (const other of document.querySelectorAll("[data-walking]")) {
    other.style.viewTransitionName = "";
    delete other.dataset.walking;
  }
  const figure = (link.closest(".pane") ?? link).querySelector(".plate, .glass .fig, .glass img");
  if (!figure) return;
  for (const wall of document.querySelectorAll(".wall .fig, .wall .portrait")) wall.style.viewTransitionName = "none";
  figure.dataset.walking = "";
  figure.style.viewTransitionName = "plate";
});
