// The list of jobs renews itself every three seconds, but never under somebody's hand.

const jobs = document.getElementById("jobs");
const plain = (html) => html.replace(/name="csrfmiddlewaretoken" value="\w+"/g, "");
let held = false;
let shown = "";

document.addEventListener("pointerdown", (event) => (held = jobs.contains(event.target)));
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, () => setTimeout(() => (held = false)));

const polls = (event) => event.detail.elt === jobs;

function isMarked() {
  const selection = getSelection();
  return !selection.isCollapsed && jobs.contains(selection.anchorNode);
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (polls(event) && document.hidden) event.preventDefault();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== jobs) return;
  const fresh = plain(event.detail.xhr.responseText);
  if (polls(event) && (held || isMarked() || fresh === shown)) event.detail.shouldSwap = false;
  else shown = fresh;
});
