// Requests to our own server. The page's CSRF token, or the widget visitor's token, goes along; whatever goes wrong
// comes back as a Problem whose message can be shown.

export class Problem extends Error {
  constructor(message, { code = "unreachable", status = 0, retryAfter = 0 } = {}) {
    super(message);
    Object.assign(this, { code, status, retryAfter });
  }
}

export class Door {
  /** `words` holds the sentences for what the server could not say itself. */
  constructor({ words, token = "", csrf = "" }) {
    this.words = words;
    this.token = token;
    this.csrf = csrf;
  }

  /** What proves who asks. */
  get headers() {
    if (this.token) return { Authorization: `Visitor ${this.token}` };
    return this.csrf ? { "X-CSRFToken": this.csrf } : {};
  }

  async post(url, body = {}) {
    const response = await this.#ask(url, {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" },
    });
    return response.json();
  }

  /** Posts, and hands over the open response: the reply is the stream of the answer. */
  stream(url, body = {}) {
    return this.#ask(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", Accept: "text/event-stream, application/json" },
    });
  }

  async json(url) {
    return (await this.#ask(url)).json();
  }

  async html(url) {
    return (await this.#ask(url, { headers: { Accept: "text/html" } })).text();
  }

  async #ask(url, { headers = {}, ...rest } = {}) {
    let response;
    try {
      response = await fetch(url, { ...rest, headers: { Accept: "application/json", ...this.headers, ...headers } });
    } catch {
      throw new Problem(this.words.unreachable);
    }
    if (response.ok) return response;
    throw await this.#problem(response);
  }

  async #problem(response) {
    const status = response.status;
    try {
      const { code, message, retry_after: retryAfter } = (await response.json()).error;
      return new Problem(message, { code, status, retryAfter });
    } catch {
      const isOurs = status >= 400 && status < 500;
      return new Problem(isOurs ? this.words.refused : this.words.unreachable, { code: `http_${status}`, status });
    }
  }
}
