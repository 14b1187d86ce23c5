// The rows of the wall as the server lists them, in chunks: asked for when needed, forgotten when far away.

export const EACH = 120;
const KEPT = 60;
const AT_ONCE = 240;
const MOST = 10_000;

export class Rows {
  constructor(source) {
    this.source = source;
    this.chunks = new Map();
    this.wanted = new Map();
  }

  at(index) {
    return this.chunks.get(Math.floor(index / EACH))?.[index % EACH];
  }

  /** Ask for a chunk; true once it is here, false if it was given up, null if the server could not be reached. */
  async take(n) {
    const request = new AbortController();
    this.wanted.set(n, request);
    try {
      const { rows, total } = await this.#ask(n * EACH, EACH, request.signal);
      this.chunks.set(n, rows);
      this.total = total;
      return true;
    } catch {
      return request.signal.aborted ? false : null;
    } finally {
      if (this.wanted.get(n) === request) this.wanted.delete(n);
    }
  }

  /** Give up what is on its way, but for some chunks. */
  giveUp(but = []) {
    for (const [n, request] of this.wanted) {
      if (but.includes(n)) continue;
      request.abort();
      this.wanted.delete(n);
    }
  }

  /** Forget the chunks farthest from one, and return which. */
  forget(near) {
    const farthest = [...this.chunks.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    const gone = farthest.slice(0, Math.max(0, farthest.length - KEPT));
    for (const n of gone) this.chunks.delete(n);
    return gone;
  }

  /** The ids from one place to another, asked for where they are not at hand; at most 10,000. */
  async between(first, last) {
    const found = [];
    const until = Math.min(last, first + MOST - 1);
    for (let index = first; index <= until; ) {
      const own = this.at(index);
      const rows = own ? [own] : (await this.#ask(index, Math.min(AT_ONCE, until - index + 1))).rows;
      if (!rows.length) break;
      found.push(...rows.map((row) => row.id));
      index += rows.length;
    }
    return found;
  }

  async #ask(offset, limit, signal) {
    const url = new URL(this.source, location.href);
    url.searchParams.set("offset", offset);
    url.searchParams.set("limit", limit);
    const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }
}
