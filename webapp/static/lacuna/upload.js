// Uploads: drop files anywhere or choose them on the upload page. Three at a time, one answer each.

const AT_ONCE = 3;
const url = document.body.dataset.upload;
const tray = document.getElementById("tray");
const list = tray.querySelector("ol");
const pattern = tray.querySelector("template");
const dropzone = document.getElementById("dropzone");
const form = document.getElementById("upload");
const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const waiting = [];
let running = 0;

function add(files) {
  tray.hidden = files.length === 0 && list.children.length === 0;
  for (const file of files) {
    const row = pattern.content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    say(row, "", tray.dataset.waiting);
    list.prepend(row);
    waiting.push({ file, row });
  }
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) send(waiting.shift());
}

function say(row, state, message) {
  row.className = state;
  row.querySelector(".said").textContent = message;
}

function send({ file, row }) {
  running += 1;
  const body = new FormData();
  body.append("file", file);
  for (const name of ["licence", "credit", "visibility"]) {
    if (form?.elements[name]) body.append(name, form.elements[name].value);
  }
  const bar = row.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", token);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    say(row, "", event.loaded < event.total ? `${Math.round(bar.value * 100)} %` : tray.dataset.reading);
  });
  request.addEventListener("loadend", () => {
    running -= 1;
    bar.hidden = true;
    const answer = request.response?.files?.[0];
    if (answer) show(row, answer);
    else say(row, "failed", request.response?.message ?? tray.dataset[request.status ? "refused" : "broken"]);
    next();
  });
  request.send(body);
}

function show(row, answer) {
  const link = row.querySelector(".name");
  const image = row.querySelector("img");
  link.textContent = answer.name;
  if (answer.url) link.href = answer.url;
  if (answer.thumb) {
    image.src = answer.thumb;
    image.hidden = false;
  }
  say(row, answer.state, answer.message);
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
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropzone.hidden = true;
  add([...event.dataTransfer.files]);
});

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  add([...form.elements.file.files]);
  form.elements.file.value = "";
});

tray.querySelector("[data-close]").addEventListener("click", () => {
  tray.hidden = true;
  if (!running) list.replaceChildren();
});

window.addEventListener("beforeunload", (event) => {
  if (running || waiting.length) event.preventDefault();
});
