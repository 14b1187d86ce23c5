// Small comforts of every page; each works without this script, only with more clicks.

const search = document.getElementById("search");
const field = search?.elements.q;
const picture = search?.querySelector('input[type="file"]');

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = document.querySelector("details.menu[open]");
    closeMenus(null);
    open?.querySelector("summary").focus();
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});

// Under an empty search box: what was searched before, within reach of the arrow keys.
const earlier = document.getElementById("earlier");

async function showEarlier(shown) {
  if (!earlier || earlier.hidden === !shown) return;
  earlier.hidden = !shown;
  if (!shown) return;
  const answer = await fetch(earlier.dataset.url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  earlier.replaceChildren(...part.body.childNodes);
}

const offerEarlier = () => showEarlier(!field.value);
field?.addEventListener("focus", offerEarlier);
field?.addEventListener("click", offerEarlier);
field?.addEventListener("input", offerEarlier);
search?.addEventListener("submit", () => showEarlier(false));
document.addEventListener("click", (event) => {
  if (!event.target.closest("#search")) showEarlier(false);
});
search?.addEventListener("focusout", (event) => {
  if (event.relatedTarget && !search.contains(event.relatedTarget)) showEarlier(false);
});
search?.addEventListener("keydown", (event) => {
  if (!earlier || earlier.hidden) return;
  if (event.key === "Escape") {
    showEarlier(false);
    field.focus();
    showEarlier(false);
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const stops = [field, ...earlier.querySelectorAll("a")];
  const to = stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length];
  to.focus();
});

picture?.addEventListener("change", () => {
  if (picture.files.length) picture.form.requestSubmit();
});

search?.addEventListener("dragover", (event) => {
  event.preventDefault();
  search.classList.add("over");
});
search?.addEventListener("dragleave", () => search.classList.remove("over"));
search?.addEventListener("drop", (event) => {
  event.preventDefault();
  event.stopPropagation();
  search.classList.remove("over");
  const image = [...event.dataTransfer.files].find((file) => file.type.startsWith("image/"));
  if (!image) return;
  const chosen = new DataTransfer();
  chosen.items.add(image);
  picture.files = chosen.files;
  picture.form.requestSubmit();
});

// A search by picture has no address; what was typed before it no longer describes the page.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id === "by-picture") {
    picture.value = "";
    if (event.detail.successful) field.value = "";
  }
});

// A refusal says where it is to be shown. Anything else that fails gets a notice of ours.
const notices = document.getElementById("notices");

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  } else if (xhr.status < 400 && target.id !== "progress") {
    notices.replaceChildren();
  }
});

function sayLost() {
  const notice = document.createElement("p");
  notice.className = "notice error";
  notice.textContent = notices.dataset.lost;
  notices.replaceChildren(notice);
}

document.body.addEventListener("htmx:responseError", sayLost);
document.body.addEventListener("htmx:sendError", sayLost);

// A decision on a tag takes its button away: the keyboard goes on with the next suggestion.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "tags" && document.activeElement === document.body) {
    (event.target.querySelector("button.yes") ?? event.target.querySelector("input[name=tag]"))?.focus();
  }
});
