// How files get in: dropped or pasted anywhere, or gathered on the upload page and sent together.

import { chosen, dropped, pasted } from "./entries.js";
import { add, busy } from "./tray.js";

const tray = document.getElementById("tray");
const dropzone = document.getElementById("dropzone");
const form = document.getElementById("upload");
let staged = [];

/** On the upload page files wait until they are sent with what is settled for all of them; elsewhere they go at once. */
function take(files) {
  if (!form) return add(files);
  staged.push(...files);
  showStaged();
}

function showStaged() {
  const line = form.querySelector(".staged");
  line.hidden = !staged.length;
  const bytes = staged.reduce((sum, { file }) => sum + file.size, 0);
  const words = form.dataset[staged.length === 1 ? "stagedOne" : "stagedMany"];
  line.querySelector("b").textContent = words.replace("%n", staged.length.toLocaleString()).replace("%size", size(bytes));
}

function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : bytes < 1e9 ? "megabyte" : "gigabyte";
  const value = bytes / { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
  return value.toLocaleString(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 });
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let leave;

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  clearTimeout(leave);
  dropzone.hidden = Boolean(event.target.closest?.("#search"));
  leave = setTimeout(() => (dropzone.hidden = true), 200);
});
document.addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropzone.hidden = true;
  take(await dropped(event.dataTransfer));
});
document.addEventListener("paste", (event) => {
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || !event.clipboardData?.files.length) return;
  event.preventDefault();
  take(pasted(event.clipboardData, tray.dataset.pasted));
});

if (form) {
  for (const way of form.querySelectorAll("[data-scripted]")) way.hidden = false;
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    take(chosen(target));
    target.value = "";
  });
  form.querySelector("[data-unstage]").addEventListener("click", () => {
    staged = [];
    showStaged();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    if (!staged.length) return form.querySelector("input[type=file]").click();
    add(staged, Object.fromEntries(fields));
    staged = [];
    showStaged();
  });
}

window.addEventListener("beforeunload", (event) => {
  if (busy() || staged.length) event.preventDefault();
});
