// What Django wants to see with everything that changes something.

export const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
