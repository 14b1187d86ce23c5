// Putting a collection in order: by dragging, or by the menu of each picture. The order is kept at once.

const list = document.querySelector(".arranged");
const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
let dragged = null;

const items = () => [...list.querySelectorAll(":scope > .card")];

async function keep() {
  const body = new FormData();
  for (const item of items()) body.append("asset", item.dataset.id);
  const answer = await fetch(list.dataset.order, {
    method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" },
  }).catch(() => null);
  if (!answer?.ok) say(document.getElementById("notices").dataset.lost);
}

function say(message) {
  const notice = document.createElement("p");
  notice.className = "notice error";
  notice.textContent = message;
  document.getElementById("notices").replaceChildren(notice);
}

function mark(item) {
  for (const other of items()) other.classList.toggle("before", other === item);
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
  const over = event.target.closest(".card");
  if (over && over !== dragged) mark(over);
});

list?.addEventListener("drop", (event) => {
  if (!dragged) return;
  event.preventDefault();
  const over = event.target.closest(".card");
  if (over && over !== dragged) {
    over.before(dragged);
    keep();
  }
});

list?.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  mark(null);
});

list?.addEventListener("click", (event) => {
  const step = Number(event.target.closest("[data-move]")?.dataset.move);
  if (!step) return;
  const all = items();
  const item = event.target.closest(".card");
  const other = all[all.indexOf(item) + step];
  if (!other) return;
  if (step < 0) other.before(item);
  else other.after(item);
  item.querySelector("summary").focus();
  keep();
});
