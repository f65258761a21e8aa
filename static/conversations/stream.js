// Follows a run over SSE. Unlike EventSource it sends headers, so it can go on from the last event seen
// (`Last-Event-ID`) and, in the widget, show the visitor's token. It never gives up on a lost connection.

const TERMINAL = new Set(["done", "stopped", "failed"]);
const IDLE_MS = 40_000; // the server writes at least every 15 s; a silent connection is a dead one
const SHORTEST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

/** The server says that this run can't be followed from here: trying again would not help. */
export class Refused extends Error {
  constructor(status) {
    super(`refused: ${status}`);
    this.status = status;
  }
}

/**
 * Calls `onEvent({name, data, id})` for each event and returns the terminal one. `opened` is a connection that has begun
 * already (see `events`); when it breaks, or without it, `url` is asked from the last event on. `onConnection(isWell)`
 * tells of a second failure in a row, and of the first event after it. Rejects with Refused, or AbortError by `signal`.
 */
export async function follow(url, { opened, headers = {}, signal, onEvent, onConnection = () => {} }) {
  let last = "";
  let failures = 0;
  for (;;) {
    try {
      const resumed = last ? { ...headers, "Last-Event-ID": last } : headers;
      for await (const event of opened ?? connect(url, resumed, signal)) {
        if (failures > 1) onConnection(true);
        failures = 0;
        last = event.id || last;
        onEvent(event);
        if (TERMINAL.has(event.name)) return event;
      }
    } catch (error) {
      if (signal?.aborted || error instanceof Refused) throw error;
    }
    opened = undefined;
    failures += 1;
    if (failures > 1) onConnection(false);
    await rest(Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** (failures - 1)), signal);
  }
}

/** One connection to a run's address. */
async function* connect(url, headers, signal) {
  const connection = new AbortController();
  const hangUp = () => connection.abort();
  signal?.addEventListener("abort", hangUp);
  try {
    const response = await fetch(url, {
      headers: { Accept: "text/event-stream", ...headers }, signal: connection.signal, cache: "no-store",
    });
    if (isFinal(response.status)) throw new Refused(response.status);
    if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
    yield* events(response);
  } finally {
    signal?.removeEventListener("abort", hangUp);
    hangUp();
  }
}

/** The events of an open response until it ends, breaks, or stays silent for too long. */
export async function* events(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const hangUp = () => reader.cancel().catch(() => {});
  let watchdog = setTimeout(hangUp, IDLE_MS);
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      clearTimeout(watchdog);
      if (done) return;
      watchdog = setTimeout(hangUp, IDLE_MS);
      const blocks = (waiting + decoder.decode(value, { stream: true })).split("\n\n");
      waiting = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    clearTimeout(watchdog);
    hangUp();
  }
}

/** Client errors are final, except those that ask for patience. */
function isFinal(status) {
  return status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
}

/** An event from its lines, or nothing for a comment. */
export function parse(block) {
  const event = { name: "message", data: null, id: "" };
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([a-z]*): ?(.*?)\r?$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") data.push(value);
  }
  if (!data.length) return null;
  event.data = JSON.parse(data.join("\n"));
  return event;
}

/** Waits, but no longer than until the network is back or the page is looked at again. */
function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener("online", finish);
      document.removeEventListener("visibilitychange", wake);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const wake = () => { if (document.visibilityState === "visible") finish(); };
    const timer = setTimeout(finish, milliseconds * (0.75 + Math.random() / 2));
    window.addEventListener("online", finish);
    document.addEventListener("visibilitychange", wake);
    signal?.addEventListener("abort", finish, { once: true });
  });
}
