// The library as one long wall: only what is near the window is in the page, the rest is a height.

import { Heights } from "./heights.js";
import { expected, justify, shape } from "./layout.js";
import { EACH, Rows } from "./rows.js";
import { Stretch } from "./stretch.js";
import { put, tile } from "./tile.js";

const AHEAD = 1;
const REST = 140;
const HEAD = 120;
const AGAIN = 3000;

class Grid {
  constructor(list) {
    this.list = list;
    this.rows = new Rows(list.dataset.source);
    this.known = new Map();
    this.tiles = new Map();
    this.blanks = new Map();
    this.stretch = new Stretch();
    this.near = [];
    this.abort = new AbortController();
    this.#resize(Number(list.dataset.total));
    const when = { signal: this.abort.signal, passive: true };
    addEventListener("scroll", () => this.#soon(), when);
    addEventListener("scrollend", () => this.#settle(), when);
    for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(kind, () => (this.aim = null), when);
    this.watch = new ResizeObserver(() => this.#measure());
    this.watch.observe(list.parentElement);
    this.#adopt();
  }

  // The cards that came with the page stand in until the rows are here. Who comes back finds the place they left.
  async #adopt() {
    const first = Math.min(history.state?.place ?? Number(this.list.dataset.first ?? 0), this.total - 1);
    const here = await this.rows.take(Math.floor(first / EACH));
    if (this.abort.signal.aborted || !here) return;
    this.#resize(this.rows.total);
    this.list.replaceChildren();
    this.list.classList.add("wall");
    this.live = true;
    history.scrollRestoration = "manual";
    this.#measure();
    if (first > 0) this.show(first);
  }

  #resize(total) {
    this.total = total;
    this.count = Math.ceil(total / EACH);
    this.heights = new Heights(this.count);
  }

  #size() {
    const small = this.width < 560;
    return { width: this.width, target: small ? 132 : 190, gap: small ? 10 : 16, caption: 34 };
  }

  #measure() {
    const width = this.list.parentElement?.clientWidth;
    if (!this.live || !width || (width === this.width && this.stretch.page === innerHeight)) return;
    const first = this.width && this.#real > 0 ? this.place : 0;
    this.width = width;
    this.stretch.page = innerHeight;
    this.#layout();
    if (first) this.show(first);
    else this.draw();
  }

  #layout() {
    this.known.clear();
    const size = this.#size();
    for (let n = 0; n < this.count; n += 1) this.heights.set(n, expected(this.#many(n), size));
    for (const n of this.rows.chunks.keys()) this.#place(n);
    this.#sum();
  }

  #many(n) {
    return Math.min(EACH, this.total - n * EACH);
  }

  #place(n) {
    const placed = justify(this.rows.chunks.get(n).map(shape), this.#size(), n === this.count - 1);
    this.known.set(n, placed.tiles);
    return this.heights.set(n, placed.height);
  }

  #sum() {
    this.stretch.height = this.heights.sum();
    this.list.style.height = `${this.stretch.real}px`;
  }

  /** The picture under the head of the window. */
  get place() {
    const y = this.top + HEAD;
    const n = this.heights.at(y);
    const tiles = this.known.get(n);
    const within = tiles?.findIndex((one) => this.heights.start(n) + one.y + one.height >= y) ?? 0;
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
    const place = real > 0 ? this.place : 0;
    if (place !== history.state?.place) history.replaceState({ ...history.state, place }, "");
  }

  draw() {
    if (!this.live) return;
    this.top = this.stretch.at(this.#real);
    const from = this.top - AHEAD * innerHeight;
    const until = this.top + (1 + AHEAD) * innerHeight;
    const seen = new Set();
    const blank = [];
    let before = null;
    for (let n = this.heights.at(Math.max(0, from)); n < this.count && this.heights.start(n) < until; n += 1) {
      const tiles = this.known.get(n);
      if (!tiles) blank.push(n);
      tiles?.forEach((one, k) => {
        const y = this.heights.start(n) + one.y;
        if (y + one.height < from || y > until) return;
        seen.add(n * EACH + k);
        before = this.#tile(n * EACH + k, one, y - this.stretch.shift, before);
      });
    }
    for (const [index, card] of this.tiles) if (!seen.has(index)) this.#away(index, card);
    this.#blank(blank);
    this.near = blank;
    clearTimeout(this.later);
    if (blank.length) this.later = setTimeout(() => this.#load(), 60);
  }

  // The cards stand in the page in their order, so that the Tab key follows the eye.
  #tile(index, place, y, before) {
    let card = this.tiles.get(index);
    if (!card) {
      card = tile(this.rows.at(index), index, this.total);
      this.tiles.set(index, card);
      if (before) before.after(card);
      else this.list.prepend(card);
      this.list.dispatchEvent(new CustomEvent("lacuna:tile", { bubbles: true, detail: card }));
    }
    put(card, place, y);
    return card;
  }

  // What has the focus keeps it, out of sight above the page.
  #away(index, card) {
    if (card.contains(document.activeElement)) {
      card.style.top = "-3000px";
      return;
    }
    card.remove();
    this.tiles.delete(index);
  }

  #blank(chunks) {
    for (const [n, element] of this.blanks) {
      if (chunks.includes(n)) continue;
      element.remove();
      this.blanks.delete(n);
    }
    for (const n of chunks) {
      let element = this.blanks.get(n);
      if (!element) {
        element = Object.assign(document.createElement("li"), { className: "blank", ariaHidden: "true" });
        this.list.append(element);
        this.blanks.set(n, element);
      }
      element.style.top = `${this.heights.start(n) - this.stretch.shift}px`;
      element.style.height = `${this.heights.each[n]}px`;
    }
  }

  #load() {
    this.rows.giveUp(this.near);
    for (const n of this.near) if (!this.rows.wanted.has(n)) this.#take(n);
  }

  async #take(n) {
    const here = await this.rows.take(n);
    if (here === null) setTimeout(() => this.live && this.near.includes(n) && this.#load(), AGAIN);
    if (!here || !this.live) return;
    for (const gone of this.rows.forget(n)) this.known.delete(gone);
    const above = this.heights.end(n) <= this.top;
    const by = this.#place(n);
    if (above) this.stretch.grow(by);
    this.#sum();
    if (this.aim && Math.floor(this.aim / EACH) === n) this.show(this.aim);
    else this.draw();
  }

  between(first, last) {
    return this.rows.between(first, last);
  }

  /** Ask again for what is in sight, where something may have been changed; the place stays. False if nothing is left. */
  async refresh() {
    const place = this.#real > 0 ? this.place : 0;
    const fresh = new Rows(this.rows.source);
    if (!(await fresh.take(Math.floor(place / EACH))) || !this.live) return true;
    if (!fresh.total) return false;
    const focused = document.activeElement?.closest?.(".card")?.dataset.index;
    this.rows.giveUp();
    this.rows = fresh;
    for (const card of this.tiles.values()) card.remove();
    this.tiles.clear();
    this.#resize(fresh.total);
    this.#layout();
    if (place) this.show(Math.min(place, this.total - 1));
    else this.draw();
    if (focused) this.focus(Number(focused));
    return true;
  }

  /** Bring a place under the head of the window, to the pixel once its rows are here. */
  show(index) {
    const n = Math.floor(index / EACH);
    const own = this.known.get(n)?.[index % EACH];
    this.aim = own ? null : index;
    const y = this.heights.start(n) + (own?.y ?? ((this.heights.end(n) - this.heights.start(n)) * (index % EACH)) / this.#many(n)) - HEAD;
    scrollTo(0, this.stretch.to(y) - this.#real + scrollY);
    this.stretch.pin(this.#real, y);
    this.draw();
    this.#load();
  }

  /** Give a place the focus, waiting for it where it has to be fetched first. */
  async focus(index, tries = 40) {
    const to = Math.min(Math.max(index, 0), this.total - 1);
    const card = this.tiles.get(to);
    if (card && card.style.top !== "-3000px") {
      card.querySelector("a").focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
    } else if (tries && this.live) {
      if (tries === 40) this.show(to);
      await new Promise((go) => setTimeout(go, 50));
      await this.focus(to, tries - 1);
    }
  }

  end() {
    this.live = false;
    this.abort.abort();
    this.watch.disconnect();
    this.rows.giveUp();
    clearTimeout(this.rest);
    clearTimeout(this.later);
    history.scrollRestoration = "auto";
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
