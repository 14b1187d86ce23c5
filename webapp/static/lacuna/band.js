// A box drawn from the ground between the pictures chooses what it touches; at the window's edge the page follows.

import { cards, choose, chosen } from "./selection.js";

const DRAG = 6;
const EDGE = 48;
const NO_GROUND = "a, button, input, label, summary, select, textarea, p, h1, h2, .sheet, .card, .verdict, .bulk, .peek, .timeline";
const band = Object.assign(document.createElement("div"), { className: "band", hidden: true });
document.body.append(band);
let drawn = null;

document.getElementById("main").addEventListener("pointerdown", (event) => {
  if (event.button || event.pointerType === "touch" || event.target.closest(NO_GROUND)) return;
  const { pageX, pageY, clientX, clientY } = event;
  drawn = { from: { pageX, pageY }, to: { clientX, clientY }, before: new Set(event.shiftKey ? chosen : []), met: new Map() };
});

addEventListener("pointermove", ({ clientX, clientY }) => {
  if (!drawn) return;
  drawn.to = { clientX, clientY };
  if (!band.hidden) return;
  const far = Math.hypot(clientX + scrollX - drawn.from.pageX, clientY + scrollY - drawn.from.pageY);
  if (far < DRAG) return;
  band.hidden = false;
  document.body.classList.add("banding");
  getSelection().removeAllRanges();
  follow();
});

function follow() {
  if (!drawn) return;
  const { clientY } = drawn.to;
  const over = clientY - (innerHeight - EDGE);
  const under = EDGE - clientY;
  if (over > 0) scrollBy(0, over / 2);
  else if (under > 0) scrollBy(0, -under / 2);
  draw();
  requestAnimationFrame(follow);
}

function draw() {
  const { from, to, before, met } = drawn;
  const [x, y] = [to.clientX + scrollX, to.clientY + scrollY];
  const box = { left: Math.min(from.pageX, x), top: Math.min(from.pageY, y), right: Math.max(from.pageX, x), bottom: Math.max(from.pageY, y) };
  band.style.left = `${box.left}px`;
  band.style.top = `${box.top}px`;
  band.style.width = `${box.right - box.left}px`;
  band.style.height = `${box.bottom - box.top}px`;
  for (const card of cards()) {
    const own = card.getBoundingClientRect();
    met.set(card.dataset.id, { left: own.left + scrollX, right: own.right + scrollX, top: own.top + scrollY, bottom: own.bottom + scrollY });
  }
  const touched = [...met].filter(([, own]) => own.right >= box.left && own.left <= box.right && own.bottom >= box.top && own.top <= box.bottom);
  choose([...before, ...touched.map(([id]) => id)]);
}

function end() {
  if (!drawn) return;
  const was = !band.hidden;
  drawn = null;
  band.hidden = true;
  document.body.classList.remove("banding");
  if (!was) return;
  const swallow = (event) => event.stopPropagation();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
}

addEventListener("pointerup", end);
addEventListener("pointercancel", end);
