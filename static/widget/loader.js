// Vitrine on another website: one launcher, one frame, no global, nothing fetched before the first click.
// <script src="https://…/embed/v1.js" data-embed="emb_…" async></script>
// The tag hears `vitrine:open`, `vitrine:close` and `vitrine:remove`; it tells `vitrine:opened` and `vitrine:closed`.
(() => {
  const tag = document.currentScript;
  const id = tag?.dataset.embed;
  if (!id || document.querySelector(`[data-vitrine="${CSS.escape(id)}"]`)) return;
  const address = new URL(`${encodeURIComponent(id)}/`, tag.src);
  const isFrench = /^fr\b/i.test(document.documentElement.lang || navigator.language);
  const label = tag.dataset.label || (isFrench ? "Poser une question à l’assistant" : "Ask the assistant");
  const closeLabel = isFrench ? "Fermer l’assistant" : "Close the assistant";

  const css = `
    :host { all: initial; position: fixed; inset: auto 24px 24px auto; z-index: 2147483000; color-scheme: light dark; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button { all: unset; box-sizing: border-box; cursor: pointer; display: grid; place-items: center; inline-size: 60px; block-size: 60px; border-radius: 16px;
      background: #141621; color: #fbfaf7; box-shadow: 0 0 0 1px rgb(255 255 255 / .16), 0 8px 24px -6px rgb(20 22 33 / .4); }
    button:hover { translate: 0 -2px; }
    button:focus-visible { outline: 3px solid light-dark(#1646c6, #7aa5ff); outline-offset: 3px; }
    svg { inline-size: 34px; block-size: 34px; fill: currentColor; }
    .panel { position: fixed; inset: auto 24px 96px auto; inline-size: 400px; block-size: min(640px, 100dvh - 120px); border-radius: 16px; overflow: hidden;
      background: light-dark(#fbfaf7, #0f1016); box-shadow: 0 0 0 1px rgb(20 22 33 / .1), 0 24px 64px -12px rgb(20 22 33 / .35); }
    iframe { display: block; border: 0; border-radius: inherit; inline-size: 100%; block-size: 100%; }
    @media (max-width: 480px) { .panel { inset: 0; inline-size: auto; block-size: auto; border-radius: 0; } .open { display: none; } }
    @media (prefers-reduced-motion: no-preference) { button { transition: translate 120ms; } .panel { animation: rise 200ms cubic-bezier(.2, .7, .2, 1); } }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media print { :host { display: none; } }`;

  const host = Object.assign(document.createElement("div"), { lang: isFrench ? "fr" : "en" });
  host.dataset.vitrine = id;
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // a constructed sheet passes any style-src
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  const figure = drawing("M2 2h22v22H2zm2.5 2.5v14h17v-14z M6.5 18.5a4.5 4.5 0 0 1 9 0z m10.4 0 2.4-7.5 3.4 7.5z");
  const chevron = drawing("M6.8 9.8 13 16l6.2-6.2 1.8 1.8-8 8-8-8z");
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  const panel = Object.assign(document.createElement("div"), { className: "panel", hidden: true });
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  shadow.append(panel, button);
  let frame = null;
  let isLoaded = false;

  function drawing(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 26 26");
    svg.setAttribute("aria-hidden", "true");
    const shape = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
    shape.setAttribute("d", path);
    shape.setAttribute("fill-rule", "evenodd");
    return svg;
  }

  function show(isOpen) {
    panel.hidden = !isOpen;
    button.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    button.setAttribute("aria-label", isOpen ? closeLabel : label);
    button.replaceChildren(isOpen ? chevron : figure);
  }

  function open() {
    if (!panel.hidden) return;
    if (!frame) {
      frame = Object.assign(document.createElement("iframe"), { title: label, allow: "clipboard-write", referrerPolicy: "origin" });
      frame.addEventListener("load", () => { isLoaded = true; say("open"); });
      frame.src = address.href;
      panel.append(frame);
    }
    show(true);
    frame.focus();
    say("open");
    tag.dispatchEvent(new CustomEvent("vitrine:opened"));
  }

  function close() {
    if (panel.hidden) return;
    show(false);
    button.focus();
    tag.dispatchEvent(new CustomEvent("vitrine:closed"));
  }

  /** Only our own origin can read what is said, and only our own frame is listened to. */
  function say(what) {
    if (isLoaded) frame.contentWindow.postMessage({ vitrine: what }, address.origin);
  }

  function heard(event) {
    if (frame && event.source === frame.contentWindow && event.origin === address.origin && event.data?.vitrine === "close") close();
  }

  function remove() {
    window.removeEventListener("message", heard);
    host.remove();
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  shadow.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  window.addEventListener("message", heard);
  for (const [name, act] of Object.entries({ open, close, remove })) tag.addEventListener(`vitrine:${name}`, act);
  show(false);
  if (document.body) document.body.append(host);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(host), { once: true });
})();
