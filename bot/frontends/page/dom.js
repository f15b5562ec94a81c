// Elements from plain values. Strings become text nodes: nothing anybody wrote is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M4 12l16-8-6 16-3-6-7-2z",
  close: "M6 6l12 12M18 6L6 18",
  asking: "M9.2 9.2a2.9 2.9 0 1 1 4.2 2.7c-.9.5-1.4 1-1.4 2.1M12 17.4v.1",
  waiting: "M12 7v5l3.2 2",
  trying: "M13 4L6.5 13.2h4.8L10.500 20 17.500 10.600h-4.900z",
  good: "M7 12.500l3.500 3.500L17 8.800",
  bad: "M8.500 8.500l7 7M15.500 8.500l-7 7",
  notice: "M12 11v5.500M12 7.600v.1",
  file: "M7 3.500h7l4 4V20.500H7zM14 3.500v4h4",
  calendar: "M5 6.500h14v13H5zM5 10.500h14M9 4v4M15 4v4",
  pencil: "M5 19l1-4L15.500 5.500l3 3L9 18z",
  down: "M12 5v13M6.500 12.500L12 18l5.500-5.500",
  reply: "M9 7L4.500 11.500 9 16M5 11.500h9a5 5 0 0 1 5 5V18",
  switch: "M4 9h13l-3.500-3.500M20 15H7l3.500 3.500",
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

/** A number of degrees that stays the same for a name. */
function hue(name) {
  let sum = 7;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + letter.codePointAt(0)) % 3600;
  return (sum * 137) % 360;
}

/** Text for screen readers alone. */
export function unseen(words) {
  return h("span", { class: "unseen" }, words);
}
