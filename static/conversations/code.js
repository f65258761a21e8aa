// Code blocks: a head with the language, wrap and copy; colours from a library that is fetched only when there is code.

import { copyText } from "./copy.js";

let library = null;

/** Puts a head on the code blocks among these nodes. */
export function frameCode(nodes) {
  const pattern = document.querySelector('template[data-template="code"]');
  for (const pre of blocks(nodes)) {
    if (!pattern || pre.closest(".code")) continue;
    const frame = pattern.content.cloneNode(true).firstElementChild;
    frame.querySelector("[data-language]").textContent = language(pre);
    pre.replaceWith(frame);
    pre.tabIndex = 0;
    frame.append(pre);
  }
}

/** Colours the finished code blocks among these nodes. */
export async function colourCode(nodes) {
  const waiting = blocks(nodes).filter((pre) => language(pre) && !pre.dataset.coloured);
  if (!waiting.length) return;
  for (const pre of waiting) pre.dataset.coloured = "yes";
  library ??= import("../vendor/highlight.min.mjs");
  const { default: highlighter } = await library;
  for (const pre of waiting) {
    const code = pre.querySelector("code");
    if (!highlighter.getLanguage(language(pre))) continue;
    code.innerHTML = highlighter.highlight(code.textContent, { language: language(pre), ignoreIllegals: true }).value;
  }
}

function blocks(nodes) {
  return nodes.flatMap((node) => (node.matches("pre") ? [node] : [...node.querySelectorAll("pre")]));
}

function language(pre) {
  return /language-([\w+#.-]+)/.exec(pre.querySelector("code")?.className ?? "")?.[1] ?? "";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-wrap], [data-copy-code]");
  const pre = button?.closest(".code").querySelector("pre");
  if (!pre) return;
  if (button.matches("[data-copy-code]")) copyText(pre.textContent, button);
  else button.setAttribute("aria-pressed", String(pre.classList.toggle("wrapped")));
});
