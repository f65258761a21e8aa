// Files chosen or dropped go up one after the other, each with its own progress and its own trouble.

const zone = document.querySelector("[data-drop]");
const input = zone.querySelector("input[type=file]");
const list = zone.querySelector("[data-uploads]");
const words = zone.dataset;
let queue = Promise.resolve();

function weigh(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(3, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const format = { style: "unit", unit: units[step], unitDisplay: step ? "short" : "long", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(bytes / 1024 ** step);
}

function addRow(file) {
  const row = zone.querySelector("[data-row]").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = file.name;
  row.querySelector(".st").textContent = weigh(file.size);
  row.querySelector("progress").setAttribute("aria-label", words.sending);
  row.querySelector("button").addEventListener("click", () => row.remove());
  list.append(row);
  return row;
}

function trouble(row, text) {
  row.querySelector("progress").remove();
  row.querySelector(".sub").textContent = text;
  row.querySelector("button").hidden = false;
  row.firstElementChild.className = "warn";
  row.querySelector("use").setAttribute("href", row.querySelector("use").getAttribute("href").replace(/#.*/, "#triangle-alert"));
}

// fetch tells nothing of how much has gone up
function post(file, onProgress) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", input.form.elements.csrfmiddlewaretoken.value);
  body.append("files", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", words.url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => onProgress((100 * event.loaded) / event.total));
    request.addEventListener("load", () => resolve(request));
    for (const name of ["error", "abort"]) request.addEventListener(name, reject);
    request.send(body);
  });
}

async function upload(file, row) {
  const progress = row.querySelector("progress");
  try {
    const { status, response } = await post(file, (percent) => { progress.value = percent; });
    if (status === 200 && response?.known) trouble(row, words.known);
    else if (status === 200 && response) row.remove();
    else trouble(row, response?.error?.message ?? words.broken);
  } catch {
    trouble(row, words.broken);
  }
  await window.htmx.ajax("GET", words.url, { target: "#files", swap: "outerHTML" });
}

function take(files) {
  for (const file of files) {
    const row = addRow(file);
    if (file.size > Number(words.maxBytes)) {
      trouble(row, words.tooBig.replace("{size}", weigh(file.size)).replace("{limit}", weigh(Number(words.maxBytes))));
    } else {
      queue = queue.then(() => upload(file, row));
    }
  }
}

input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
