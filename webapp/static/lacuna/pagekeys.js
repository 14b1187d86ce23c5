// The keys that every page has; they stand last on its sheet.

import { register } from "./keys.js";
import { words } from "./words.js";

const PLACES = { l: ".brand", c: 'a[href$="/collections/"]', r: 'a[href$="/review/"]', j: 'a[href$="/jobs/"]' };

const tell = (key, run) => register({ key, run, label: words.keys[key] });

// "/" belongs to the search box itself.
if (document.getElementById("search")) tell("/");
for (const [key, where] of Object.entries(PLACES)) {
  const link = document.querySelector(`header.top ${where}`);
  if (link) tell(`g ${key}`, () => link.click());
}
tell("?");
