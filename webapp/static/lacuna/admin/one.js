// One asset after the other: a digit switches a tag, Enter decides on all of them, the next one is swapped in.

import { Sender } from "./send.js";

const room = document.getElementById("one");
const said = document.querySelector(".said");
const before = [];
const sender = new Sender(room.dataset, (message) => say(message || room.dataset.lost));
let busy = false;

const form = () => room.querySelector("form.one");
const say = (text) => { said.textContent = text; said.classList.toggle("bad", Boolean(text)); };

async function show(query) {
  const answer = await fetch(`${room.dataset.here}?${query}`, { headers: { "X-Part": "1" } });
  if (!answer.ok) throw new Error("");
  room.innerHTML = await answer.text();
  history.replaceState(null, "", `?${query}`);
  mark();
}

function mark() {
  room.querySelectorAll("[data-undo]").forEach((button) => (button.disabled = !before.length));
  (room.querySelector(".switches input") ?? room.querySelector("a"))?.focus({ preventScroll: true });
}

async function once(act) {
  if (busy) return;
  busy = true;
  say("");
  try {
    await act();
  } catch (error) {
    say(error.message || room.dataset.lost);
  }
  busy = false;
}

const decide = () => once(async () => {
  const shown = form();
  if (!shown) return;
  const asset = shown.dataset.asset;
  const boxes = [...shown.querySelectorAll('[name="accept"]')];
  const pairs = (on) => boxes.filter((box) => box.checked === on).map((box) => ["pair", `${asset}:${box.value}`]);
  for (const [act, list] of [["accept", pairs(true)], ["reject", pairs(false)]]) {
    if (list.length) await sender.post(room.dataset.decide, [["do", act], ...list]);
  }
  before.push({ asset, pairs: boxes.map((box) => ["pair", `${asset}:${box.value}`]) });
  await show(`after=${asset}`);
});

const skip = () => once(async () => {
  const shown = form();
  if (!shown) return;
  before.push({ asset: shown.dataset.asset, pairs: [] });
  await show(`after=${shown.dataset.asset}`);
});

const undo = () => once(async () => {
  const last = before.at(-1);
  if (!last) return;
  if (last.pairs.length) await sender.post(room.dataset.decide, [["do", "reopen"], ...last.pairs]);
  before.pop();
  await show(`asset=${last.asset}`);
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (target.closest("a, button, summary") && key === "Enter") return;
  const digit = /^[0-9]$/.test(key) ? (Number(key) + 9) % 10 : -1;
  const box = digit >= 0 && room.querySelectorAll('[name="accept"]')[digit];
  const does = box ? () => box.click() : { Enter: decide, s: skip, u: undo }[key];
  if (!does) return;
  event.preventDefault();
  does();
});

room.addEventListener("submit", (event) => { event.preventDefault(); decide(); });
room.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo]")) undo();
  if (event.target.closest("[data-skip]")) { event.preventDefault(); skip(); }
});
mark();
