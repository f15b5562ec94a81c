// The line to Fourtop: a WebSocket that comes back by itself, and an outbox that nothing is lost from.

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;
const NOBODY = 1008;

export class Socket {
  /** `hear(event)` gets every event, `changed(up)` whether the line is up. */
  constructor(person, { hear, changed }) {
    this.person = person;
    this.hear = hear;
    this.changed = changed;
    this.wait = FIRST_WAIT;
    this.socket = null;
    this.timer = 0;
    this.key = `outbox:${person.toLowerCase()}`;
    this.outbox = new Map(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    this.unkept = new Set();
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    this.connect();
  }

  /** Send a frame, now or when the line is back, until it was taken. Returns its id. A secret is not kept: it is lost with the page. */
  send(frame, { secret = false } = {}) {
    const id = newId();
    if (secret) this.unkept.add(id);
    this.outbox.set(id, { ...frame, id });
    this.keep();
    this.post(this.outbox.get(id));
    return id;
  }

  /** Send a frame that is worth nothing later. */
  mention(frame) {
    this.post(frame);
  }

  post(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  connect() {
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/chat/socket?person=${encodeURIComponent(this.person)}`);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.take(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => {
      if (this.socket !== socket) return;
      if (code === NOBODY) location.assign("/");
      this.socket = null;
      this.changed(false);
      this.timer = setTimeout(() => this.connect(), this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(this.wait * 1.7, LONGEST_WAIT);
    });
  }

  hurry() {
    if (this.socket) return;
    this.wait = FIRST_WAIT;
    this.connect();
  }

  take(event) {
    if (event.type === "state") {
      this.wait = FIRST_WAIT;
      this.changed(true);
    }
    if ((event.type === "taken" || event.type === "refused") && this.outbox.delete(event.id)) {
      this.unkept.delete(event.id);
      this.keep();
    }
    this.hear(event);
    if (event.type === "state") for (const frame of this.outbox.values()) this.post(frame);
  }

  keep() {
    const kept = [...this.outbox].filter(([id]) => !this.unkept.has(id));
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }
}

/** Random enough to be nobody else's; `randomUUID` is missing where a page is not on localhost or https. */
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
