// Texts as Fourtop sends them: runs of spans, drawn with text nodes only.

import { h } from "./dom.js";

let ahead = 0;

/** Follow the server's clock, of which `now` is a reading. */
export function setClock(now) {
  ahead = Date.parse(now) - Date.now();
}

/** Draw spans; `me` is the account id whose mentions stand out. */
export function draw(spans, me = "") {
  return spans.map((span) => {
    switch (span.kind) {
      case "bold":
        return h("strong", {}, span.text);
      case "code":
        return h("code", {}, span.text);
      case "link":
        return link(span);
      case "mention":
        return h("span", { class: span.account_id === me ? "mention me" : "mention" }, `@${span.name}`);
      case "when":
        return when(span);
      default:
        return span.text;
    }
  });
}

/** The words alone, in one line. */
export function words(spans) {
  const all = spans.map((span) => (span.kind === "when" ? written(span) : span.kind === "mention" ? `@${span.name}` : span.text));
  return all.join("").replace(/\s+/g, " ").trim();
}

/** What an own address asks to be said in private; null for any other address. */
export function startOf(address) {
  const url = parsed(address);
  return url?.origin === location.origin && url.pathname === "/" ? url.searchParams.get("start") : null;
}

function link(span) {
  const url = parsed(span.url);
  if (!url || !["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) return span.text;
  if (startOf(span.url)) return h("a", { href: url.href, "data-start": startOf(span.url) }, span.text);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, span.text);
}

function parsed(address) {
  try {
    return new URL(address, location.origin);
  } catch {
    return null;
  }
}

function when(span) {
  const at = new Date(span.at);
  const own = at.toLocaleString([], { dateStyle: "full", timeStyle: "short" });
  // A countdown that is read aloud each second would drown everything else.
  const live = span.style === "relative" ? { "data-at": at.getTime(), "aria-live": "off" } : {};
  return h("time", { datetime: span.at, title: `${own}, your time`, ...live }, written(span));
}

function written(span) {
  const at = new Date(span.at);
  return span.style === "relative" ? distance((at - Date.now() - ahead) / 1000) : moment(at, span);
}

function moment(at, { zone, style: named }) {
  const style = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  let format;
  try {
    format = new Intl.DateTimeFormat("en-US", { ...style, timeZone: zone });
  } catch {
    format = new Intl.DateTimeFormat("en-US", { ...style, timeZone: "UTC" });
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const words = `${part.weekday} ${part.day} ${part.month} at ${part.hour}:${part.minute}`;
  return named === "zoned" ? `${words} (${zone.split("/").pop().replaceAll("_", " ")} time)` : words;
}

const UNITS = [
  ["day", 86400, 2 * 86400],
  ["hour", 3600, 2 * 3600],
  ["minute", 60, 90],
];

function distance(seconds) {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, , enough]) => size >= enough) ?? ["second", 1];
  const count = Math.round(size / length);
  if (count === 0) return "now";
  const phrase = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds > 0 ? `in ${phrase}` : `${phrase} ago`;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-at]")) {
    const phrase = distance((Number(time.dataset.at) - Date.now() - ahead) / 1000);
    if (time.textContent !== phrase) time.textContent = phrase;
  }
}

setInterval(tick, 250);
