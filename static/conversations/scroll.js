// Stays at the end of the talk while one reads there, and leaves whoever scrolled up alone.

const NEAR_PX = 64;
const GESTURE_MS = 1000;
const GESTURES = ["wheel", "touchmove", "pointerdown", "keydown"];

export class Scroll {
  constructor(box, button) {
    this.box = box;
    this.button = button;
    this.isAtEnd = false;
    this.gestureAt = -GESTURE_MS;
    for (const name of GESTURES) box.addEventListener(name, () => { this.gestureAt = performance.now(); }, { passive: true });
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

  /** Only a person scrolls away from the end; text that arrives between two frames does not count. */
  #scrolled() {
    const left = this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop;
    if (left < NEAR_PX) this.isAtEnd = true;
    else if (performance.now() - this.gestureAt < GESTURE_MS) this.isAtEnd = false;
    if (this.button) this.button.hidden = this.isAtEnd;
  }
}
