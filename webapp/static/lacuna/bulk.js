// The bar for what is chosen: acts at once and offers to undo.

import { token } from "./csrf.js";
import { grid } from "./grid.js";
import { chosen, clear } from "./selection.js";
import { toast } from "./toast.js";
import { words } from "./words.js";

const bar = document.getElementById("bulk");
const headers = { "X-CSRFToken": token, Accept: "application/json" };

export async function send(url, fields) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  try {
    const answer = await fetch(url, { method: "POST", body, headers });
    if (answer.ok) return await answer.json();
    const said = new DOMParser().parseFromString(await answer.text(), "text/html");
    toast(said.querySelector("#main p, .notice p")?.textContent.trim() || lost(), { failed: true });
  } catch {
    toast(lost(), { failed: true });
  }
  return null;
}

const lost = () => document.getElementById("notices").dataset.lost;

// What the page shows may have changed: the wall asks again and stays where it is, any other list is asked for anew.
export async function refresh() {
  const here = location.pathname + location.search;
  if (!grid || !(await grid.refresh())) {
    htmx.ajax("GET", here, { target: "#results", swap: "innerHTML" });
    return;
  }
  const answer = await fetch(here).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#results .filters");
  const stale = document.querySelector("#results .filters");
  if (!fresh || !stale) return;
  stale.replaceWith(fresh);
  htmx.process(fresh);
}

function done(answer) {
  const { undo } = answer;
  toast(answer.message, {
    undo: undo && (async () => {
      const back = await send(undo.url, undo.fields);
      if (back) toast(back.message);
      refresh();
    }),
  });
}

document.addEventListener("lacuna:chosen", () => {
  if (!bar) return;
  bar.hidden = !chosen.size;
  bar.querySelector("[data-count]").textContent = words.chosen.replace("%s", chosen.size.toLocaleString());
  if (bar.hidden) for (const menu of bar.querySelectorAll("details[open]")) menu.open = false;
});

bar?.addEventListener("submit", async (event) => {
  const form = event.target;
  const assets = [...chosen].join(",");
  if ("download" in form.dataset) {
    form.elements.assets.value = assets;
    return;
  }
  event.preventDefault();
  const answer = await send(form.action, { ...Object.fromEntries(new FormData(form)), assets });
  if (!answer) return;
  form.closest("details")?.removeAttribute("open");
  form.reset();
  done(answer);
  clear();
  if ("gone" in form.dataset) refresh();
});

bar?.querySelector("[data-clear]").addEventListener("click", clear);

const collections = bar?.querySelector("[data-collections]");
collections?.addEventListener("toggle", async () => {
  const select = collections.querySelector("select");
  if (!collections.open || select.options.length > 1) return;
  const listed = await (await fetch(collections.dataset.collections)).json();
  for (const { id, name } of listed) select.add(new Option(name, id));
  if (listed.length) select.selectedIndex = 1;
  select.dispatchEvent(new Event("change"));
});
collections?.querySelector("select").addEventListener("change", (event) => {
  const field = collections.querySelector("input[name=name]");
  field.required = !event.target.value;
  field.parentElement.hidden = Boolean(event.target.value);
});

/** Open one of the bar's menus by its place in the keymap. */
export function open(action) {
  const form = bar?.querySelector(`form[action$="${action}"]`);
  const menu = form?.closest("details");
  if (!menu) return form?.requestSubmit();
  menu.open = true;
  menu.querySelector("input, select").focus();
  return undefined;
}
