// What one friend sees: the group chat and their private chat with Fourtop, on one line.

import { Chat } from "./chat.js";
import { avatar, h, icon } from "./dom.js";
import { draw, setClock } from "./spans.js";
import { Socket } from "./socket.js";

const TOAST_FOR = 7000;

export class Pane {
  /** `changed()` is told when the number of unread messages may have. */
  constructor(name, { changed, start = "" }) {
    this.me = { id: name.trim().toLowerCase(), name: name.trim() };
    this.changedOutside = changed;
    this.start = start;
    this.chats = [];
    this.mine = new Set();
    this.asked = new Map();
    this.status = h("span", { class: "status", role: "status" }, "Connecting …");
    this.here = h("span", { class: "here" });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Chats", onkeydown: (event) => this.key(event) });
    this.toasts = h("div", { class: "toasts", role: "status" });
    this.name = h("h2", {}, this.me.name);
    const leave = h("a", { class: "leave", href: "/", title: "Be somebody else", "aria-label": "Be somebody else" }, icon("switch"));
    const head = h("header", {}, avatar(this.me.name), h("div", { class: "who" }, this.name, this.status), this.here, leave);
    this.stage = h("div", { class: "stage" }, this.toasts);
    this.element = h("section", { class: "pane", "aria-label": `${this.me.name}'s view`, "data-person": this.me.id }, head, this.tabs, this.stage);
    this.element.addEventListener("click", (event) => this.opened(event));
    document.addEventListener("visibilitychange", () => this.current?.read());
    this.socket = new Socket(this.me.name, { hear: (event) => this.hear(event), changed: (up) => this.line(up) });
  }

  get unread() {
    return this.chats.reduce((sum, chat) => sum + chat.unread, 0);
  }

  hear(event) {
    switch (event.type) {
      case "state":
        return this.load(event);
      case "message":
        return this.chat(event.message.chat)?.take(event.message);
      case "erased":
        return this.chat(event.chat)?.erase(event.id);
      case "typing":
        return this.chat(event.chat)?.typed(event.name, event.on);
      case "people":
        return this.present(event.people);
      case "taken":
        return this.chats.forEach((chat) => chat.taken(event.id));
      case "acted":
        return this.acted(event);
      case "refused":
        this.chats.forEach((chat) => (chat.taken(event.id), chat.calm()));
        return this.toast([event.why]);
      case "venues":
        this.asked.get(event.id)?.(event.names);
        return this.asked.delete(event.id);
      default:
        return undefined;
    }
  }

  load(state) {
    setClock(state.now);
    this.me = state.me;
    this.name.textContent = state.me.name;
    if (!this.chats.length) this.furnish(state.chats);
    for (const { id, messages } of state.chats) this.chat(id).load(messages);
    for (const chat of this.chats) {
      chat.composer.commands = state.commands;
      chat.calm();
    }
    this.present(state.people);
    this.current.read();
    if (this.start) this.begin(this.start);
    this.start = "";
  }

  furnish(chats) {
    for (const { id, title, private: isPrivate } of chats) {
      const chat = new Chat(this, { id, title: isPrivate ? "Fourtop, in private" : title, isPrivate });
      const badge = h("span", { class: "count", hidden: true });
      chat.badge = badge;
      chat.tab = h("button", { type: "button", role: "tab", onclick: () => this.turn(chat) }, isPrivate ? "Just me" : title, badge);
      this.chats.push(chat);
      this.tabs.append(chat.tab);
      this.stage.append(chat.element);
    }
    const kept = sessionStorage.getItem(`tab:${this.me.id}`);
    this.turn(this.chats.find((chat) => chat.id === kept) ?? this.chats[0], { focus: false });
  }

  /** Show one of the two chats. */
  turn(chat, { focus = true } = {}) {
    this.current = chat;
    sessionStorage.setItem(`tab:${this.me.id}`, chat.id);
    for (const each of this.chats) {
      each.element.hidden = each !== chat;
      each.tab.setAttribute("aria-selected", String(each === chat));
      each.tab.tabIndex = each === chat ? 0 : -1;
    }
    chat.toEnd();
    chat.read();
    if (focus && matchMedia("(hover: hover)").matches) chat.composer.input.focus();
  }

  key(event) {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const other = this.chats.find((chat) => chat !== this.current);
    this.turn(other, { focus: false });
    other.tab.focus();
  }

  changed() {
    for (const chat of this.chats) {
      chat.badge.hidden = !chat.unread;
      chat.badge.textContent = String(chat.unread);
      chat.badge.setAttribute("aria-label", `${chat.unread} unread`);
    }
    this.changedOutside();
  }

  chat(id) {
    return this.chats.find((chat) => chat.id === id);
  }

  line(up) {
    this.element.classList.toggle("down", !up);
    this.status.textContent = up ? "" : "Reconnecting …";
  }

  present(people) {
    const others = people.filter((one) => one.here && one.id !== this.me.id);
    this.here.replaceChildren(...others.slice(0, 4).map((one) => avatar(one.name)));
    this.here.title = others.length ? `Also here: ${others.map((one) => one.name).join(", ")}` : "Nobody else is here";
  }

  send(frame, how) {
    const id = this.socket.send(frame, how);
    this.mine.add(id);
    return id;
  }

  mention(frame) {
    this.socket.mention(frame);
  }

  venues(words) {
    const id = `v${Date.now()}${Math.random().toString(36).slice(2, 6)}`;
    this.mention({ type: "venues", id, words });
    return new Promise((resolve) => this.asked.set(id, resolve));
  }

  acted({ id, toast }) {
    this.chats.forEach((chat) => chat.calm());
    if (this.mine.delete(id) && toast) this.toast(draw(toast, this.me.id));
  }

  toast(content) {
    const close = h("button", { type: "button", "aria-label": "Close", onclick: () => box.remove() }, icon("close"));
    const box = h("div", { class: "toast" }, h("span", {}, content), close);
    this.toasts.append(box);
    setTimeout(() => box.remove(), TOAST_FOR);
  }

  /** A link of Fourtop's own opens the private chat, and says what it carries. */
  opened(event) {
    const start = event.target.closest?.("a[data-start]")?.dataset.start;
    if (!start) return;
    event.preventDefault();
    this.begin(start);
  }

  begin(start) {
    const alone = this.chats.find((chat) => chat.isPrivate);
    this.turn(alone);
    alone.say(`/start ${start}`, null);
  }
}
