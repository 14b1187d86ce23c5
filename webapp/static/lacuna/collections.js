// Putting a collection in order: by dragging, or by the menu of each picture. The order is kept at once.

import { token } from "./csrf.js";

const list = document.querySelector(".arranged");
const notices = document.getElementById("notices");
let dragged = null;

const items = () => [...list.querySelectorAll(":scope > .card")];

function say(message) {
  const notice = document.createElement("p");
  notice.className = "notice error";
  notice.textContent = message;
  notices.replaceChildren(notice);
}

// Puts `item` before or after `other` and keeps that; what is not kept goes back to where it was.
async function move(item, other, after) {
  const behind = item.nextSibling;
  other[after ? "after" : "before"](item);
  const body = new FormData();
  for (const one of items()) body.append("asset", one.dataset.id);
  try {
    const answer = await fetch(list.dataset.order, {
      method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" },
    });
    if (answer.ok) return;
    say((await answer.json()).message);
  } catch {
    say(notices.dataset.lost);
  }
  list.insertBefore(item, behind);
}

function follows(card) {
  return Boolean(dragged.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function mark(card) {
  for (const one of items()) {
    one.classList.toggle("before", one === card && !follows(card));
    one.classList.toggle("after", one === card && follows(card));
  }
}

function target(event) {
  const card = dragged && event.target.closest?.(".card");
  return card && card !== dragged ? card : null;
}

list?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".card");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.id);
  dragged.classList.add("dragged");
});

list?.addEventListener("dragover", (event) => {
  if (!dragged) return;
  event.preventDefault();
  mark(target(event));
});

list?.addEventListener("drop", (event) => {
  if (!dragged) return;
  event.preventDefault();
  const card = target(event);
  if (card) move(dragged, card, follows(card));
});

list?.addEventListener("dragend", () => {
  if (!dragged) return;
  mark(null);
  dragged.classList.remove("dragged");
  dragged = null;
});

list?.addEventListener("click", (event) => {
  const step = Number(event.target.closest("[data-move]")?.dataset.move);
  if (!step) return;
  const all = items();
  const item = event.target.closest(".card");
  const other = all[all.indexOf(item) + step];
  if (!other) return;
  move(item, other, step > 0);
  item.querySelector("summary").focus();
});

// What somebody may do is kept as soon as it is chosen; the button is for those without scripts.
for (const button of document.querySelectorAll(".granted [data-keep]")) {
  button.hidden = true;
  button.form.level.addEventListener("change", () => button.form.submit());
}

// Who comes back from changing the people sees them again.
if (location.hash === "#people") document.getElementById("people").open = true;
