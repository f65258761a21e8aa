// A talk: sending, the answer that is being written, stopping it, trying again. The page and the widget's frame each
// make one and say through `hooks` what else should happen.

import { Answer } from "./answer.js";
import { colourCode, frameCode } from "./code.js";
import { Composer } from "./composer.js";
import { Door, Problem } from "./door.js";
import { dress } from "./markdown.js";
import { localise } from "./moments.js";
import { Scroll } from "./scroll.js";
import { Refused, events, follow } from "./stream.js";

export class Talk {
  /** `hooks`: started(reply), accepted(), ended(event); each may be missing. */
  constructor(root, { token = "", memory, hooks = {} }) {
    this.root = root;
    this.hooks = hooks;
    this.words = root.querySelector("[data-words]").dataset;
    this.door = new Door({ words: this.words, token, csrf: root.querySelector("[name=csrfmiddlewaretoken]")?.value });
    this.log = root.querySelector("[data-log]");
    this.slot = root.querySelector("[data-live-slot]");
    this.scroll = new Scroll(root.querySelector("[data-scroll]"), root.querySelector("[data-latest]"));
    this.sendUrl = root.dataset.sendUrl;
    const form = root.querySelector("[data-composer]");
    this.composer = form && new Composer(form, {
      words: this.words, memory, draft: `draft:${root.dataset.draft}`,
      onSend: (text) => this.send(text), onStop: () => this.stop(),
    });
    root.addEventListener("submit", (event) => this.#submitted(event));
    this.furnish();
  }

  /** Dresses what the server rendered and goes on following an answer that is being written. */
  furnish() {
    for (const prose of this.root.querySelectorAll("[data-prose]")) {
      dress(prose, this.words);
      frameCode([...prose.children]);
      colourCode([...prose.children]);
    }
    localise(this.root);
    if (this.root.querySelector("[data-message]")) this.scroll.toEnd();
    const live = this.slot.querySelector("[data-live]");
    if (live) this.#follow(live, live.dataset);
  }

  async send(text) {
    if (this.isBusy) return;
    this.isBusy = true;
    const mine = this.#add("person", this.log);
    mine.querySelector("[data-said]").textContent = text;
    const answer = this.#add("assistant", this.slot);
    this.#answerOf(answer).begin();
    this.composer.sending();
    this.scroll.toEnd();
    try {
      const reply = await this.#ask(this.sendUrl || this.root.dataset.startUrl, { text });
      mine.dataset.message = reply.message;
      this.#settle();
      this.#accepted(reply, answer);
    } catch (problem) {
      mine.remove();
      answer.remove();
      this.#refused(problem);
      this.composer.restore(text);
    }
  }

  async stop() {
    if (!this.stopUrl) return;
    this.composer.stopping();
    try {
      await this.door.post(this.stopUrl);
    } catch (problem) {
      this.composer.problem(problem.message);
      this.composer.live();
    }
  }

  async retry(element, url) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.composer?.waiting();
    try {
      const reply = await this.#ask(url);
      this.slot.append(element);
      this.#accepted(reply, element);
    } catch (problem) {
      this.#refused(problem);
    }
  }

  /** What the server says of a message it accepted, and under `opened` the rest of that stream: the answer. */
  async #ask(url, body) {
    const opened = events(await this.door.stream(url, body));
    const { value } = await opened.next().catch(() => ({}));
    if (value?.name !== "accepted") throw new Problem(this.words.unreachable);
    return { ...value.data, opened };
  }

  #accepted(reply, element) {
    element.dataset.message = reply.answer;
    element.querySelector("[data-retry]").action = reply.retry;
    this.composer?.accepted();
    this.hooks.accepted?.();
    if (reply.conversation) this.#started(reply);
    this.#follow(element, reply);
  }

  /** A talk that had nothing in it has become a conversation. */
  #started(reply) {
    this.sendUrl = reply.send;
    this.root.dataset.conversation = reply.conversation;
    this.composer?.keepDraftAs(`draft:${reply.conversation}`);
    this.hooks.started?.(reply);
  }

  #refused(problem) {
    this.isBusy = false;
    this.composer?.idle();
    this.composer?.problem(problem.message);
  }

  async #follow(element, { events: url, stop, opened }) {
    this.isBusy = true;
    this.stopUrl = stop;
    element.dataset.live = "";
    const answer = this.#answerOf(element).begin();
    this.composer?.live();
    this.#say(this.words.answering);
    try {
      const onEvent = (event) => this.#happened(answer, event);
      const onConnection = (isWell) => this.composer?.connection(isWell);
      await follow(url, { opened, headers: this.door.headers, onEvent, onConnection });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer.end({ text: answer.text, reason: this.words.gone, isBad: true });
      this.#finished(element, { name: "failed" }, this.words.gone);
    }
  }

  #happened(answer, { name, data }) {
    if (name === "searched") answer.searched(data);
    else if (name === "snapshot") answer.replace(data.text);
    else if (name === "text") answer.append(data.text);
    else if (name === "done") this.#close(answer, name, data, "", this.words.ready);
    else if (name === "stopped") this.#close(answer, name, data, this.words.stopped, this.words.stopped);
    else if (name === "failed") this.#close(answer, name, data, data.message || this.words.failed, data.message);
  }

  #close(answer, name, data, reason, said) {
    answer.end({ ...data, reason, isBad: name === "failed" });
    this.#finished(answer.element, { name, data }, said);
  }

  /** The finished message enters the log, and only there it is read out. */
  #finished(element, event, said) {
    this.isBusy = false;
    this.stopUrl = "";
    delete element.dataset.live;
    this.composer?.connection(true);
    this.composer?.idle();
    this.#say(said);
    if (this.log.moveBefore) this.log.moveBefore(element, null);
    else this.log.append(element);
    this.hooks.ended?.(event);
  }

  #say(sentence) {
    this.root.querySelector("[data-status]").textContent = sentence;
  }

  #add(role, parent) {
    const pattern = this.root.querySelector(`template[data-template="${role}"]`);
    const element = pattern.content.cloneNode(true).firstElementChild;
    parent.append(element);
    return element;
  }

  /** What only made sense before: the introduction, and trying again where the talk has gone on. */
  #settle() {
    this.root.querySelector("[data-intro]")?.remove();
    for (const form of this.log.querySelectorAll("[data-retry]")) form.remove();
  }

  #answerOf(element) {
    if (this.answer?.element === element) return this.answer;
    const { sourceUrl: pattern } = this.root.dataset;
    const sourceUrl = ({ dataset }, n) => pattern.replace("MESSAGE", dataset.message).replace(/0\/$/, `${n}/`);
    this.answer = new Answer(element, { words: this.words, sourceUrl });
    return this.answer;
  }

  #submitted(event) {
    const form = event.target;
    if (form.matches("[data-retry]")) this.retry(form.closest("[data-message]"), form.action);
    else if (form.matches("[data-begin]")) this.send(form.elements.text.value);
    else return;
    event.preventDefault();
  }
}
