// Messages as elements: people's words, Fourtop's notices, and cards.

import { avatar, h, icon, logo, unseen } from "./dom.js";
import { draw, words } from "./spans.js";

const TONES = { asking: "A question", waiting: "Waiting", trying: "Trying now", good: "Done", bad: "It did not work" };
const MANY = 6;
const ORDERED = /^(?:(?<sign>[①-⑳])|(?<number>\d{1,2})[.)]|✓)\s*(?<rest>.+)$/su;

/** A message for the list. `tap(message, ref)` and `answer(message)` are what its buttons do; `me` is who looks. */
export function drawMessage(message, { me, tap, answer }) {
  const mine = message.author !== "" && message.author.toLowerCase() === me.name.toLowerCase();
  const row = h("li", { class: `row ${message.author ? (mine ? "mine" : "theirs") : "ours"}`, "data-id": message.id });
  row.dataset.author = message.author;
  const draws = { words: () => drawWords(message, mine), notice: () => drawNotice(message, me), card: () => drawCard(message, me, tap, answer) };
  row.append(...draws[message.body.kind]());
  return row;
}

function drawWords(message, mine) {
  const { text, reply_to: replyTo } = message.body;
  const command = /^\/\w+/.exec(text)?.[0] ?? "";
  const bubble = h("div", { class: "bubble" }, command && h("code", { class: "command" }, command), text.slice(command.length));
  return [
    mine ? null : avatar(message.author),
    h(
      "div",
      { class: "said" },
      h("div", { class: "meta" }, h("span", { class: "author" }, mine ? unseen("You") : message.author), replyTo && h("span", { class: "replied" }, icon("reply"), "to the card")),
      h("div", { class: "line" }, bubble, clock(message)),
    ),
  ].filter(Boolean);
}

function drawNotice(message, me) {
  const { text, file } = message.body;
  return [
    face(),
    h(
      "div",
      { class: "said" },
      h("div", { class: "meta" }, h("span", { class: "author" }, "Fourtop")),
      h("div", { class: "line" }, h("div", { class: "bubble" }, h("div", { class: "text" }, draw(text, me.id)), file && attachment(message.id, file)), clock(message)),
    ),
  ];
}

function drawCard(message, me, tap, answer) {
  const { text, tone, options, actions, wide, typing } = message.body;
  const press = (button) => tap(message, button);
  const card = h(
    "article",
    { class: "card", "data-tone": tone, "aria-label": `Card from Fourtop: ${words(text).slice(0, 80)}` },
    h("span", { class: "sign", title: TONES[tone] }, icon(tone), unseen(TONES[tone])),
    h("div", { class: "text" }, draw(text, me.id)),
    options.length ? grid(options, wide, press) : null,
    typing ? h("button", { class: "hint", type: "button", onclick: () => answer(message) }, icon("pencil"), `or type ${typing}`) : null,
    actions.length ? h("div", { class: "actions", role: "group", "aria-label": "Actions" }, actions.map((action) => button(action, press))) : null,
  );
  return [face(), h("div", { class: "said" }, h("div", { class: "meta" }, h("span", { class: "author" }, "Fourtop"), clock(message)), card)];
}

/** Options in columns as wide as the longest needs; arrow keys move among them, one tab stop for all. */
function grid(options, wide, press) {
  const several = options.some((option) => option.chosen);
  const buttons = options.map((option) => button(option, press, several));
  const longest = Math.max(...options.map((option) => [...option.label].length));
  const box = h("div", { class: `options${wide ? " wide" : ""}${options.length > MANY ? " many" : ""}`, role: "group", "aria-label": "Options" }, buttons);
  box.style.setProperty("--longest", `${Math.min(longest, 40)}`);
  buttons.forEach((each, index) => (each.tabIndex = index ? -1 : 0));
  box.addEventListener("keydown", (event) => move(event, buttons));
  box.addEventListener("focusin", ({ target }) => buttons.forEach((each) => (each.tabIndex = each === target ? 0 : -1)));
  return box;
}

function move(event, buttons) {
  const from = buttons.indexOf(event.target);
  const top = buttons[0].offsetTop;
  const columns = Math.max(1, buttons.filter((each) => each.offsetTop === top).length);
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -from, End: buttons.length - 1 - from };
  const to = buttons[from + (steps[event.key] ?? NaN)];
  if (event.altKey || event.ctrlKey || event.metaKey || !to) return;
  event.preventDefault();
  to.focus();
}

function button(choice, press, several = false) {
  const ordered = choice.chosen ? ORDERED.exec(choice.label)?.groups : null;
  const order = ordered ? (ordered.number ?? (ordered.sign ? String(ordered.sign.codePointAt(0) - 0x245f) : null)) : null;
  const badge = choice.chosen ? h("span", { class: "badge", "aria-hidden": "true" }, order ?? icon("good")) : null;
  const name = order ? `${ordered.rest}, choice ${order}` : null;
  const element = h(
    "button",
    { type: "button", class: `choice ${choice.look}`, "aria-pressed": several ? String(choice.chosen) : null, "aria-label": name, "data-label": ordered?.rest ?? choice.label },
    badge,
    h("span", {}, ordered?.rest ?? choice.label),
  );
  element.addEventListener("click", () => {
    element.classList.add("busy");
    press(choice);
  });
  return element;
}

function attachment(id, file) {
  const calendar = file.media_type === "text/calendar";
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.round(file.size / 1024)} KB`;
  return h(
    "a",
    { class: "file", href: `/chat/files/${id}/${encodeURIComponent(file.name)}`, download: file.name },
    icon(calendar ? "calendar" : "file"),
    h("span", {}, h("b", {}, file.name), h("small", {}, calendar ? `Add to your calendar · ${size}` : size)),
  );
}

function face() {
  return h("span", { class: "avatar fourtop", "aria-hidden": "true" }, logo());
}

function clock(message) {
  const at = new Date(message.sent_at);
  return h("time", { class: "clock", datetime: message.sent_at }, at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
}
