// Where pictures stand: rows as wide as the page, each row's pictures equally high and as wide as their shape asks.

const SLIM = 0.6;
const BROAD = 2.4;

/** The shape of a picture, width by height, kept between what still reads as a tile. */
export function shape(row) {
  const own = row?.width && row?.height ? row.width / row.height : 1;
  return Math.min(BROAD, Math.max(SLIM, own));
}

/**
 * Lay pictures out in rows that are all full, but for the last one if nothing follows (`open`).
 * @returns {{tiles: {x: number, y: number, width: number, height: number}[], height: number}} in pixels; `height`
 *   with a gap after the last row. `height` of a tile is that of its picture, without the caption.
 */
export function justify(shapes, { width, target, gap, caption }, open = false) {
  const tiles = [];
  let y = 0;
  const rows = greedy(shapes, { width, target, gap });
  for (const row of open ? rows : filled(rows, { width, target, gap })) {
    const sum = row.reduce((all, one) => all + one, 0);
    const full = (width - gap * (row.length - 1)) / sum;
    const height = row.short ? Math.min(target, full) : full;
    let x = 0;
    for (const one of row) {
      tiles.push({ x, y, width: one * height, height });
      x += one * height + gap;
    }
    y += height + caption + gap;
  }
  return { tiles, height: y };
}

function greedy(shapes, { width, target, gap }) {
  const rows = [];
  let row = [];
  let sum = 0;
  for (const one of shapes) {
    row.push(one);
    sum += one;
    if (sum * target + gap * (row.length - 1) < width) continue;
    rows.push(row);
    row = [];
    sum = 0;
  }
  if (row.length) rows.push(Object.assign(row, { short: true }));
  return rows;
}

// A short last row goes up into the one before it, or shares its pictures with it.
function filled(rows, { width, target, gap }) {
  if (rows.length < 2 || !rows.at(-1).short) return rows;
  const both = [...rows.at(-2), ...rows.at(-1)];
  const need = both.reduce((all, one) => all + one * target + gap, 0);
  const half = Math.ceil(both.length / 2);
  const ends = need <= 1.4 * width ? [both] : [both.slice(0, half), both.slice(half)];
  return [...rows.slice(0, -2), ...ends];
}

/** How high so many pictures will stand, before their shapes are known. */
export function expected(count, { width, target, gap, caption }) {
  const each = Math.max(1, Math.floor((width + gap) / (target + gap)) + 1);
  const height = (width - gap * (each - 1)) / each;
  return Math.ceil(count / each) * (height + caption + gap);
}
