// The page of an asset among the results it came from: ← → go on in place, so that going back leads to the results.
// And the credit line, ready to copy.

import { register } from "./keys.js";
import { words } from "./words.js";

const main = document.getElementById("main");
const typing = (event) => event.target.closest?.("input, textarea, select, [contenteditable]");
let going = false;

async function go(link) {
  if (going) return;
  going = true;
  const side = link.rel;
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("main");
    if (!answer.ok || !next?.querySelector("article.asset")) throw new Error(answer.status);
    main.replaceChildren(...document.importNode(next, true).childNodes);
    document.title = page.title;
    history.replaceState(history.state, "", link.href);
    htmx.process(main);
    step(side)?.focus({ preventScroll: true });
    arrive();
    document.dispatchEvent(new CustomEvent("lacuna:shown"));
  } catch {
    location.assign(link.href);
  } finally {
    going = false;
    main.removeAttribute("aria-busy");
  }
}

// What has just appeared: its buttons work, and the pictures beside it are fetched ahead.
function arrive() {
  for (const copies of document.querySelectorAll(".copies")) copies.hidden = false;
  for (const link of document.querySelectorAll("[data-picture]")) new Image().src = link.dataset.picture;
}

const step = (rel) => document.querySelector(`.steps-between a[rel="${rel}"]`);

document.addEventListener("lacuna:step", (event) => {
  const link = step(event.detail);
  if (link) go(link);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || typing(event)) return;
  const link = step({ ArrowLeft: "prev", ArrowRight: "next" }[event.key]);
  if (!link) return;
  event.preventDefault();
  go(link);
});

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.(".steps-between a");
  if (link) {
    event.preventDefault();
    go(link);
  }
  const back = event.target.closest?.("a[data-back]");
  if (back && cameFromResults(back)) {
    event.preventDefault();
    history.back();
  }
  const copy = event.target.closest?.("button[name=copy]");
  if (copy) take(copy);
});

// The browser itself knows best where the results were scrolled to.
function cameFromResults(back) {
  const there = document.referrer && new URL(document.referrer);
  return there && there.origin === location.origin && there.pathname === new URL(back.href).pathname && history.length > 1;
}

async function take(button) {
  const source = document.getElementById(button.value);
  const said = button.parentElement.querySelector("[role=status]");
  const texts = button.parentElement.dataset;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    said.textContent = texts.copied;
  } catch {
    const fold = source.closest("details");
    if (fold) fold.open = true;
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    said.textContent = texts.selected;
  }
  setTimeout(() => (said.textContent = ""), 4000);
}

// A menu of sizes closes when something else is wanted.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.sizes[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.sizes[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("htmx:afterSettle", arrive);
arrive();
if (document.querySelector(".steps-between")) register({ key: "← →", label: words.keys["← →"] });
