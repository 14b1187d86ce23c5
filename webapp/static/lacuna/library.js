// The library page: the wall, what is chosen on it, and its keys.

import "./grid.js";
import "./selection.js";
import "./bulk.js";
import "./peek.js";
import "./timeline.js";
import "./keys.js";

document.documentElement.classList.add("scripted");
