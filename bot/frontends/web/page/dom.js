// Elements from plain values. Strings become text nodes: nothing anybody wrote is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

const HUES = [265, 340, 20, 150, 95, 205, 175, 45];

const ICONS = {
  send: "M4 12l16-8-6 16-3-6-7-2z",
  close: "M6 6l12 12M18 6L6 18",
  asking: "M9.2 9.2a2.9 2.9 0 1 1 4.2 2.7c-.9.5-1.4 1-1.4 2.1M12 17.4v.1",
  waiting: "M12 7v5l3.2 2",
  trying: "M13 4L6.5 13.2h4.8L10.5 20 17.5 10.6h-4.900z",
  good: "M7 12.5l3.5 3.5L17 8.8",
  bad: "M8.5 8.5l7 7M15.5 8.5l-7 7",
  notice: "M12 11v5.5M12 7.6v.1",
  file: "M7 3.5h7l4 4V20.5H7zM14 3.5v4h4",
  calendar: "M5 6.5h14v13H5zM5 10.5h14M9 4v4M15 4v4",
  pencil: "M5 19l1-4L15.5 5.5l3 3L9 18z",
  down: "M12 5v13M6.5 12.5L12 18l5.5-5.5",
  up: "M12 19V6M6.5 11.5L12 6l5.5 5.5",
  reply: "M9 7L4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 5 5V18",
  switch: "M4 9h13l-3.5-3.5M20 15H7l3.5 3.5",
};

/** An element: `h("p", {class: "x", onclick: f}, "words", other)`. Empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A line drawing, for the eye only. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function logo() {
  return h("img", { class: "logo", src: "/chat/page/logo.svg", alt: "" });
}

/** A person's initial in a colour of their own. */
export function avatar(name) {
  const face = h("span", { class: "avatar", "aria-hidden": "true" }, [...name.trim()][0]?.toUpperCase() ?? "?");
  face.style.setProperty("--hue", hue(name));
  return face;
}

/** A colour that stays the same for a name, far from its neighbours'. */
function hue(name) {
  const sum = [...name.toLowerCase()].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return HUES[sum % HUES.length];
}

/** Text for screen readers alone. */
export function unseen(words) {
  return h("span", { class: "unseen" }, words);
}
