// The keys of the library: walking over the pictures and acting on them.

import { open } from "./bulk.js";
import { grid } from "./grid.js";
import { register } from "./keys.js";
import { peekAt } from "./peek.js";
import { all, cards, chosen, clear, toggle, upTo } from "./selection.js";
import { words } from "./words.js";

const current = () => document.activeElement?.closest?.("#results .card[data-id]");
const onLink = () => Boolean(document.activeElement?.matches?.(".card a:first-child, .pick") && current());

function go(step) {
  const index = Number(current().dataset.index);
  if (grid) {
    grid.focus(index + step);
    return;
  }
  const every = cards();
  every[Math.min(Math.max(every.indexOf(current()) + step, 0), every.length - 1)]?.querySelector("a").focus();
}

const middle = (box) => box.left + box.width / 2;

// The picture above or below is the one whose middle is nearest in the next row.
function climb(down) {
  const own = current().getBoundingClientRect();
  const boxes = cards().map((card) => ({ card, box: card.getBoundingClientRect() }));
  const rows = boxes.filter(({ box }) => (down ? box.top > own.top + 8 : box.top < own.top - 8));
  if (!rows.length) return;
  const tops = rows.map(({ box }) => box.top);
  const top = down ? Math.min(...tops) : Math.max(...tops);
  const row = rows.filter(({ box }) => Math.abs(box.top - top) < 8);
  const apart = ({ box }) => Math.abs(middle(box) - middle(own));
  const { card } = row.reduce((best, one) => (apart(one) < apart(best) ? one : best));
  card.querySelector("a").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function withChosen(act) {
  if (!chosen.size && current()) toggle(current(), true);
  if (chosen.size) act();
}

const some = () => Boolean(chosen.size || current());
const offered = (action) => document.querySelector(`#bulk form[action$="${action}"]`);
const steps = { ArrowLeft: () => go(-1), ArrowRight: () => go(1), ArrowUp: () => climb(false), ArrowDown: () => climb(true) };
for (const [key, run] of Object.entries(steps)) register({ key, run, where: current });

const keys = [
  { key: "← → ↑ ↓" },
  { key: "Enter" },
  { key: "Space", run: () => toggle(current()), where: onLink },
  { key: "x", run: () => toggle(current()), where: current },
  { key: "Shift+x", run: () => upTo(current()), where: current },
  { key: "Ctrl+a", run: all, where: some },
  { key: "Escape", run: clear, where: () => chosen.size > 0 },
  { key: "p", run: () => peekAt(current()), where: current },
  { key: "s", run: () => current().querySelector(".like").click(), where: current },
];
for (const [key, action] of Object.entries({ t: "/bulk/tag/", c: "/collections/add/", Delete: "/bulk/trash/" })) {
  if (offered(action)) keys.push({ key, run: () => withChosen(() => open(action)), where: some });
}
for (const one of keys) register({ ...one, label: words.keys[one.key] });
