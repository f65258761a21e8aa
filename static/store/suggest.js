// Suggestions as one types: a combobox over the fragment that the server renders. Without it the form just searches.

const WAIT_MS = 120;

function attach(form) {
  const field = form.querySelector("input[name=q]");
  const list = form.querySelector('[role="listbox"]');
  const found = list.querySelector("[data-found]");
  const pages = list.querySelector("[data-pages]");
  const summary = form.querySelector("[data-summary]");
  let timer = 0;
  let request = null;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", String(!list.hidden));

  const options = () => [...list.querySelectorAll('[role="option"]')].filter((option) => option.offsetParent);
  const current = () => list.querySelector('[aria-selected="true"]');

  function show(isOpen) {
    if (pages) return; // the palette's list is always open
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) mark(null);
  }

  function mark(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function number() {
    list.querySelectorAll('[role="option"]').forEach((option, index) => {
      option.id = `${list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
  }

  function filterPages(query) {
    if (!pages) return;
    let left = 0;
    for (const page of pages.querySelectorAll('[role="option"]')) {
      page.hidden = !page.textContent.trim().toLowerCase().includes(query.toLowerCase());
      left += page.hidden ? 0 : 1;
    }
    pages.hidden = left === 0;
  }

  async function ask() {
    const query = field.value.trim();
    filterPages(query);
    request?.abort();
    if (!query) {
      found.replaceChildren();
      number();
      mark(null);
      return show(false);
    }
    request = new AbortController();
    try {
      const address = `${form.dataset.suggest}?${new URLSearchParams({ q: query })}`;
      const answer = await fetch(address, { signal: request.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return show(false);
      found.innerHTML = await answer.text(); // our own server's escaped fragment
    } catch {
      return; // a newer letter was typed, or the network is away: the form still searches
    }
    number();
    mark(null);
    summary.textContent = found.firstElementChild?.dataset.count ?? "";
    show(found.childElementCount > 0 && form.contains(document.activeElement));
  }

  function step(distance) {
    const all = options();
    if (!all.length) return;
    const index = all.indexOf(current());
    const next = index === -1 && distance < 0 ? all.length - 1 : index + distance;
    mark(next < 0 || next >= all.length ? null : all[next]);
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("focus", () => {
    if (found.childElementCount) show(true);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && found.childElementCount) show(true);
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && current()) {
      event.preventDefault();
      current().click();
    } else if (event.key === "Escape" && !list.hidden && !pages) {
      event.preventDefault();
      show(false);
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) show(false);
  });
  number();
}

for (const form of document.querySelectorAll("form[data-suggest]")) attach(form);
