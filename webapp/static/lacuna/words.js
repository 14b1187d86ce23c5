// What the scripts say, in the language of the page.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

export const words = { ...read("page-words"), ...read("grid-words") };
