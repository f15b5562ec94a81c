// One chat in a pane: its messages, who is typing, and the composer.

import { Composer } from "./composer.js";
import { h, icon, logo } from "./dom.js";
import { drawMessage } from "./messages.js";
import { words } from "./spans.js";

const NEAR = 90;
const TYPING_FOR = 4000;
const UNSEEN = "•••";

export class Chat {
  /** `pane` has `me`, `send(frame)`, `mention(frame)`, `venues(words)` and `changed()`. */
  constructor(pane, { id, title, isPrivate }) {
    Object.assign(this, { pane, id, isPrivate });
    this.messages = new Map();
    this.pending = new Map();
    this.typists = new Map();
    this.seen = Number(localStorage.getItem(this.seenKey) ?? 0);
    this.list = h("ol", { class: "messages", role: "log", "aria-label": `Messages: ${title}`, tabindex: 0, onscroll: () => this.scrolled(), onkeydown: (event) => this.key(event) });
    this.news = h("button", { class: "news", type: "button", hidden: true, onclick: () => this.toNews() });
    this.typing = h("div", { class: "typing", "aria-hidden": "true" });
    this.spoken = h("div", { class: "unseen", role: "status" });
    this.composer = new Composer({
      label: isPrivate ? `Message Fourtop as ${pane.me.name}` : `Message the group as ${pane.me.name}`,
      scope: isPrivate ? "private" : "group",
      say: (text, replyTo, secret) => this.say(text, replyTo, secret),
      typing: () => pane.mention({ type: "typing", chat: id }),
      venues: (asked) => pane.venues(asked),
      up: () => this.focusCard(),
    });
    this.body = h("div", { class: "scroller" }, this.list, this.news);
    this.element = h("div", { class: "chat", role: "tabpanel", "aria-label": title }, this.body, this.typing, this.spoken, this.composer.element);
    this.list.append(this.welcome());
  }

  get seenKey() {
    return `seen:${this.pane.me.id}:${this.id}`;
  }

  get unread() {
    return [...this.messages.values()].filter((message) => Number(message.id) > this.seen && !this.isMine(message)).length;
  }

  isMine(message) {
    return message.author.toLowerCase() === this.pane.me.name.toLowerCase();
  }

  /** Take all that the server knows, after connecting. */
  load(messages) {
    const there = new Set(messages.map((message) => message.id));
    const first = Math.min(...[...there].map(Number));
    for (const id of [...this.messages.keys()]) if (Number(id) >= first && !there.has(id)) this.erase(id);
    for (const message of messages) this.take(message, { quietly: true });
    this.toEnd();
  }

  /** Show a message, new or edited. */
  take(message, { quietly = false } = {}) {
    const old = this.messages.get(message.id);
    if (old && old.revision >= message.revision) return;
    this.messages.set(message.id, message);
    const follows = quietly || this.atEnd;
    const row = drawMessage(message, { me: this.pane.me, tap: (card, choice) => this.tap(card, choice), answer: (card) => this.composer.answer(card) });
    if (old) this.replace(old, message, row, quietly);
    else this.insert(message, row, quietly);
    this.answering();
    if (follows && (!old || this.isLast(message))) this.toEnd();
    else if (!quietly && !this.inView(row)) this.tellNews(old ? "Card updated" : "New message", row);
    this.read();
  }

  /** A message is no longer there. */
  erase(id) {
    this.messages.delete(id);
    this.row(id)?.remove();
    this.pane.changed();
  }

  insert(message, row, quietly) {
    this.list.querySelector(".welcome")?.remove();
    if (this.isMine(message)) this.settle(message.body.text);
    const after = [...this.list.children].find((each) => Number(each.dataset.id) > Number(message.id));
    this.list.insertBefore(row, after ?? this.list.querySelector(".row.pending"));
    for (const each of [row, row.nextElementSibling]) {
      each?.classList.toggle("follows", each.previousElementSibling?.dataset.author === each.dataset.author && !each.querySelector(".card"));
    }
    if (!quietly) row.classList.add("new");
  }

  replace(old, message, row, quietly) {
    const before = this.row(message.id);
    const held = before.contains(document.activeElement) ? document.activeElement : null;
    const column = before.querySelector(".options");
    const scrolled = column?.scrollTop ?? 0;
    row.className += before.classList.contains("follows") ? " follows" : "";
    before.replaceWith(row);
    const now = row.querySelector(".options");
    if (now) now.scrollTop = scrolled;
    if (held) this.holdFocus(row, held, [...before.querySelectorAll("button")].indexOf(held));
    if (quietly) return;
    if (old.body.tone !== message.body.tone) row.querySelector(".card")?.classList.add("turned");
    if (words(old.body.text) !== words(message.body.text)) this.spoken.textContent = words(message.body.text);
  }

  /** Keep the keyboard where it was on a card that was drawn anew. */
  holdFocus(row, held, index) {
    const buttons = [...row.querySelectorAll("button")];
    const same = buttons.find((each) => each.dataset.label && each.dataset.label === held.dataset.label);
    const next = same ?? buttons[index] ?? buttons[0] ?? this.composer.input;
    next.focus({ preventScroll: true });
  }

  say(text, replyTo, secret = false) {
    const id = this.pane.send({ type: "say", chat: this.id, text, reply_to: replyTo }, { secret });
    const seen = secret ? UNSEEN : text;
    const message = { id: "", author: this.pane.me.name, sent_at: new Date().toISOString(), body: { kind: "words", text: seen, reply_to: replyTo } };
    const row = drawMessage(message, { me: this.pane.me });
    row.classList.add("pending");
    row.dataset.text = seen;
    this.list.querySelector(".welcome")?.remove();
    this.list.append(row);
    this.pending.set(id, row);
    this.toEnd();
  }

  /** The words came back from the server: what stood in for them goes. */
  settle(text) {
    for (const [id, row] of this.pending) {
      if (row.dataset.text === text) return this.taken(id);
    }
  }

  taken(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }

  tap(card, choice) {
    this.pane.send({ type: "tap", message: card.id, ref: choice.ref });
  }

  calm() {
    for (const busy of this.list.querySelectorAll(".busy")) busy.classList.remove("busy");
  }

  /** The newest card that asks for words is what typing answers. */
  answering() {
    const asking = [...this.messages.values()].filter((message) => message.body.kind === "card" && message.body.typing);
    asking.sort((one, other) => Number(other.id) - Number(one.id));
    this.composer.answers(asking[0] ?? null);
  }

  typed(name, on) {
    clearTimeout(this.typists.get(name));
    this.typists.delete(name);
    if (on) this.typists.set(name, setTimeout(() => this.typed(name, false), name ? TYPING_FOR : 60000));
    const names = [...this.typists.keys()].map((each) => each || "Fourtop");
    const phrase = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are typing` : `${names[0]} is ${names[0] === "Fourtop" ? "thinking" : "typing"}`;
    this.typing.replaceChildren(...(names.length ? [h("i"), h("i"), h("i"), phrase] : []));
  }

  /** This chat is what the person looks at now. */
  read() {
    if (!this.element.hidden && !document.hidden && this.messages.size) {
      this.seen = Math.max(this.seen, ...[...this.messages.keys()].map(Number));
      localStorage.setItem(this.seenKey, String(this.seen));
    }
    this.pane.changed();
  }

  get atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR;
  }

  isLast(message) {
    return Math.max(...[...this.messages.keys()].map(Number)) === Number(message.id);
  }

  inView(row) {
    const [outer, inner] = [this.list.getBoundingClientRect(), row.getBoundingClientRect()];
    return inner.bottom <= outer.bottom + NEAR && inner.top >= outer.top - inner.height / 2;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.scrolled();
  }

  tellNews(phrase, row) {
    if (this.element.hidden) return;
    this.newsRow = row.dataset.id;
    this.news.replaceChildren(icon(row.getBoundingClientRect().top < this.list.getBoundingClientRect().top ? "up" : "down"), phrase);
    this.news.hidden = false;
  }

  toNews() {
    const row = this.row(this.newsRow);
    row?.scrollIntoView({ block: "center", behavior: "smooth" });
    this.news.hidden = true;
  }

  /** What was not in view and is now is no news any more. */
  scrolled() {
    const row = this.news.hidden ? null : this.row(this.newsRow);
    if (row && this.inView(row)) this.news.hidden = true;
  }

  row(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  focusCard() {
    const cards = [...this.list.querySelectorAll(".card")].filter((card) => card.querySelector("button"));
    cards.at(-1)?.querySelector("button:not([tabindex='-1'])")?.focus();
  }

  key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.composer.input.focus();
  }

  welcome() {
    const [title, hint] = this.isPrivate
      ? ["Just you and Fourtop", "Settings, your tables and anything not for the whole group."]
      : ["Where are you eating?", "Friends share this chat. Fourtop listens to commands, and to answers to its cards."];
    const start = h("button", { type: "button", class: "choice primary", onclick: () => this.composer.fill("/reserve ") }, "Get a table");
    const more = h("button", { type: "button", class: "choice plain", onclick: () => this.composer.fill("/") }, "What can I say?");
    return h("li", { class: "welcome" }, logo(), h("h2", {}, title), h("p", {}, hint), h("div", { class: "actions" }, start, more));
  }
}
