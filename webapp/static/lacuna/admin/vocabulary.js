// The threshold moves, and the count and the pictures beside it follow; the list narrows as one types.

const room = document.getElementById("vocabulary");
const outlook = room.querySelector(".outlook");
const number = room.querySelector('[name="threshold"]');
const slider = room.querySelector('.edge [type="range"]');
let timer, latest = 0;

async function look() {
  const mine = ++latest;
  try {
    const answer = await fetch(`${outlook.dataset.at}?threshold=${slider.value}`);
    if (!answer.ok) throw new Error();
    const text = await answer.text();
    if (mine === latest) outlook.innerHTML = text;
  } catch {
    if (mine === latest) outlook.textContent = outlook.dataset.lost;
  }
}

function later() {
  clearTimeout(timer);
  if (outlook) timer = setTimeout(look, 120);
}

if (slider) {
  const usual = Number(number.placeholder);
  slider.hidden = false;
  slider.addEventListener("input", () => { number.value = Number(slider.value).toFixed(2); later(); });
  number.addEventListener("input", () => { slider.value = number.value === "" ? usual : number.value; later(); });
  if (outlook) look();
}

const narrow = room.querySelector(".narrow");
narrow.hidden = false;
narrow.addEventListener("input", () => {
  const words = narrow.value.trim().toLowerCase();
  for (const group of room.querySelectorAll("[data-group]")) {
    let any = false;
    for (const row of group.querySelectorAll("tbody tr")) {
      row.hidden = !row.dataset.words.includes(words);
      any ||= !row.hidden;
    }
    group.hidden = !any;
    if (words && any) group.open = true;
  }
});
narrow.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
if (innerWidth <= 960) {
  for (const group of room.querySelectorAll("[data-group]")) group.open = Boolean(group.querySelector(".here"));
}
if (innerWidth > 960) room.querySelector(".here")?.scrollIntoView({ block: "center" });
scrollTo(0, 0);
