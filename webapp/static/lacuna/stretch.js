// A scroll range over any height. Browsers stop at some 16 million pixels; beyond that a near scroll moves the pictures
// pixel by pixel, a far one jumps in proportion, and at rest the scrollbar is put where it belongs.

export const TALLEST = 8_000_000;

export class Stretch {
  constructor() {
    this.height = 0;
    this.page = 0;
    this.shift = 0;
    this.last = 0;
  }

  /** The real height of the scroll range. */
  get real() {
    return Math.min(this.height, TALLEST);
  }

  get scaled() {
    return this.height > TALLEST;
  }

  #most(height) {
    return Math.max(1, height - this.page);
  }

  /** Where the top of the window stands in the whole, given where it stands in the scroll range. */
  at(real) {
    const most = this.#most(this.real);
    const within = Math.min(Math.max(real, 0), most);
    const far = Math.abs(within - this.last) > 3 * this.page;
    this.last = within;
    if (within === 0) this.shift = 0;
    else if (within === most) this.shift = this.#most(this.height) - most;
    else if (this.scaled && far) this.shift = (within / most) * this.#most(this.height) - within;
    return within + this.shift;
  }

  /** How far to scroll for the top of the window to show `whole`. */
  to(whole) {
    return this.scaled ? (whole / this.#most(this.height)) * this.#most(this.real) : whole;
  }

  /** Say that the top of the window, standing at `real`, shows `whole`; the ends show themselves. */
  pin(real, whole) {
    if (real <= 0 || real >= this.#most(this.real)) return;
    this.shift = whole - real;
    this.last = real;
  }

  /** What was above has grown by `by`: everything in sight stays. */
  grow(by) {
    this.shift += by;
  }

  /** Where the scrollbar belongs at rest; the pictures stay where they are seen. */
  settle(real) {
    const most = this.#most(this.real);
    if (real <= 0 || real >= most) return real;
    const whole = real + this.shift;
    const wanted = this.scaled ? (whole / this.#most(this.height)) * most : whole;
    const to = Math.round(Math.min(Math.max(wanted, 1), most - 1));
    this.shift = whole - to;
    this.last = to;
    return to;
  }
}
