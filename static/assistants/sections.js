// The builder's parts: one open at a time, named in the address, and told anew after each save.

const list = document.querySelector("[data-sections]");
const sections = new Map([...list.querySelectorAll("[data-section]")].map((item) => [item.dataset.section, item]));

function markOpen() {
  const open = [...sections.values()].find((item) => item.open)?.dataset.section;
  for (const link of document.querySelectorAll("[data-nav]")) {
    link.toggleAttribute("aria-current", link.dataset.nav === open);
    if (link.dataset.nav === open) link.setAttribute("aria-current", "true");
  }
}

function show(slug) {
  const item = sections.get(slug);
  if (!item) return;
  item.open = true;
  history.replaceState(null, "", `#${slug}`);
  showForm();
  item.querySelector("summary").scrollIntoView({ block: "start" });
}

function tell(slug, { summary, state, note, count }) {
  const item = sections.get(slug);
  item.querySelector("[data-summary]").textContent = summary;
  const tag = item.querySelector("[data-note]");
  tag.textContent = note;
  tag.hidden = !note;
  tag.className = `tag ${state}`;
  const told = document.querySelector(`[data-told="${slug}"]`);
  if (state === "warn") told.replaceChildren(Object.assign(document.createElement("span"), { className: "tag warn", title: note, textContent: count }));
  else if (state !== "ok") told.replaceChildren();
  else if (!told.querySelector("svg")) told.replaceChildren(document.querySelector("[data-saved] svg").cloneNode(true));
}

function hearFiles() {
  const files = document.querySelector("#files");
  tell("knowledge", { summary: files.dataset.told, state: files.dataset.state, note: files.dataset.why, count: files.dataset.count });
  document.querySelector("[data-files-status]").textContent = files.dataset.status;
}

function view(name) {
  document.body.dataset.shows = name;
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === name));
}

const showForm = () => view("form");

list.addEventListener("toggle", markOpen, { capture: true });
addEventListener("hashchange", () => show(location.hash.slice(1)));
document.addEventListener("click", (event) => {
  const slug = event.target.closest("a[href^='#']")?.hash.slice(1);
  if (sections.has(slug)) {
    event.preventDefault();
    show(slug);
  }
  const tab = event.target.closest("[data-view]");
  if (tab) view(tab.dataset.view);
  for (const menu of document.querySelectorAll(".kmenu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".kmenu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("draft:saved", ({ detail }) => {
  document.querySelector("[data-name]").textContent = detail.name;
  document.querySelector("[data-changes]").hidden = !detail.has_changes && Boolean(detail.is_live);
  for (const plate of document.querySelectorAll(".bbar .plate, .looks .plate")) plate.dataset.cat = detail.field;
  // A starter without title got one from its text.
  const titles = [...document.querySelectorAll("[name=starter_title]")];
  const texts = [...document.querySelectorAll("[name=starter_text]")];
  const named = titles.filter((title, row) => title.value.trim() || texts[row].value.trim());
  named.forEach((title, row) => { if (!title.value && title !== document.activeElement) title.value = detail.starter_titles[row] ?? ""; });
  for (const [slug, told] of Object.entries(detail.sections)) tell(slug, told);
});
// While a menu of a file is open the list stays as it is.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "files" && event.target.querySelector(".kmenu[open]")) event.preventDefault();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "files" || event.detail.target?.id === "files") hearFiles();
});
const first = [...sections.values()].find((item) => item.querySelector("[aria-invalid='true']"));
if (first) first.open = true;
else if (sections.has(location.hash.slice(1))) show(location.hash.slice(1));
first?.querySelector("[aria-invalid='true']").focus();
markOpen();
