// What is chosen: ids, not elements, so that it outlives what scrolls away. Says "lacuna:chosen" when it changes.

import { grid } from "./grid.js";
import { toast } from "./toast.js";

export const chosen = new Set();
const results = document.getElementById("results");
const HELD = 450;
let anchor = null;

const cardOf = (target) => target.closest?.("#results .card[data-id]");
const place = (card) => Number(card.dataset.index);
export const cards = () => [...results.querySelectorAll(".card[data-id]")];

function paint(card) {
  const on = chosen.has(card.dataset.id);
  card.classList.toggle("selected", on);
  const box = card.querySelector(".pick");
  if (box) box.checked = on;
}

function say() {
  for (const card of cards()) paint(card);
  results.classList.toggle("choosing", chosen.size > 0);
  document.dispatchEvent(new CustomEvent("lacuna:chosen"));
}

export function clear() {
  chosen.clear();
  anchor = null;
  say();
}

export function toggle(card, on = !chosen.has(card.dataset.id)) {
  if (on) chosen.add(card.dataset.id);
  else chosen.delete(card.dataset.id);
  anchor = place(card);
  say();
}

/** Choose these and no others. */
export function choose(ids) {
  if (ids.length === chosen.size && ids.every((id) => chosen.has(id))) return;
  chosen.clear();
  for (const id of ids) chosen.add(id);
  say();
}

export async function upTo(card) {
  const from = Math.min(anchor ?? place(card), place(card));
  const to = Math.max(anchor ?? place(card), place(card));
  await add(from, to);
}

export async function all() {
  await add(0, (grid?.total ?? cards().length) - 1);
}

async function add(from, to) {
  try {
    for (const id of await idsBetween(from, to)) chosen.add(id);
    say();
  } catch {
    toast(document.getElementById("notices").dataset.lost, { failed: true });
  }
}

async function idsBetween(from, to) {
  if (grid) return grid.between(from, to);
  return cards().filter((card) => place(card) >= from && place(card) <= to).map((card) => card.dataset.id);
}

results.addEventListener("click", (event) => {
  const card = cardOf(event.target);
  if (!card) return;
  const box = event.target.closest(".pick");
  const link = event.target.closest("a");
  const byKey = link && event.detail === 0;
  if (link?.classList.contains("like") || byKey) return;
  if (!box && !(chosen.size && link) && !event.shiftKey && !event.ctrlKey && !event.metaKey) return;
  if (!box) event.preventDefault();
  if (event.shiftKey && anchor !== null) upTo(card);
  else toggle(card, box ? box.checked : undefined);
});

results.addEventListener("lacuna:tile", (event) => paint(event.detail));
document.body.addEventListener("htmx:afterSettle", () => say());

// A long press begins choosing on touch, in place of the browser's menu.
let press;
let pressed = false;
const release = () => clearTimeout(press);

results.addEventListener("touchstart", (event) => {
  const card = cardOf(event.target);
  pressed = false;
  release();
  if (!card || event.touches.length > 1) return;
  press = setTimeout(() => {
    pressed = true;
    toggle(card);
  }, HELD);
}, { passive: true });
results.addEventListener("touchmove", release, { passive: true });
results.addEventListener("touchcancel", release, { passive: true });
results.addEventListener("touchend", (event) => {
  release();
  if (pressed && event.cancelable) event.preventDefault();
});
results.addEventListener("contextmenu", (event) => {
  if (pressed || event.pointerType === "touch") event.preventDefault();
});
results.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "touch") pressed = false;
});
