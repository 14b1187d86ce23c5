// Deciding without the mouse: j and k go to the next and the previous, a approves, r asks for the reason.
// A decision needs an item that has the focus, so no stray key decides anything.

import { register } from "./keys.js";
import { words } from "./words.js";

const items = [...document.querySelectorAll(".item")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const item = event.target.closest(".item");
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") item?.focus();
    return;
  }
  if (event.key === "j" || event.key === "k") {
    const step = event.key === "j" ? 1 : -1;
    const to = item ? Math.min(Math.max(items.indexOf(item) + step, 0), items.length - 1) : 0;
    items[to]?.focus();
    items[to]?.scrollIntoView({ block: "nearest" });
  } else if (event.key === "a" && !event.repeat) {
    item?.querySelector("form.approve")?.requestSubmit();
  } else if (event.key === "r") {
    const reason = item?.querySelector('input[name="reason"]');
    if (reason) {
      event.preventDefault();
      reason.focus();
    }
  }
});

// Back from a decision: the next item is at hand.
if (document.activeElement === document.body) items[0]?.focus({ preventScroll: true });
for (const key of ["j k", "a", "r"]) register({ key, label: words.keys[key] });
