// The library page: the wall, what is chosen on it, and its keys.

import "./grid.js";
import { chosen } from "./selection.js";
import "./band.js";
import { refresh } from "./bulk.js";
import "./peek.js";
import "./timeline.js";
import "./wallkeys.js";

document.documentElement.classList.add("scripted");

// Once the import is through, whoever still looks at the top of the library sees all of it.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "progress" || !event.detail.target.querySelector("#import")) return;
  if (!event.detail.xhr.responseText.includes('id="import"') && scrollY < 200 && !chosen.size) refresh();
});
