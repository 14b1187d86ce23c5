// One picture on the wall, made from the row that describes it.

import { words } from "./words.js";

const pattern = document.getElementById("tile")?.content.firstElementChild;

export function tile(row, index, total) {
  const card = pattern.cloneNode(true);
  card.id = `a-${row.id}`;
  card.dataset.id = row.id;
  card.dataset.index = index;
  card.classList.toggle("photo", row.photo);
  card.setAttribute("aria-posinset", index + 1);
  card.setAttribute("aria-setsize", total);
  const link = card.querySelector("a");
  link.href = row.url;
  link.querySelector("img").src = row.thumb;
  const name = link.querySelector(".name");
  name.textContent = name.title = row.title;
  const like = card.querySelector(".like");
  like.href = `/?like=${row.id}`;
  like.setAttribute("aria-label", words.similar?.replace("%s", row.title));
  card.querySelector(".pick").setAttribute("aria-label", words.choose.replace("%s", row.title));
  const marks = card.querySelector(".marks");
  for (const mark of row.marks) marks.append(Object.assign(document.createElement("b"), { textContent: words[mark] }));
  marks.hidden = !row.marks.length;
  return card;
}

/** Put a card where the layout has it; the name stands under the picture. */
export function put(card, { x, width, height }, y) {
  const { style } = card;
  style.left = `${x}px`;
  style.top = `${y}px`;
  style.width = `${width}px`;
  card.querySelector(".paper").style.height = `${height}px`;
}
