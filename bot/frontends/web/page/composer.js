// Where a person types: the line itself, what it answers, and what "/" offers.

import { h, icon } from "./dom.js";
import { words } from "./spans.js";

const TYPING_EVERY = 2500;
const SUGGESTED = 8;

export class Composer {
  /** `say(text, replyTo, secret)`, `typing()`, `venues(words)` (a promise of names) and `up()` (leave for the messages). */
  constructor({ label, scope, say, typing, venues, up }) {
    Object.assign(this, { scope, say, typing, venues, up });
    this.commands = [];
    this.card = null;
    this.dismissed = "";
    this.offers = [];
    this.active = 0;
    this.typedAt = 0;
    this.secret = false;
    const id = `offers-${Math.random().toString(36).slice(2)}`;
    this.list = h("ul", { class: "offers", role: "listbox", id, "aria-label": "Suggestions", hidden: true });
    this.chip = h("div", { class: "chip", hidden: true });
    this.input = h("textarea", {
      rows: 1,
      maxlength: 4000,
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-controls": id,
      autocomplete: "off",
      enterkeyhint: "send",
      oninput: () => this.changed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.offer([]),
    });
    this.unseen = h("input", {
      type: "password",
      hidden: true,
      maxlength: 4000,
      "aria-label": "Your answer, typed unseen",
      autocomplete: "off",
      enterkeyhint: "send",
      onkeydown: (event) => event.key === "Escape" && this.dismiss(),
    });
    const send = h("button", { class: "send", type: "submit", "aria-label": "Send" }, icon("send"));
    const line = h("div", { class: "entry" }, this.input, this.unseen, send);
    this.element = h("form", { class: "composer", onsubmit: (event) => this.submit(event) }, this.list, this.chip, line);
    this.answers(null);
  }

  /** The card that asks for words, if one does: what is typed goes to it until the person says otherwise. */
  answers(card) {
    this.card = card;
    const on = card !== null && card.id !== this.dismissed;
    this.chip.hidden = !on;
    this.chip.replaceChildren();
    if (on) {
      const stop = () => (this.dismiss(), this.input.focus());
      const close = h("button", { type: "button", "aria-label": "Do not answer the card", onclick: stop }, icon("close"));
      this.chip.append(icon("reply"), h("span", {}, "Answering ", h("b", {}, words(card.body.text))), close);
    }
    this.hide(on && card.body.secret, on ? `Type ${card.body.typing}` : "");
    this.input.placeholder = on ? `Type ${card.body.typing}` : this.scope === "group" ? "Message friends, or type /" : "Message Fourtop, or type /";
  }

  /** Ask for a secret in a line that shows none of it, or for ordinary words again. */
  hide(secret, placeholder) {
    const moves = document.activeElement === (secret ? this.input : this.unseen);
    if (!secret) this.unseen.value = "";
    this.unseen.placeholder = placeholder;
    this.unseen.hidden = !secret;
    this.input.hidden = secret;
    this.secret = secret;
    if (moves) this.line.focus();
  }

  /** Where the person types now. */
  get line() {
    return this.secret ? this.unseen : this.input;
  }

  dismiss() {
    this.dismissed = this.card?.id ?? "";
    this.answers(this.card);
  }

  /** Answer the card after all. */
  answer(card) {
    this.dismissed = "";
    this.answers(card);
    this.line.focus();
  }

  /** Put words there to be finished by the person. */
  fill(text) {
    this.input.value = text;
    this.input.focus();
    this.changed();
  }

  submit(event) {
    event?.preventDefault();
    const text = this.line.value.trim();
    if (!text) return;
    const replies = !this.chip.hidden && (this.secret || !text.startsWith("/"));
    this.say(text, replies ? this.card.id : null, this.secret);
    this.line.value = "";
    this.changed();
    this.line.focus();
  }

  changed() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
    if (this.input.value && !this.input.value.startsWith("/") && Date.now() - this.typedAt > TYPING_EVERY) {
      this.typedAt = Date.now();
      this.typing();
    }
    this.suggest();
  }

  suggest() {
    const text = this.input.value;
    const command = /^\/(\w*)$/.exec(text);
    if (command) {
      const other = this.scope === "group" ? "private" : "group";
      const fitting = this.commands.filter((each) => each.name.startsWith(command[1].toLowerCase()) && each.where !== other);
      this.offer(fitting.map((each) => ({ text: `/${each.name} `, title: `/${each.name}`, note: each.summary, admin: each.admin })));
      return;
    }
    const [, name, rest] = /^\/(\w+)\s+(\S.{0,40})$/s.exec(text) ?? [];
    if (!this.commands.some((each) => each.name === name?.toLowerCase() && each.venues)) {
      this.offer([]);
      return;
    }
    this.venues(rest).then((names) => {
      if (this.input.value !== text) return;
      const known = names.filter((each) => each.toLowerCase() !== rest.trim().toLowerCase());
      this.offer(known.slice(0, SUGGESTED).map((each) => ({ text: `/${name} ${each.includes(" ") ? `"${each}"` : each} `, title: each, note: "" })));
    });
  }

  offer(offers) {
    this.offers = offers;
    this.active = 0;
    this.list.hidden = !offers.length;
    this.list.replaceChildren(
      ...offers.map((each, index) =>
        h(
          "li",
          { role: "option", id: `${this.list.id}-${index}`, onmousedown: (event) => event.preventDefault(), onclick: () => this.accept(each) },
          h("b", {}, each.title),
          h("span", {}, each.note),
          each.admin ? h("small", {}, "admin") : null,
        ),
      ),
    );
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === this.active)));
    const current = this.list.children[this.active];
    if (!current) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", current.id);
    current.scrollIntoView({ block: "nearest" });
  }

  accept(offer) {
    this.input.value = offer.text;
    this.input.focus();
    this.changed();
  }

  key(event) {
    if (event.isComposing) return;
    const open = this.offers.length > 0;
    const whole = open && this.input.value.trim() === this.offers[this.active].text.trim();
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + this.offers.length) % this.offers.length;
      this.mark();
    } else if (open && event.key === "Tab" && !event.shiftKey && !whole) this.accept(this.offers[this.active]);
    else if (open && event.key === "Enter" && /^\/\w*$/.test(this.input.value) && !whole) this.accept(this.offers[this.active]);
    else if (open && event.key === "Escape") this.offer([]);
    else if (event.key === "Enter" && !event.shiftKey) this.submit();
    else if (event.key === "Escape" && !this.chip.hidden) this.dismiss();
    else if (event.key === "ArrowUp" && !this.input.value) this.up();
    else return;
    event.preventDefault();
  }
}
