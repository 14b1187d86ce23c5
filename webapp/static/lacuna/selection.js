// What is chosen: ids, not elements, so that it outlives what scrolls away. Says "lacuna:chosen" when it changes.

import { grid } from "./grid.js";

export const chosen = new Set();
const results = document.getElementById("results");
const DRAG = 6;
const HELD = 500;
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

export async function upTo(card) {
  const from = Math.min(anchor ?? place(card), place(card));
  const to = Math.max(anchor ?? place(card), place(card));
  for (const id of await idsBetween(from, to)) chosen.add(id);
  say();
}

export async function all() {
  for (const id of await idsBetween(0, (grid?.total ?? cards().length) - 1)) chosen.add(id);
  say();
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
  const choosing = chosen.size && link && !link.classList.contains("like");
  if (!box && !choosing && !event.shiftKey && !event.ctrlKey && !event.metaKey) return;
  if (link?.classList.contains("like")) return;
  if (!box) event.preventDefault();
  if (event.shiftKey && anchor !== null) upTo(card);
  else toggle(card, box ? box.checked : undefined);
});

results.addEventListener("lacuna:tile", (event) => paint(event.detail));
document.body.addEventListener("htmx:afterSettle", () => say());

// A long press begins choosing on touch.
let press;
results.addEventListener("touchstart", (event) => {
  const card = cardOf(event.target);
  if (!card) return;
  press = setTimeout(() => {
    toggle(card);
    results.addEventListener("touchend", (end) => end.preventDefault(), { once: true });
  }, HELD);
}, { passive: true });
for (const kind of ["touchend", "touchmove", "touchcancel"]) {
  results.addEventListener(kind, () => clearTimeout(press), { passive: true });
}

// A box drawn from the ground between the pictures chooses what it touches.
const band = Object.assign(document.createElement("div"), { className: "band", hidden: true });
document.body.append(band);
let start = null;

document.getElementById("main").addEventListener("pointerdown", (event) => {
  if (event.button || event.pointerType === "touch") return;
  if (event.target.closest("a, button, input, summary, select, textarea, .sheet, .card, .verdict, .bulk")) return;
  start = { x: event.pageX, y: event.pageY, before: new Set(event.shiftKey ? chosen : []) };
});

addEventListener("pointermove", (event) => {
  if (!start) return;
  const box = {
    left: Math.min(start.x, event.pageX), top: Math.min(start.y, event.pageY),
    right: Math.max(start.x, event.pageX), bottom: Math.max(start.y, event.pageY),
  };
  if (band.hidden && box.right - box.left + box.bottom - box.top < DRAG) return;
  event.preventDefault();
  band.hidden = false;
  document.body.classList.add("banding");
  band.style.left = `${box.left}px`;
  band.style.top = `${box.top}px`;
  band.style.width = `${box.right - box.left}px`;
  band.style.height = `${box.bottom - box.top}px`;
  chosen.clear();
  for (const id of start.before) chosen.add(id);
  for (const card of cards()) {
    const own = card.getBoundingClientRect();
    const apart = own.right + scrollX < box.left || own.left + scrollX > box.right;
    if (!apart && own.bottom + scrollY >= box.top && own.top + scrollY <= box.bottom) chosen.add(card.dataset.id);
  }
  say();
});

addEventListener("pointerup", () => {
  if (!start) return;
  const drawn = !band.hidden;
  start = null;
  band.hidden = true;
  document.body.classList.remove("banding");
  if (drawn) addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
});
