// A short word about what was done, with a way to undo it. It stays while somebody reads or reaches for it.

import { words } from "./words.js";

const STAYS = 8000;
const place = document.getElementById("toasts");

export function toast(message, { undo, failed = false } = {}) {
  const note = document.createElement("div");
  note.className = failed ? "toast failed" : "toast";
  note.append(Object.assign(document.createElement("span"), { textContent: message }));
  const away = () => note.remove();
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words.undo });
    button.addEventListener("click", () => {
      away();
      undo();
    });
    note.append(button);
  }
  let timer = setTimeout(away, STAYS);
  for (const kind of ["pointerenter", "focusin"]) note.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) note.addEventListener(kind, () => (timer = setTimeout(away, STAYS)));
  place.append(note);
  while (place.children.length > 3) place.firstElementChild.remove();
}
