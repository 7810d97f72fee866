/* Small words for building the page; everything a person wrote goes in as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/* Make an element: plain values become attributes, functions listeners, `text` its text. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "text") element.textContent = value;
    else if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const PATHS = {
  again: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
  camera: "M3.5 8.5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2zM15.500 11l5-3v8l-5-3",
  cancel: "M6 6l12 12M18 6L6 18",
  delete: "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12.500h9.400l.8-12.500M10 11v5M14 11v5",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 19.500h14",
  edit: "M4.500 19.500l1-4L16 5l3 3L8.500 18.500zM13.500 7.500l3 3",
  job: "M8 5.500v13l11-6.500z",
  no: "M6 6l12 12M18 6L6 18",
  photo: "M4.500 6.500a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2zM4.500 16l4.500-4.500 4 4 2.500-2.500 4 4M15 9.500h.01",
  send: "M12 19V5M5.500 11.500L12 5l6.500 6.500",
  swap: "M4 9h14M14.500 5.500L18 9M20 15H6M9.500 18.500L6 15",
  warning: "M12 8.500v5M12 16.800v.01M12 3.500l9 16H3z",
  yes: "M5 12.500l4.500 4.500L19 7.500",
};

/* A line drawing, hidden from screen readers: the words beside it or its label say the same. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.job);
  svg.append(path);
  return svg;
}

/* Fill the blanks of a sentence: fill("At most {n}", {n: 2}). */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);

/* An id for a message; unlike crypto.randomUUID this works on plain http addresses too. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
