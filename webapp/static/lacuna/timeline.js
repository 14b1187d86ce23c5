// The months beside the wall while it is ordered by time: a place to press for a far jump, and the month one is in.

import { grid } from "./grid.js";

const rail = document.getElementById("timeline");
const label = rail.querySelector("span");
let months = [];
let total = 0;

const byTime = () => ["", "newest", "oldest"].includes(new URLSearchParams(location.search).get("order") ?? "");
const named = (month) =>
  new Date(`${month}-15T00:00`).toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "long" });

function monthAt(index) {
  let seen = 0;
  for (const one of months) {
    seen += one.count;
    if (index < seen) return one.month;
  }
  return months.at(-1)?.month;
}

async function begin() {
  rail.hidden = true;
  if (!grid || !byTime() || grid.total < 200) return;
  const answer = await fetch(rail.dataset.url + location.search).catch(() => null);
  if (!answer?.ok) return;
  ({ months } = await answer.json());
  total = months.reduce((sum, one) => sum + one.count, 0);
  rail.hidden = months.length < 2;
  for (const old of rail.querySelectorAll("i")) old.remove();
  let seen = 0;
  for (const { month, count } of months) {
    const mark = document.createElement("i");
    mark.style.top = `${(seen / total) * 100}%`;
    mark.title = named(month);
    rail.append(mark);
    seen += count;
  }
}

const share = (event) => {
  const box = rail.getBoundingClientRect();
  return Math.min(Math.max((event.clientY - box.top) / box.height, 0), 0.9999);
};

rail.addEventListener("pointermove", (event) => {
  const at = share(event);
  label.textContent = named(monthAt(Math.floor(at * total)));
  label.style.top = `${at * 100}%`;
  if (event.buttons) grid?.show(Math.floor(at * grid.total));
});
rail.addEventListener("pointerdown", (event) => {
  rail.setPointerCapture(event.pointerId);
  grid?.show(Math.floor(share(event) * grid.total));
});

begin();
document.body.addEventListener("htmx:afterSettle", (event) => event.target.id === "results" && begin());
