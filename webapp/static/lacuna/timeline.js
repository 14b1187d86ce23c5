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
  rail.setAttribute("aria-valuemin", 0);
  rail.setAttribute("aria-valuemax", Math.max(months.length - 1, 0));
  rail.setAttribute("aria-valuenow", 0);
  rail.setAttribute("aria-valuetext", months.length ? named(months[0].month) : "");
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

const first = (month) => months.slice(0, month).reduce((sum, { count }) => sum + count, 0);

// By keyboard: a month up or down, a year by page, the ends.
function tell(month) {
  rail.setAttribute("aria-valuenow", month);
  rail.setAttribute("aria-valuetext", named(months[month].month));
  label.textContent = named(months[month].month);
  label.style.top = `${(first(month) / total) * 100}%`;
}

rail.addEventListener("focus", () => tell(Number(rail.getAttribute("aria-valuenow") ?? 0)));
rail.addEventListener("keydown", (event) => {
  const now = Number(rail.getAttribute("aria-valuenow") ?? 0);
  const last = months.length - 1;
  const to = { ArrowUp: now - 1, ArrowDown: now + 1, PageUp: now - 12, PageDown: now + 12, Home: 0, End: last }[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const month = Math.min(Math.max(to, 0), last);
  tell(month);
  grid?.show(Math.floor((first(month) / total) * grid.total));
});

begin();
document.body.addEventListener("htmx:afterSettle", (event) => event.target.id === "results" && begin());
