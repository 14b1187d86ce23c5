// One tag's suggestions: a key a picture, decided at once on the page and in batches on the server.

import { Sender } from "./send.js";

const room = document.getElementById("tagging");
const data = room.dataset;
const list = room.querySelector(".tiles");
const form = room.querySelector(".wall form");
const said = room.querySelector(".said");
const done = [];
let scores = JSON.parse(document.getElementById("scores").textContent);
let fetching = false, dry = false, turns = 0;

const sender = new Sender(data, (message) => say(message || data.lost, true));
const tiles = () => [...list.children];
const current = () => document.activeElement?.closest(".tile") ?? tiles()[0];
const picked = () => tiles().filter((tile) => tile.querySelector("input").checked);
const pair = (tile) => `${tile.dataset.asset}:${data.tag}`;

function say(text, bad = false) {
  said.textContent = text;
  said.classList.toggle("bad", bad);
}

function count(name, by) {
  const shown = room.querySelector(`[data-${name}]`);
  shown.textContent = Math.max(0, Number(shown.textContent) + by);
}

function tally(act, by) {
  count("waiting", -by);
  count(act === "accept" ? "yes" : "no", by);
  const row = room.querySelector('.tags a[aria-current="true"]');
  if (!row) return;
  const counts = ["waiting", "yes", "no"].map((name) => room.querySelector(`[data-${name}]`).textContent);
  [...row.querySelectorAll("b, i")].forEach((shown, n) => (shown.textContent = counts[n]));
}

function focus(tile) {
  tiles().forEach((other) => (other.tabIndex = -1));
  if (!tile) return;
  tile.tabIndex = 0;
  tile.focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest" });
}

/** Take tiles off the wall as decided. They are kept, so that undo can put them back where they were. */
function decide(chosen, act) {
  if (!chosen.length) return;
  const all = tiles();
  const next = all.slice(all.indexOf(chosen.at(-1)) + 1).find((tile) => !chosen.includes(tile)) ?? all.findLast((tile) => !chosen.includes(tile));
  const taken = chosen.map((tile) => ({ tile, before: tile.nextElementSibling }));
  taken.forEach(({ tile }) => { tile.querySelector("input").checked = false; tile.remove(); });
  const step = { act, taken, pairs: chosen.map(pair) };
  turns += 1;
  done.push(step);
  tally(act, chosen.length);
  sender.add(act, step.pairs, () => { done.splice(done.indexOf(step), 1); put(step); });
  say(`${act === "accept" ? data.accepted : data.rejected}: ${chosen.length}`);
  focus(next);
  refresh();
}

function put({ act, taken }) {
  turns += 1;
  for (const { tile, before } of [...taken].reverse()) list.insertBefore(tile, before?.isConnected ? before : null);
  tally(act, -taken.length);
  refresh();
}

async function undo() {
  const step = done.pop();
  if (!step) return;
  if (step.assets) {
    tally("accept", -step.assets.length);
    sender.add("reopen", step.assets.map((asset) => `${asset}:${data.tag}`), () => {});
    await sender.flush();
    location.reload();
    return;
  }
  put(step);
  sender.add("reopen", step.pairs, () => {});
  say(`${data.reopened}: ${step.taken.length}`);
  focus(step.taken[0].tile);
}

function refresh() {
  const chosen = picked().length;
  room.querySelectorAll(".picked").forEach((shown) => (shown.textContent = chosen ? ` (${chosen})` : ""));
  form.querySelectorAll('[name="do"]').forEach((button) => (button.disabled = !chosen));
  room.querySelector('[data-do="undo"]').disabled = !done.length;
  const waiting = Number(room.querySelector("[data-waiting]").textContent);
  room.querySelector(".finished").hidden = waiting > 0 || tiles().length > 0;
  form.hidden = !tiles().length && waiting === 0;
  slide();
  if (!dry && tiles().length < 24 && waiting > tiles().length) more();
}

/** Fetch the suggestions that follow those on the wall, once the server knows what was decided. */
async function more() {
  if (fetching) return;
  fetching = true;
  try {
    await sender.flush();
    const asked = turns;
    const answer = await fetch(`?offset=${tiles().length}`);
    if (!answer.ok) throw new Error("");
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const held = new Set([...tiles(), ...done.flatMap((step) => step.taken?.map(({ tile }) => tile) ?? [])].map((tile) => tile.dataset.asset));
    const fresh = [...part.content.children].filter((tile) => !held.has(tile.dataset.asset));
    list.append(...fresh);
    dry = !fresh.length && asked === turns; // nothing further comes: do not ask again
    if (fresh.length && document.activeElement === document.body) focus(tiles()[0]);
  } catch {
    say(data.lost, true);
    dry = true;
  }
  fetching = false;
  if (!dry) refresh();
}

const least = room.querySelector(".least");
const slider = least.querySelector("input");
function slide() {
  const edge = Number(slider.value);
  const decided = new Set(done.flatMap((step) => step.taken?.map(({ tile }) => tile) ?? []));
  const off = [...decided].filter((tile) => !tile.isConnected && Number(tile.dataset.score) >= edge).length;
  least.querySelector("output").textContent = edge.toFixed(2);
  const left = Math.max(0, scores.filter((score) => score >= edge).length - off);
  least.querySelector("[data-count]").textContent = left;
  least.querySelector("button").disabled = !left;
  tiles().forEach((tile) => tile.classList.toggle("reached", Number(tile.dataset.score) >= edge));
}

async function acceptAbove() {
  const shown = Number(least.querySelector("[data-count]").textContent);
  if (shown > 20 && !confirm(`${data.ask} (${shown})`)) return;
  await sender.flush();
  const assets = [];
  try {
    for (let more = true; more; ) {
      const answer = await sender.post(data.above, [["tag", data.tag], ["least", slider.value]]);
      assets.push(...answer.assets);
      more = answer.more && answer.assets.length > 0;
    }
  } catch (error) {
    say(error.message || data.lost, true);
  }
  if (!assets.length) return;
  const gone = new Set(assets);
  tiles().filter((tile) => gone.has(tile.dataset.asset)).forEach((tile) => tile.remove());
  scores = scores.filter((score) => score < Number(slider.value));
  done.splice(0, done.length, { assets });
  tally("accept", assets.length);
  say(`${data.accepted}: ${assets.length}`);
  dry = false;
  turns += 1;
  focus(tiles()[0]);
  refresh();
}

async function turn(step) {
  const links = [...room.querySelectorAll(".tags li:not([hidden]) a")];
  const here = links.findIndex((link) => link.hasAttribute("aria-current"));
  const order = [...links.slice(here + 1), ...links.slice(0, Math.max(here, 0))];
  if (step < 0) order.reverse();
  const to = order.find((link) => !link.classList.contains("done"));
  await sender.flush();
  if (to) location.assign(to.href);
}

function move(key) {
  const all = tiles();
  const at = all.indexOf(current());
  const across = all.filter((tile) => tile.offsetTop === all[0].offsetTop).length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[key];
  if (all[at + by]) focus(all[at + by]);
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.closest("select, textarea, [type=search], [type=range], dialog")) return;
  const steered = target.closest("a, button, summary");
  if (steered && (key === "Enter" || key === " ")) return;
  const mine = current();
  const chosen = picked().length ? picked() : mine ? [mine] : [];
  const does = {
    Enter: () => decide(chosen, "accept"),
    a: () => decide(chosen, "accept"),
    r: () => decide(chosen, "reject"),
    Backspace: () => decide(chosen, "reject"),
    A: () => mine && decide(tiles().slice(0, tiles().indexOf(mine) + 1), "accept"),
    " ": () => mine?.querySelector("input").click(),
    n: () => turn(1),
    p: () => turn(-1),
    u: undo,
  }[key] ?? (key.startsWith("Arrow") && tiles().length ? () => move(key) : null);
  if (!does) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("Arrow")) does();
});

list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-one]");
  if (button) decide([button.closest(".tile")], button.dataset.one);
});
list.addEventListener("change", refresh);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  decide(picked(), event.submitter?.value === "reject" ? "reject" : "accept");
});
room.addEventListener("click", (event) => {
  const act = event.target.closest("[data-do]")?.dataset.do;
  ({ undo, next: () => turn(1), previous: () => turn(-1), above: acceptAbove })[act]?.();
});
slider.addEventListener("input", slide);

// The list of tags narrows as one types; without this script its form does the same.
const find = room.querySelector(".find");
function narrow() {
  const words = find.q.value.trim().toLowerCase();
  const group = find.group.value;
  let any = false;
  for (const row of room.querySelectorAll(".tags li")) {
    row.hidden = !row.dataset.words.includes(words) || Boolean(group && row.dataset.group !== group);
    any ||= !row.hidden;
  }
  room.querySelector(".none").hidden = any;
}
find.addEventListener("input", narrow);
find.addEventListener("change", () => {
  if (find.group.value !== (new URLSearchParams(location.search).get("group") ?? "")) find.submit();
});
find.addEventListener("submit", (event) => event.preventDefault());

if (matchMedia("(max-width: 60rem)").matches) room.querySelector(".tags").open = false;
room.querySelector('.tags a[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
scrollTo(0, 0);
least.hidden = false;
if (scores.length) slider.value = scores[Math.floor(scores.length / 5)];
refresh();
if (document.activeElement === document.body) focus(tiles()[0]);
