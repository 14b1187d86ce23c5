// One keymap for a page, shown by "?". No key works while one types, and none of the browser's own is taken.

const sheet = document.getElementById("keymap");
const keys = new Map();
const FOLLOWS = 1200;
const BUSY = "input:not(.pick), textarea, select, [contenteditable], .bulk, .top, dialog[open]";
const SHORT = { Escape: "Esc" };
let first = null;

/**
 * Make a key do something: "x", "Shift+x" for a capital, "g l" for one after another.
 * @param {{key: string, run?: (event: KeyboardEvent) => void, label?: string, where?: () => boolean}} how `where` says
 *   whether the key means anything just now. The label is for the sheet; without `run` the key is only told of there.
 */
export function register({ key, run, label, where = () => true }) {
  if (run) keys.set(key, { run, where });
  if (!label || !sheet) return;
  const name = document.createElement("dt");
  for (const part of key.split(" ")) name.append(Object.assign(document.createElement("kbd"), { textContent: SHORT[part] ?? part }), " ");
  sheet.querySelector("dl").append(name, Object.assign(document.createElement("dd"), { textContent: label }));
}

function named({ key, shiftKey, ctrlKey, metaKey }) {
  const name = key === " " ? "Space" : key;
  if (ctrlKey || metaKey) return `Ctrl+${name.toLowerCase()}`;
  return shiftKey && /^[a-z]$/i.test(name) ? `Shift+${name.toLowerCase()}` : name;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing || sheet?.open || event.target.closest?.(BUSY)) return;
  const name = named(event);
  const held = first && event.timeStamp - first.when < FOLLOWS ? `${first.name} ${name}` : "";
  const found = [held, name].map((one) => keys.get(one)).find((one) => one?.where());
  const begins = !held && [...keys.keys()].some((one) => one.startsWith(`${name} `));
  first = begins ? { name, when: event.timeStamp } : null;
  if (!found) return;
  if (name !== "Escape") event.preventDefault();
  found.run(event);
});

if (sheet) register({ key: "?", run: () => sheet.showModal() });
