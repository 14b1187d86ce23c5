// A closer look at a picture without leaving the wall: on a steady hover, or by key.

const panel = document.getElementById("peek");
const results = document.getElementById("results");
const STEADY = 450;
let waiting;
let shown = null;

const hide = () => {
  clearTimeout(waiting);
  shown = null;
  panel.hidden = true;
};

export async function peekAt(card) {
  if (shown === card.dataset.id) {
    hide();
    return;
  }
  shown = card.dataset.id;
  const answer = await fetch(`/assets/${shown}/peek/`).catch(() => null);
  if (!answer?.ok || shown !== card.dataset.id || !card.isConnected) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  panel.replaceChildren(...part.body.childNodes);
  panel.querySelector("a").href = card.querySelector("a").href;
  panel.hidden = false;
  const own = card.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const right = own.right + 12 + width < innerWidth;
  panel.style.left = `${Math.max(8, right ? own.right + 12 : own.left - width - 12)}px`;
  panel.style.top = `${Math.max(8, Math.min(own.top, innerHeight - height - 8))}px`;
}

if (matchMedia("(hover: hover) and (min-width: 46rem)").matches) {
  results.addEventListener("pointerover", (event) => {
    const card = event.target.closest(".card[data-id]");
    if (!card || !event.target.closest(".paper") || results.classList.contains("choosing")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => shown !== card.dataset.id && peekAt(card), STEADY);
  });
  results.addEventListener("pointerout", (event) => {
    clearTimeout(waiting);
    const to = event.relatedTarget;
    if (to && (panel.contains(to) || to.closest?.(".card")?.dataset.id === shown)) return;
    waiting = setTimeout(() => !panel.matches(":hover") && hide(), 180);
  });
  panel.addEventListener("pointerleave", hide);
}
addEventListener("scroll", () => panel.hidden || hide(), { passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
