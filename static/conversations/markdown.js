// Markdown to the same HTML that the server writes: no raw HTML, no image ever loaded, citations as numerals.

import MarkdownIt from "../vendor/markdown-it.min.mjs";
import DOMPurify from "../vendor/purify.es.mjs";

const TAGS = ["a", "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code",
  "em", "strong", "del", "s", "table", "thead", "tbody", "tr", "th", "td", "div", "span"];
const CLEAN = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ["href", "title", "class", "data-source", "aria-label", "align", "start"],
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
const NUMERAL = /^\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\](?!\()/;

const parser = new MarkdownIt("commonmark", { html: false }).enable(["table", "strikethrough"]);
const { escapeHtml } = parser.utils;

parser.inline.ruler.before("link", "citation", (state, silent) => {
  const found = NUMERAL.exec(state.src.slice(state.pos, state.pos + 24));
  if (!found) return false;
  if (!silent) {
    state.pending = state.pending.replace(/[ \u00a0\u202f]+$/, ""); // a numeral stands close to its claim
    state.push("citation", "", 0).content = found[1];
  }
  state.pos += found[0].length;
  return true;
});
parser.renderer.rules.citation = (tokens, index, _options, { cite }) =>
  tokens[index].content.split(",").map((number) => cite(Number(number))).join("");
parser.renderer.rules.image = (tokens, index) => {
  // A picture would tell a stranger's server that this was read: only a link to it is shown.
  const address = tokens[index].attrGet("src") ?? "";
  return `<a href="${escapeHtml(address)}">${escapeHtml(tokens[index].content || address)}</a>`;
};
parser.renderer.rules.table_open = () => '<div class="scroll-x"><table>';
parser.renderer.rules.table_close = () => "</table></div>";

/**
 * A fragment. `href(n)` gives the address of citation n, or nothing when it has none; without `href` the answer is
 * still being written, and every numeral is shown quietly.
 */
export function render(text, href = null) {
  const cite = (number) => {
    if (!href) return `<span class="cite quiet">${number}</span>`;
    const address = href(number);
    return address ? `<a class="cite" href="${escapeHtml(address)}" data-source="${number}">${number}</a>` : `[${number}]`;
  };
  return DOMPurify.sanitize(parser.render(text, { cite }), CLEAN);
}

/** Closes what an unfinished answer has left open, so that stars and ticks don't flicker. */
export function mend(text) {
  const lines = text.split("\n");
  const fences = lines.filter((line) => /^\s*(```|~~~)/.test(line)).length;
  if (fences % 2) return text;
  const tail = lines.at(-1);
  const count = (mark) => tail.split(mark).length - 1;
  if (count("`") % 2) return `${text}\``;
  return count("**") % 2 ? `${text.trimEnd()}**` : text;
}

/** What both renderings need on the page: links that open elsewhere, numerals with a name. */
export function dress(root, words) {
  for (const link of root.querySelectorAll("a[href]:not(.cite)")) {
    link.rel = "noopener noreferrer";
    link.target = "_blank";
  }
  for (const numeral of root.querySelectorAll("a.cite")) {
    numeral.setAttribute("aria-label", words.source.replace("{n}", numeral.dataset.source));
  }
}
