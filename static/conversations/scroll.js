// Stays at the end of the talk while one reads there, and leaves whoever scrolled up alone.

const NEAR_PX = 64;

export class Scroll {
  constructor(box, button) {
    this.box = box;
    this.button = button;
    this.isAtEnd = true;
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    button?.addEventListener("click", () => this.toEnd());
    const watch = new ResizeObserver(() => { if (this.isAtEnd) this.toEnd(); else this.#scrolled(); });
    watch.observe(box);
    watch.observe(box.firstElementChild);
  }

  toEnd() {
    this.isAtEnd = true;
    this.box.scrollTop = this.box.scrollHeight;
    if (this.button) this.button.hidden = true;
  }

  #scrolled() {
    const left = this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop;
    this.isAtEnd = left < NEAR_PX;
    if (this.button) this.button.hidden = this.isAtEnd;
  }
}
