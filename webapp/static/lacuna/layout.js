// Where pictures stand: rows as wide as the page, each row's pictures equally high and as wide as their shape asks.

const SLIM = 0.6;
const BROAD = 2.4;

/** The shape of a picture, width by height, kept between what still reads as a tile. */
export function shape(row) {
  const own = row?.width && row?.height ? row.width / row.height : 1;
  return Math.min(BROAD, Math.max(SLIM, own));
}

/**
 * Lay pictures out in rows.
 * @returns {{tiles: {x: number, y: number, width: number, height: number}[], height: number}} in pixels; `height`
 *   with a gap after the last row. `height` of a tile is that of its picture, without the caption.
 */
export function justify(shapes, { width, target, gap, caption }) {
  const tiles = [];
  let y = 0;
  let row = [];
  let sum = 0;
  const close = (last) => {
    const room = width - gap * (row.length - 1);
    const height = last ? Math.min(target, room / sum) : room / sum;
    let x = 0;
    for (const one of row) {
      tiles.push({ x, y, width: one * height, height });
      x += one * height + gap;
    }
    y += height + caption + gap;
    row = [];
    sum = 0;
  };
  for (const one of shapes) {
    row.push(one);
    sum += one;
    if (sum * target + gap * (row.length - 1) >= width) close(false);
  }
  if (row.length) close(true);
  return { tiles, height: y };
}

/** How high so many pictures will stand, before their shapes are known. */
export function expected(count, { width, target, gap, caption }) {
  const each = Math.max(1, Math.floor((width + gap) / (target + gap)) + 1);
  const height = (width - gap * (each - 1)) / each;
  return Math.ceil(count / each) * (height + caption + gap);
}
