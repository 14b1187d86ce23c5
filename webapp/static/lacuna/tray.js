// The tray: files on their way, three at a time, each with its own answer, cancel and retry.

import { token } from "./csrf.js";

const AT_ONCE = 3;
const tray = document.getElementById("tray");
const said = tray.dataset;
const list = tray.querySelector("ol");
const pattern = tray.querySelector("template");
const overall = tray.querySelector(".overall");
const form = tray.querySelector("form");
const jobs = [];
const named = new Map(); // collections made on the way, so that a hundred files make one
let fresh = []; // ids of what came in since the page was last told

const inState = (...states) => jobs.filter((job) => states.includes(job.state));
export const busy = () => inState("waiting", "sending").length > 0;

/** Queue files; `fields` are what is settled for all of them. */
export function add(files, fields = {}) {
  if (!files.length) return;
  tray.hidden = false;
  const rows = document.createDocumentFragment();
  for (const { file, fits } of files) {
    const job = { file, fields, sent: 0, row: pattern.content.firstElementChild.cloneNode(true) };
    job.row.querySelector(".name").textContent = file.webkitRelativePath || file.name;
    job.row.querySelector("progress").setAttribute("aria-label", file.name);
    job.row.querySelector("[data-cancel]").addEventListener("click", () => cancel(job));
    job.row.querySelector("[data-retry]").addEventListener("click", () => retry(job));
    jobs.push(job);
    rows.prepend(job.row);
    if (!fits) turn(job, "failed", said.leftOut);
    else if (file.size > Number(said.limit)) turn(job, "failed", said.large);
    else turn(job, "waiting", said.waiting);
  }
  list.prepend(rows);
  list.scrollTop = 0;
  next();
}

function turn(job, state, message) {
  job.state = job.row.className = state;
  job.row.querySelector(".said").textContent = message;
  const over = !["waiting", "sending"].includes(state);
  job.row.querySelector("progress").hidden = over;
  job.row.querySelector("[data-cancel]").hidden = over;
  job.row.querySelector("[data-retry]").hidden = !["failed", "cancelled"].includes(state);
}

function next() {
  for (const job of inState("waiting")) {
    const making = job.fields.collection_name && !named.has(job.fields.collection_name);
    if (inState("sending").length >= (making ? 1 : AT_ONCE)) break;
    send(job);
  }
  count();
  if (busy()) return;
  if (!list.contains(document.activeElement)) list.prepend(...inState("failed").map((job) => job.row));
  tell();
}

function send(job) {
  const fields = { ...currentFields(), ...filled(job.fields) };
  if (named.has(fields.collection_name)) {
    fields.collection = named.get(fields.collection_name);
    delete fields.collection_name;
  }
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", job.file, job.file.name);
  const request = (job.request = new XMLHttpRequest());
  request.open("POST", document.body.dataset.upload);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", token);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => advance(job, event));
  request.addEventListener("loadend", () => {
    if (job.request !== request) return;
    job.sent = job.file.size;
    const { collection } = request.response ?? {};
    if (collection && fields.collection_name) named.set(fields.collection_name, collection.id);
    const answer = request.response?.files?.[0];
    if (answer) show(job, answer);
    else turn(job, "failed", request.response?.message ?? said[request.status ? "refused" : "broken"]);
    next();
  });
  turn(job, "sending", said.sending);
  request.send(body);
}

function advance(job, event) {
  if (!event.lengthComputable || job.state !== "sending") return;
  const share = event.loaded / event.total;
  job.sent = share * job.file.size;
  job.row.querySelector("progress").value = share;
  job.row.querySelector(".said").textContent = share < 1 ? `${Math.round(share * 100)} %` : said.reading;
  count();
}

function show(job, answer) {
  const link = job.row.querySelector(".name");
  const image = job.row.querySelector("img");
  link.textContent = answer.name;
  if (answer.url) link.href = answer.url;
  if (answer.thumb) {
    image.src = answer.thumb;
    image.hidden = false;
  }
  job.id = answer.id;
  if (answer.state === "added") fresh.push(answer.id);
  turn(job, answer.state, answer.message);
  if (answer.same) {
    const open = document.createElement("a");
    open.href = answer.same;
    open.textContent = said.open;
    job.row.querySelector(".said").append(" ", open);
  }
}

function cancel(job) {
  const { request } = job;
  job.request = null;
  request?.abort();
  job.sent = job.file.size;
  turn(job, "cancelled", said.cancelled);
  job.row.querySelector("[data-retry]").focus();
  next();
}

function retry(job) {
  job.sent = 0;
  job.row.querySelector("progress").value = 0;
  turn(job, "waiting", said.waiting);
  job.row.querySelector("[data-cancel]").focus();
  next();
}

function count() {
  const over = jobs.length - inState("waiting", "sending").length;
  const all = jobs.reduce((sum, job) => sum + job.file.size, 0);
  const sent = jobs.reduce((sum, job) => sum + (["waiting", "sending"].includes(job.state) ? job.sent : job.file.size), 0);
  overall.hidden = !busy();
  overall.value = all ? sent / all : 0;
  const [added, there, failed] = ["added", "there", "failed"].map((state) => inState(state).length);
  const counted = tray.querySelector("[data-overall]");
  counted.textContent = busy()
    ? said.counting.replace("%a", over).replace("%b", jobs.length).replace("%p", Math.round(overall.value * 100))
    : [[added, said.added], [there, said.there], [failed, said.failed]].filter(([n]) => n).map(([n, word]) => word.replace("%n", n)).join(" · ");
  // Only the end is read out: a voice that counts along would never stop.
  tray.querySelector("[data-final]").textContent = busy() ? "" : counted.textContent;
  tray.querySelector("[data-cancel-all]").hidden = !busy();
  tray.querySelector("[data-retry-all]").hidden = !failed;
}

/** Tell the page, once all is over, what came in. Whoever shows it anew prevents the default. */
function tell() {
  if (!fresh.length) return;
  const ids = fresh;
  fresh = [];
  const unheard = document.dispatchEvent(new CustomEvent("lacuna:added", { detail: { ids }, cancelable: true }));
  const browsing = location.pathname === "/" && !location.search && document.getElementById("results");
  // As if something had been typed: the page then keeps its place in the history.
  if (unheard && browsing) htmx.ajax("GET", "/", { target: "#results", headers: { "HX-Trigger-Name": "q" } });
}

const filled = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
const currentFields = () => filled(Object.fromEntries(new FormData(form)));

// Tags and a collection, from the tray: for what waits, and for what is in already.
tray.querySelector("details").addEventListener("toggle", (event) => {
  const fields = form.querySelector(".fields");
  if (event.target.open && !fields.children.length) htmx.ajax("GET", form.action, { target: fields, swap: "innerHTML" });
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = form.querySelector("[role=status]");
  const body = new FormData(form);
  for (const job of jobs) if (job.id && ["added", "there"].includes(job.state)) body.append("asset", job.id);
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
    if (!response.ok) throw new Error(response.status);
    const answer = await response.json();
    const name = body.get("collection_name");
    if (answer.collection && name) named.set(name, answer.collection.id);
    status.textContent = answer.message;
  } catch {
    status.textContent = said.refused;
  }
});

tray.querySelector("[data-cancel-all]").addEventListener("click", () => {
  for (const job of inState("waiting")) turn(job, "cancelled", said.cancelled);
  for (const job of inState("sending")) cancel(job);
  next();
  tray.querySelector("[data-close]").focus();
});
tray.querySelector("[data-retry-all]").addEventListener("click", () => {
  for (const job of inState("failed")) {
    job.sent = 0;
    turn(job, "waiting", said.waiting);
  }
  next();
});
tray.querySelector("[data-close]").addEventListener("click", () => {
  tray.hidden = true;
  if (busy()) return;
  list.replaceChildren();
  jobs.length = 0;
});
