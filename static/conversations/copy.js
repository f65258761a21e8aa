// Copying: an answer as it was written (Markdown, without numerals), or any text on request. The button shows a tick.

const SHOWN_MS = 1600;
const texts = new WeakMap();

/** Remembers the Markdown of an answer; what the server rendered is copied as plain text. */
export function rememberText(message, text) {
  texts.set(message, text);
}

export async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  const status = document.querySelector("[data-status]");
  if (status) status.textContent = document.querySelector("[data-words]")?.dataset.copied ?? "";
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  if (button.dataset.copied) return;
  button.dataset.copied = "yes";
  use.setAttribute("href", before.replace(/#.*/, "#check"));
  setTimeout(() => {
    use.setAttribute("href", before);
    delete button.dataset.copied;
  }, SHOWN_MS);
}

/** For pages without a secure context and frames without clipboard permission. */
function copyBySelection(text) {
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "vh";
  document.body.append(holder);
  const back = document.activeElement;
  holder.select();
  document.execCommand("copy");
  holder.remove();
  back?.focus();
}

function answerText(message) {
  const kept = texts.get(message);
  if (kept !== undefined) return kept.replace(/(?: ?\[\d{1,2}\])+/g, "");
  const copy = message.querySelector("[data-prose]").cloneNode(true);
  for (const extra of copy.querySelectorAll(".cite, .codehead")) extra.remove();
  message.append(copy);
  const text = copy.innerText;
  copy.remove();
  return text;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copyText(answerText(button.closest("[data-message]")), button);
  const snippet = event.target.closest("[data-copy-from]");
  if (snippet) copyText(document.getElementById(snippet.dataset.copyFrom).textContent.trim(), snippet);
});
