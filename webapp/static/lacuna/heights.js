// How high each chunk of the wall is, and where each begins.

export class Heights {
  constructor(count) {
    this.each = new Float64Array(count);
    this.starts = new Float64Array(count + 1);
  }

  /** Set a height and return by how much it grew; `sum` makes it count. */
  set(n, height) {
    const by = height - this.each[n];
    this.each[n] = height;
    return by;
  }

  sum() {
    this.each.forEach((height, n) => (this.starts[n + 1] = this.starts[n] + height));
    return this.starts[this.each.length];
  }

  start(n) {
    return this.starts[n];
  }

  end(n) {
    return this.starts[n] + this.each[n];
  }

  /** The chunk that has `y` in it, or the nearest. */
  at(y) {
    let low = 0;
    let high = this.each.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
