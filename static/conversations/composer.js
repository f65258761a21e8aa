// Where one writes: grows to ten lines, keeps its draft, sends with Enter, turns its button into Stop while an answer
// is being written. Nothing typed is ever lost.

const HAS_KEYBOARD = !window.matchMedia("(pointer: coarse)").matches;

export class Composer {
  constructor(form, { words, memory, draft, onSend, onStop }) {
    Object.assign(this, { form, words, memory, draft, onSend });
    this.field = form.querySelector("[data-text]");
    this.sendButton = form.querySelector("[data-send]");
    this.stopButton = form.querySelector("[data-stop-button]");
    this.error = form.parentElement.querySelector("[data-error]");
    this.max = Number(form.dataset.max);
    this.state = "idle";
    this.field.value ||= memory.recall(draft);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#pressed(event));
    this.stopButton.addEventListener("click", onStop);
    form.addEventListener("submit", (event) => this.#submitted(event));
    if (!HAS_KEYBOARD) this.field.enterKeyHint = "enter";
    this.#grow();
    this.#show();
    // In a frame the focus belongs to the page around it, where somebody may be typing.
    const isPage = window.top === window;
    if (HAS_KEYBOARD && isPage && !document.querySelector("dialog[open]")) this.field.focus({ preventScroll: true });
  }

  /** The text has left the field; it comes back by `restore` when the server doesn't take it. */
  sending() {
    this.field.value = "";
    this.#grow();
    this.waiting();
  }

  /** Something is being asked of the server; what is being typed stays. */
  waiting() {
    this.state = "sending";
    this.error.hidden = true;
    this.#show();
  }

  /** The server has the message: its draft is no longer needed, unless something new was typed meanwhile. */
  accepted() {
    this.memory.keep(this.draft, this.field.value);
  }

  /** From now on the draft belongs to another talk. */
  keepDraftAs(key) {
    this.memory.keep(this.draft, "");
    this.draft = key;
    this.memory.keep(key, this.field.value);
  }

  live() {
    this.state = "live";
    this.stopButton.disabled = false;
    this.#show();
  }

  stopping() {
    this.stopButton.disabled = true;
  }

  idle() {
    const hadFocus = document.activeElement === this.stopButton;
    this.state = "idle";
    this.#show();
    if (hadFocus) this.field.focus({ preventScroll: true });
  }

  /** Puts back what could not be sent, before whatever was typed since. */
  restore(text) {
    this.field.value = [text, this.field.value].filter(Boolean).join("\n");
    this.#typed(true);
  }

  insert(text) {
    this.field.value = text;
    this.#typed();
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  problem(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = false;
  }

  connection(isWell) {
    if (!isWell) this.problem(this.words.reconnecting);
    else if (this.error.textContent === this.words.reconnecting) this.error.hidden = true;
  }

  #typed(keepsError = false) {
    this.memory.keep(this.draft, this.field.value);
    const over = this.field.value.length - this.max;
    if (over > 0) this.problem(this.words[over === 1 ? "longOne" : "longMany"].replace("{n}", over));
    else if (!keepsError && this.state === "idle") this.error.hidden = true;
    this.#grow();
    this.#show();
  }

  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !HAS_KEYBOARD) return;
    event.preventDefault();
    if (!this.sendButton.disabled && !this.sendButton.hidden) this.form.requestSubmit();
  }

  #submitted(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (text && this.state === "idle" && text.length <= this.max) this.onSend(text);
  }

  #show() {
    const isLive = this.state === "live";
    if (isLive && document.activeElement === this.sendButton) this.field.focus({ preventScroll: true });
    this.stopButton.hidden = !isLive;
    this.sendButton.hidden = isLive;
    const length = this.field.value.trim().length;
    this.sendButton.disabled = this.state !== "idle" || !length || length > this.max;
  }

  /** For browsers without `field-sizing`; the CSS sets the limit. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.rows = 1;
    while (this.field.scrollHeight > this.field.clientHeight && this.field.rows < 10) this.field.rows += 1;
  }
}
