// Choosing several: all at once, a range with Shift, and how many are chosen.

const form = document.getElementById("pick");
const ticks = [...document.querySelectorAll("input[form=pick]")];
let last;

function count() {
  const chosen = ticks.filter((tick) => tick.checked).length;
  const all = form.querySelector("[data-all]");
  all.checked = chosen === ticks.length;
  all.indeterminate = chosen > 0 && !all.checked;
  const line = form.querySelector("[data-count]");
  line.textContent = chosen ? line.dataset[chosen === 1 ? "one" : "many"].replace("%n", chosen) : "";
  for (const act of form.querySelectorAll("button:not(.sheet button)")) act.disabled = !chosen;
  for (const menu of form.querySelectorAll("details")) menu.hidden = !chosen;
}

if (form && ticks.length) {
  form.querySelector("label[hidden]").hidden = false;
  form.querySelector("[data-all]").addEventListener("change", ({ target }) => {
    for (const tick of ticks) tick.checked = target.checked;
    count();
  });
  for (const tick of ticks) {
    tick.addEventListener("click", (event) => {
      if (event.shiftKey && last) {
        const [from, to] = [ticks.indexOf(last), ticks.indexOf(tick)].sort((a, b) => a - b);
        for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
      }
      last = tick;
      count();
    });
  }
  count();
}
