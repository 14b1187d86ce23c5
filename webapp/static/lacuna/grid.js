// The library as one long wall: only what is near the window is in the page, the rest is a height.

import { expected, justify, shape } from "./layout.js";
import { Stretch } from "./stretch.js";
import { put, tile } from "./tile.js";

const EACH = 120;
const AHEAD = 1;
const KEPT = 60;
const REST = 140;
const PLACE = "lacuna wall ";

class Grid {
  constructor(list) {
    this.list = list;
    this.total = Number(list.dataset.total);
    this.source = list.dataset.source;
    this.count = Math.ceil(this.total / EACH);
    this.rows = new Map();
    this.heights = new Float64Array(this.count);
    this.known = new Map();
    this.wanted = new Map();
    this.tiles = new Map();
    this.stretch = new Stretch();
    this.abort = new AbortController();
    const when = { signal: this.abort.signal, passive: true };
    addEventListener("scroll", () => this.#soon(), when);
    addEventListener("scrollend", () => this.#settle(), when);
    this.watch = new ResizeObserver(() => this.#measure());
    this.watch.observe(list.parentElement);
    this.#adopt();
  }

  // The cards that came with the page are its first rows; they are taken over as they stand.
  async #adopt() {
    await this.#fetch(0);
    if (this.abort.signal.aborted || !this.rows.has(0)) return;
    this.list.replaceChildren();
    this.list.classList.add("wall");
    this.live = true;
    this.#measure();
    const before = Number(sessionStorage.getItem(PLACE + location.search));
    if (before && ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type)) this.show(before);
    addEventListener("pagehide", () => this.#remember(), { signal: this.abort.signal });
  }

  // Where one was, for coming back from an asset.
  #remember() {
    const top = this.#real > 0 ? this.#index(this.top + 140) : 0;
    sessionStorage.setItem(PLACE + location.search, top);
  }

  #size() {
    const small = this.width < 560;
    return { width: this.width, target: small ? 132 : 190, gap: small ? 10 : 16, caption: 34 };
  }

  #measure() {
    const width = this.list.parentElement?.clientWidth;
    if (!this.live || !width || (width === this.width && this.stretch.page === innerHeight)) return;
    const first = this.width ? this.#index(this.top) : 0;
    this.width = width;
    this.stretch.page = innerHeight;
    this.known.clear();
    const size = this.#size();
    for (let n = 0; n < this.count; n += 1) this.heights[n] = expected(this.#many(n), size);
    for (const n of this.rows.keys()) this.#place(n);
    this.#sum();
    if (first) this.show(first);
    this.draw();
  }

  #many(n) {
    return Math.min(EACH, this.total - n * EACH);
  }

  #place(n) {
    const placed = justify(this.rows.get(n).map(shape), this.#size(), n === this.count - 1);
    this.known.set(n, placed.tiles);
    const by = placed.height - this.heights[n];
    this.heights[n] = placed.height;
    return by;
  }

  #sum() {
    this.starts = new Float64Array(this.count + 1);
    for (let n = 0; n < this.count; n += 1) this.starts[n + 1] = this.starts[n] + this.heights[n];
    this.stretch.height = this.starts[this.count];
    this.list.style.height = `${this.stretch.real}px`;
  }

  #chunk(y) {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #index(y) {
    const n = this.#chunk(y);
    const tiles = this.known.get(n);
    const within = tiles?.findIndex((tile) => this.starts[n] + tile.y + tile.height >= y) ?? 0;
    return n * EACH + Math.max(within, 0);
  }

  get #real() {
    return -this.list.getBoundingClientRect().top;
  }

  #soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.#settle(), REST);
  }

  #settle() {
    if (!this.live) return;
    const real = this.#real;
    this.stretch.at(real);
    const to = this.stretch.settle(real);
    if (Math.abs(to - real) >= 1) scrollBy(0, to - real);
    this.draw();
    this.#load();
  }

  draw() {
    if (!this.live) return;
    this.top = this.stretch.at(this.#real);
    const from = this.top - AHEAD * innerHeight;
    const until = this.top + (1 + AHEAD) * innerHeight;
    const seen = new Set();
    const blank = [];
    for (let n = this.#chunk(Math.max(0, from)); n < this.count && this.starts[n] < until; n += 1) {
      const tiles = this.known.get(n);
      if (!tiles) {
        blank.push(n);
        continue;
      }
      tiles.forEach((tile, k) => {
        const y = this.starts[n] + tile.y;
        if (y + tile.height < from || y > until) return;
        const index = n * EACH + k;
        seen.add(index);
        this.#tile(index, tile, y - this.stretch.shift);
      });
    }
    for (const [index, element] of this.tiles) {
      if (seen.has(index) || element.contains(document.activeElement)) continue;
      element.remove();
      this.tiles.delete(index);
    }
    this.#blank(blank);
    this.near = blank;
    if (blank.length) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.#load(), 60);
    }
  }

  #blank(chunks) {
    this.blanks ??= new Map();
    for (const [n, element] of this.blanks) {
      if (chunks.includes(n)) continue;
      element.remove();
      this.blanks.delete(n);
    }
    for (const n of chunks) {
      let element = this.blanks.get(n);
      if (!element) {
        element = document.createElement("li");
        element.className = "blank";
        element.setAttribute("aria-hidden", "true");
        this.list.append(element);
        this.blanks.set(n, element);
      }
      element.style.top = `${this.starts[n] - this.stretch.shift}px`;
      element.style.height = `${this.heights[n]}px`;
    }
  }

  #tile(index, place, y) {
    let element = this.tiles.get(index);
    if (!element) {
      element = this.#made(index);
      this.tiles.set(index, element);
      this.list.append(element);
    }
    put(element, place, y);
  }

  #made(index) {
    const element = tile(this.row(index), index, this.total);
    this.list.dispatchEvent(new CustomEvent("lacuna:tile", { bubbles: true, detail: element }));
    return element;
  }

  row(index) {
    return this.rows.get(Math.floor(index / EACH))?.[index % EACH];
  }

  #load() {
    for (const [n, request] of this.wanted) {
      if (this.near?.includes(n)) continue;
      request.abort();
      this.wanted.delete(n);
    }
    for (const n of this.near ?? []) if (!this.wanted.has(n)) this.#take(n);
  }

  async #take(n) {
    if (!(await this.#fetch(n))) return;
    const above = this.starts[n] + this.heights[n] <= this.top;
    const by = this.#place(n);
    if (above) this.stretch.grow(by);
    this.#sum();
    this.draw();
  }

  async #fetch(n) {
    const request = new AbortController();
    this.wanted.set(n, request);
    try {
      const answer = await fetch(this.#address(n * EACH, EACH), { signal: request.signal });
      if (!answer.ok) return false;
      this.rows.set(n, (await answer.json()).rows);
    } catch {
      return false;
    } finally {
      this.wanted.delete(n);
    }
    this.#forget(n);
    return true;
  }

  #address(offset, limit) {
    const url = new URL(this.source, location.href);
    url.searchParams.set("offset", offset);
    url.searchParams.set("limit", limit);
    return url;
  }

  // What lies far away is forgotten but for its height.
  #forget(near) {
    if (this.rows.size <= KEPT) return;
    const farthest = [...this.rows.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const n of farthest.slice(0, this.rows.size - KEPT)) {
      this.rows.delete(n);
      this.known.delete(n);
    }
  }

  /** The ids from one place to another, asked for where they are not at hand; at most 10,000. */
  async between(first, last) {
    const found = [];
    const until = Math.min(last, first + 9_999);
    for (let index = first; index <= until; ) {
      const own = this.row(index);
      if (own) {
        found.push(own.id);
        index += 1;
        continue;
      }
      const answer = await fetch(this.#address(index, Math.min(500, until - index + 1)));
      const { rows } = await answer.json();
      if (!rows.length) break;
      found.push(...rows.map((row) => row.id));
      index += rows.length;
    }
    return found;
  }

  /** Bring a place into sight. */
  show(index) {
    const n = Math.min(this.count - 1, Math.floor(index / EACH));
    const tile = this.known.get(n)?.[index % EACH];
    const y = this.starts[n] + (tile?.y ?? (this.heights[n] * (index % EACH)) / EACH);
    this.stretch.shift = 0;
    const real = this.stretch.scaled ? (y / this.stretch.height) * this.stretch.real : y;
    scrollTo(0, real + this.list.getBoundingClientRect().top + scrollY - 120);
    this.stretch.last = Number.NEGATIVE_INFINITY;
    this.draw();
    this.#load();
  }

  /** Give a place the focus, waiting for it where it has to be fetched first. */
  async focus(index, tries = 40) {
    const to = Math.min(Math.max(index, 0), this.total - 1);
    const element = this.tiles.get(to);
    if (element) {
      element.querySelector("a").focus({ preventScroll: true });
      element.scrollIntoView({ block: "nearest" });
    } else if (tries) {
      if (tries === 40) this.show(to);
      await new Promise((go) => setTimeout(go, 50));
      await this.focus(to, tries - 1);
    }
  }

  end() {
    this.abort.abort();
    this.watch.disconnect();
    for (const request of this.wanted.values()) request.abort();
  }
}

export let grid = null;

function begin() {
  const list = document.querySelector("ul.grid[data-source]");
  if (grid?.list === list) return;
  grid?.end();
  grid = list ? new Grid(list) : null;
}

begin();

// What is about to be replaced takes its tiles away first: htmx would carry their inline styles over to the new ones.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "results" || !event.detail.shouldSwap) return;
  grid?.end();
  grid?.list.replaceChildren();
  grid = null;
});
document.body.addEventListener("htmx:afterSettle", begin);
