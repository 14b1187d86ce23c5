// One keymap for the library, shown by "?". No key works while one types, and none of the browser's own is taken.

import { open } from "./bulk.js";
import { grid } from "./grid.js";
import { peekAt } from "./peek.js";
import { all, cards, chosen, clear, toggle, upTo } from "./selection.js";

const sheet = document.getElementById("keymap");
const words = JSON.parse(document.getElementById("grid-words").textContent);
const PLACES = { l: "/", c: "/collections/", r: "/review/", j: "/jobs/" };
let going = 0;

for (const [key, label] of Object.entries(words.keys)) {
  const name = document.createElement("dt");
  for (const part of key.split(" ")) name.append(Object.assign(document.createElement("kbd"), { textContent: part }), " ");
  sheet.querySelector("dl").append(name, Object.assign(document.createElement("dd"), { textContent: label }));
}

const current = () => document.activeElement?.closest?.("#results .card[data-id]");

function go(step) {
  const card = current();
  if (!card) {
    const [first] = cards().filter((one) => one.getBoundingClientRect().bottom > 80);
    first?.querySelector("a").focus();
    return;
  }
  const index = Number(card.dataset.index);
  if (grid) {
    grid.focus(index + step);
    return;
  }
  const every = cards();
  every[Math.min(Math.max(every.indexOf(card) + step, 0), every.length - 1)]?.querySelector("a").focus();
}

// The picture above or below is the one whose middle is nearest in the next row.
function climb(down) {
  const card = current();
  if (!card) {
    go(0);
    return;
  }
  const own = card.getBoundingClientRect();
  const rows = cards().filter((one) => {
    const box = one.getBoundingClientRect();
    return down ? box.top > own.top + 8 : box.top < own.top - 8;
  });
  if (!rows.length) return;
  const tops = rows.map((one) => one.getBoundingClientRect().top);
  const row = down ? Math.min(...tops) : Math.max(...tops);
  const middle = (box) => box.left + box.width / 2;
  const near = rows
    .filter((one) => Math.abs(one.getBoundingClientRect().top - row) < 8)
    .sort((a, b) => Math.abs(middle(a.getBoundingClientRect()) - middle(own)) - Math.abs(middle(b.getBoundingClientRect()) - middle(own)));
  near[0].querySelector("a").focus({ preventScroll: true });
  near[0].scrollIntoView({ block: "nearest" });
}

function withChosen(act) {
  const card = current();
  if (!chosen.size && card) toggle(card, true);
  if (chosen.size) act();
}

const ACTS = {
  ArrowLeft: () => go(-1),
  ArrowRight: () => go(1),
  ArrowUp: () => climb(false),
  ArrowDown: () => climb(true),
  x: () => current() && toggle(current()),
  X: () => current() && upTo(current()),
  p: () => current() && peekAt(current()),
  s: () => current()?.querySelector(".like")?.click(),
  t: () => withChosen(() => open("/bulk/tag/")),
  c: () => withChosen(() => open("/collections/add/")),
  Delete: () => withChosen(() => open("/bulk/trash/")),
  Escape: () => chosen.size && clear(),
  "?": () => sheet.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || sheet.open || event.target.closest("input:not(.pick), textarea, select, [contenteditable], .bulk, .top")) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "a" && current()) {
    event.preventDefault();
    all();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrows = event.key.startsWith("Arrow");
  if (arrows && !current()) return;
  if (going && event.timeStamp - going < 1200 && PLACES[event.key]) {
    location.assign(PLACES[event.key]);
    return;
  }
  going = event.key === "g" ? event.timeStamp : 0;
  const act = ACTS[event.key];
  if (!act) return;
  if (event.key !== "Escape") event.preventDefault();
  act();
});
