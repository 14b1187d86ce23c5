// The picture of an asset, close up: wheel, pinch, drag, double click, + - 0, and a view that fills the screen.
// Zoomed beyond the preview it is replaced by a larger picture. A swipe asks for the next one.

import { register } from "./keys.js";
import { words } from "./words.js";

const MOST = 16;
const STEP = 1.4;
const root = document.documentElement;
const OUTSIDE = ".top, .skip, .way-back, .facts, .strip, main > .notice";

let view, image, larger, shown, painted, moves;
let scale = 1, x = 0, y = 0;

function begin() {
  const found = document.querySelector(".view");
  if (found === view) return;
  view = found;
  settle();
  if (!view) return leave();
  image = view.querySelector("img");
  image.draggable = false;
  larger = (view.dataset.larger ?? "").split(" ").filter(Boolean).reduce(inPairs, []);
  shown = painted = 1024;
  moves = new Map();
  scale = 1;
  x = y = 0;
  view.parentElement.querySelector(".zoom").hidden = false;
  view.addEventListener("wheel", onWheel, { passive: false });
  view.addEventListener("dblclick", (event) => zoomTo(scale > 1 ? 1 : 2.5, event));
  view.addEventListener("pointerdown", onDown);
  view.addEventListener("pointermove", onMove);
  for (const kind of ["pointerup", "pointercancel"]) view.addEventListener(kind, onUp);
  draw();
}

const inPairs = (pairs, word, n) => (n % 2 ? (pairs.at(-1).push(word), pairs) : [...pairs, [Number(word)]]);
const within = (value, most) => Math.min(most, Math.max(-most, value));

// Where a pointer is, seen from the middle of the view.
function from(point) {
  const box = view.getBoundingClientRect();
  return [point.clientX - box.left - box.width / 2, point.clientY - box.top - box.height / 2];
}

function zoomTo(wanted, point) {
  const next = Math.min(MOST, Math.max(1, wanted));
  const [px, py] = point ? from(point) : [0, 0];
  x = px - ((px - x) * next) / scale;
  y = py - ((py - y) * next) / scale;
  scale = next;
  draw();
  sharpen();
}

function draw() {
  x = within(x, Math.max(0, (image.offsetWidth * scale - view.clientWidth) / 2));
  y = within(y, Math.max(0, (image.offsetHeight * scale - view.clientHeight) / 2));
  image.style.transform = scale > 1 ? `translate(${x}px, ${y}px) scale(${scale})` : "";
  view.classList.toggle("zoomed", scale > 1);
  const said = view.parentElement.querySelector("output");
  said.textContent = `${scale < 10 ? Math.round(scale * 10) / 10 : Math.round(scale)}×`;
}

function sharpen() {
  const needed = Math.max(image.offsetWidth, image.offsetHeight) * scale * devicePixelRatio;
  if (needed <= shown * 1.1) return;
  const better = larger.find(([side]) => side >= needed) ?? larger.at(-1);
  if (!better || better[0] <= shown) return;
  shown = better[0];
  const loading = new Image();
  const target = image;
  const side = shown;
  loading.src = better[1];
  view.setAttribute("aria-busy", "true");
  loading.decode().then(() => paint(target, loading.src, side), () => {}).finally(() => view?.removeAttribute("aria-busy"));
}

// A smaller picture that comes late does not replace a larger one, nor one of another asset.
function paint(target, source, side) {
  if (target !== image || side < painted) return;
  painted = side;
  target.src = source;
}

// On the page the wheel scrolls the page, unless the picture is zoomed or a modifier says that it is meant.
function onWheel(event) {
  if (!(event.ctrlKey || event.metaKey || scale > 1 || isFull())) return;
  event.preventDefault();
  zoomTo(scale * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0025)), event);
}

function onDown(event) {
  if (event.button) return;
  moves.set(event.pointerId, { at: event, start: event });
  if (scale > 1 || moves.size > 1) view.setPointerCapture(event.pointerId);
  view.classList.toggle("held", scale > 1);
}

function onMove(event) {
  const move = moves.get(event.pointerId);
  if (!move) return;
  const before = move.at;
  if (moves.size === 2) {
    const other = [...moves.values()].find((one) => one !== move).at;
    const apart = (point) => Math.hypot(point.clientX - other.clientX, point.clientY - other.clientY);
    const middle = { clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 };
    move.at = event;
    for (const one of moves.values()) one.pinched = true;
    return zoomTo((scale * apart(event)) / Math.max(1, apart(before)), middle);
  }
  move.at = event;
  if (scale === 1) return;
  x += event.clientX - before.clientX;
  y += event.clientY - before.clientY;
  draw();
}

function onUp(event) {
  const move = moves.get(event.pointerId);
  moves.delete(event.pointerId);
  view.classList.remove("held");
  if (!move || move.pinched || scale > 1 || event.pointerType === "mouse" || event.type === "pointercancel") return;
  const across = event.clientX - move.start.clientX;
  if (Math.abs(across) < 60 || Math.abs(across) < 2 * Math.abs(event.clientY - move.start.clientY)) return;
  document.dispatchEvent(new CustomEvent("lacuna:step", { detail: across < 0 ? "next" : "prev" }));
}

const isFull = () => root.classList.contains("full-view");

function enter() {
  root.classList.add("full-view");
  settle();
  draw();
  root.requestFullscreen?.().catch(() => {});
}

function leave() {
  if (!isFull()) return;
  root.classList.remove("full-view");
  settle();
  if (document.fullscreenElement) document.exitFullscreen();
  if (view) zoomTo(1);
}

// What the picture covers is out of reach while it does, and the button says how it is.
function settle() {
  for (const element of document.querySelectorAll(OUTSIDE)) element.inert = isFull();
  document.querySelector("[data-full]")?.setAttribute("aria-pressed", String(isFull()));
}

const act = (sign) => zoomTo(sign === "0" ? 1 : sign === "+" ? scale * STEP : scale / STEP);

document.addEventListener("click", (event) => {
  const zoom = event.target.closest?.("[data-zoom]");
  if (zoom && view) act(zoom.dataset.zoom);
  else if (event.target.closest?.("[data-full]")) (isFull() ? leave : enter)();
});

document.addEventListener("keydown", (event) => {
  if (!view || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
  const sign = { "+": "+", "=": "+", "-": "-", 0: "0" }[event.key];
  if (sign) act(sign);
  else if (event.key === "f") (isFull() ? leave : enter)();
  else if (event.key === "Escape" && isFull()) leave();
  else return;
  event.preventDefault();
});

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) leave();
  else if (view) draw();
});
addEventListener("resize", () => view && draw());
document.addEventListener("lacuna:shown", begin);
document.addEventListener("htmx:afterSettle", begin);
begin();
if (view) for (const key of ["+ - 0", "f"]) register({ key, label: words.keys[key] });
