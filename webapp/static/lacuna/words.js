// What the scripts of the library say, in the language of the page.

export const words = JSON.parse(document.getElementById("grid-words")?.textContent ?? "{}");
