// One answer on the page: what is known of its run becomes what is seen. Words appear whole, with a soft caret.

import { colourCode, frameCode } from "./code.js";
import { rememberText } from "./copy.js";
import { dress, mend, render } from "./markdown.js";
import { clock } from "./moments.js";

const LONGEST_WORD = 40; // scripts without spaces are not held back
const PAINT_MS = 50;

export class Answer {
  constructor(element, { words, sourceUrl }) {
    this.element = element;
    this.words = words;
    this.sourceUrl = sourceUrl;
    this.prose = element.querySelector("[data-prose]");
    this.caret = Object.assign(document.createElement("span"), { className: "caret", ariaHidden: "true" });
    this.text = "";
    this.keys = []; // what each block was painted from, so that finished blocks are left alone
  }

  /** Shows that the answer is being written; whatever an earlier attempt said goes away. */
  begin() {
    const when = this.element.querySelector("[data-when]");
    when.textContent = when.dataset.answering;
    this.#part("[data-ended]").hidden = true;
    this.#part("[data-acts]").hidden = true;
    this.replace("");
    return this;
  }

  searched({ files, passages, seconds }) {
    const line = this.element.querySelector("[data-line]");
    const strong = Object.assign(document.createElement("b"), { textContent: this.#count("file", files) });
    const rest = Object.assign(document.createElement("span"), { className: "t" });
    const time = this.#number(Math.max(0.1, seconds), 1);
    rest.textContent = `${this.#count("passage", passages)}, ${this.words.seconds.replace("{n}", time)}`;
    line.replaceChildren(`${this.words.searched} `, strong, " ", rest);
    line.parentElement.hidden = false;
  }

  replace(text) {
    this.text = text;
    this.#schedule();
  }

  append(text) {
    this.text += text;
    this.#schedule();
  }

  /** The kept text, with its numerals; `reason` says why there is no more of it. */
  end({ text, citations = [], reason = "", isBad = false }) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.text = text;
    const numbers = new Set(citations.map((citation) => citation.n));
    this.caret.remove();
    this.#paint(render(text, (number) => (numbers.has(number) ? this.sourceUrl(this.element, number) : "")));
    colourCode([...this.prose.children]);
    rememberText(this.element, text);
    this.#part("[data-acts]").hidden = !text;
    this.#part("[data-show-sources]").hidden = !citations.length;
    this.#explain(reason, isBad);
    this.#stamp();
  }

  #part(selector) {
    return this.element.querySelector(selector) ?? document.createElement("div");
  }

  #explain(reason, isBad) {
    const ended = this.#part("[data-ended]");
    const line = ended.querySelector("[data-reason]");
    ended.hidden = !reason;
    if (!line) return;
    line.textContent = reason;
    line.className = isBad ? "notice bad" : "faint small";
  }

  #stamp() {
    const time = document.createElement("time");
    time.dateTime = new Date().toISOString();
    time.textContent = clock();
    this.element.querySelector("[data-when]").replaceChildren(time);
  }

  #schedule() {
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.#paint(render(mend(wholeWords(this.text))));
      lastBlock(this.prose).append(this.caret);
    }, PAINT_MS);
  }

  /** Puts the blocks that changed in place of the old ones, and lets new words fade in. */
  #paint(fragment) {
    this.caret.remove();
    const blocks = [...fragment.children];
    const keys = blocks.map((block) => block.outerHTML);
    let same = 0;
    while (same < keys.length && keys[same] === this.keys[same]) same += 1;
    const shown = this.lengths?.slice(same).reduce((sum, length) => sum + length, 0) ?? 0;
    const fresh = blocks.slice(same);
    this.keys = keys;
    this.lengths = [...(this.lengths?.slice(0, same) ?? []), ...fresh.map((block) => block.textContent.length)];
    while (this.prose.children.length > same) this.prose.lastElementChild.remove();
    fadeIn(fresh, shown);
    this.prose.append(...fresh);
    dress(this.prose, this.words);
    frameCode(fresh);
    colourCode([...this.prose.children].slice(0, -1));
  }

  #count(name, number) {
    const isOne = new Intl.PluralRules(document.documentElement.lang).select(number) === "one";
    return this.words[`${name}${isOne ? "One" : "Many"}`].replace("{n}", this.#number(number));
  }

  #number(value, digits = 0) {
    return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value);
  }
}

/** The text without a last word that may still grow. */
function wholeWords(text) {
  const tail = /\S*$/.exec(text)[0];
  return tail.length > LONGEST_WORD ? text : text.slice(0, text.length - tail.length);
}

/** Where the caret stands: inside the last line of text. */
function lastBlock(prose) {
  if (!prose.lastElementChild) prose.append(document.createElement("p"));
  let node = prose.lastElementChild;
  while (/^(UL|OL|LI|BLOCKQUOTE|PRE)$/.test(node.tagName) || node.matches(".code")) {
    const inner = node.lastElementChild;
    if (!inner || !/^(UL|OL|LI|BLOCKQUOTE|P|PRE|CODE)$/.test(inner.tagName)) break;
    node = inner;
  }
  return node;
}

/** Wraps what stands after the first `shown` characters of these blocks. */
function fadeIn(blocks, shown) {
  let seen = 0;
  for (const block of blocks) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const start = Math.max(0, shown - seen);
      seen += text.length;
      if (start >= text.length || !text.data.trim() || text.parentElement.closest("pre")) continue;
      const piece = start ? text.splitText(start) : text;
      const span = Object.assign(document.createElement("span"), { className: "fresh" });
      piece.replaceWith(span);
      span.append(piece);
    }
  }
}
