// Small notes kept in the browser. Where storage is refused (a frame with third-party storage blocked, a private
// window), nothing is kept and nothing breaks.

export class Memory {
  constructor(kind) {
    try {
      this.store = kind === "session" ? window.sessionStorage : window.localStorage;
    } catch {
      this.store = null;
    }
  }

  recall(key) {
    try {
      return this.store?.getItem(key) ?? "";
    } catch {
      return "";
    }
  }

  /** Keeps the text; an empty one is forgotten. */
  keep(key, text) {
    try {
      if (text) this.store?.setItem(key, text);
      else this.store?.removeItem(key);
    } catch {
      // full or refused: the text stays on the page
    }
  }
}
