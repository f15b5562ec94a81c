// Messages as elements: people's words, Fourtop's notices, and cards.

import { avatar, h, icon, logo, unseen } from "./dom.js";
import { drawChoice, drawOptions } from "./options.js";
import { draw, words } from "./spans.js";

const TONES = { asking: "A question", waiting: "Waiting", trying: "Trying now", good: "Done", bad: "It did not work" };

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
  const press = (choice) => tap(message, choice);
  const card = h(
    "article",
    { class: "card", "data-tone": tone, "aria-label": `Card from Fourtop: ${words(text).slice(0, 80)}` },
    h("span", { class: "sign", title: TONES[tone] }, icon(tone), unseen(TONES[tone])),
    h("div", { class: "text" }, draw(text, me.id)),
    options.length ? drawOptions(options, wide, press) : null,
    typing ? h("button", { class: "hint", type: "button", onclick: () => answer(message) }, icon("pencil"), `${options.length ? "or type" : "Type"} ${typing}`) : null,
    actions.length ? h("div", { class: "actions", role: "group", "aria-label": "Actions" }, actions.map((action) => drawChoice(action, press))) : null,
  );
  return [face(), h("div", { class: "said" }, h("div", { class: "meta" }, h("span", { class: "author" }, "Fourtop"), clock(message)), card)];
}

function attachment(id, file) {
  if (file.picture) return picture(id, file);
  const calendar = file.media_type === "text/calendar";
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.round(file.size / 1024)} KB`;
  return h(
    "a",
    { class: "file", href: `/chat/files/${id}/${encodeURIComponent(file.name)}`, download: file.name },
    icon(calendar ? "calendar" : "file"),
    h("span", {}, h("b", {}, file.name), h("small", {}, calendar ? "Add to your calendar" : size)),
  );
}

function picture(id, file) {
  const src = `/chat/files/${id}/${encodeURIComponent(file.name)}`;
  return h("a", { class: "picture", href: src, download: file.name }, h("img", { src, alt: file.alt, loading: "lazy" }));
}

function face() {
  return h("span", { class: "avatar fourtop", "aria-hidden": "true" }, logo());
}

function clock(message) {
  const at = new Date(message.sent_at);
  return h("time", { class: "clock", datetime: message.sent_at }, at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }));
}
