// The page: who you are, and a pane for each friend whose view it shows.

import { avatar, h, icon, logo } from "./dom.js";
import { Pane } from "./pane.js";

const MOST_PANES = 6;
const app = document.getElementById("app");
const query = new URLSearchParams(location.search);
const names = (query.get("panes") ?? query.get("as") ?? "").split(",").map((name) => name.trim()).filter(Boolean).slice(0, MOST_PANES);

if (names.length) showPanes([...new Map(names.map((name) => [name.toLowerCase(), name])).values()]);
else showDoor();

function showPanes(people) {
  const narrow = matchMedia("(max-width: 899px)");
  let shown = 0;
  const panes = people.map((name) => new Pane(name, { changed: () => count(), start: query.get("start") ?? "" }));
  history.replaceState(null, "", people.length > 1 ? `/?panes=${people.map(encodeURIComponent).join(",")}` : `/?as=${encodeURIComponent(people[0])}`);
  const badges = people.map(() => h("span", { class: "count", hidden: true }));
  const tabs = people.map((name, index) => h("button", { type: "button", "aria-pressed": "false", onclick: () => ((shown = index), arrange()) }, avatar(name), name, badges[index]));
  const bar = h("nav", { class: "seats", "aria-label": "Whose view" }, tabs);
  const room = h("main", { class: `room of-${people.length}` }, panes.map((pane) => pane.element));
  room.style.setProperty("--panes", people.length);
  app.replaceChildren(...(people.length > 1 ? [bar] : []), room);
  narrow.addEventListener("change", arrange);
  arrange();

  function arrange() {
    panes.forEach((pane, index) => {
      pane.element.hidden = narrow.matches && index !== shown;
      tabs[index].setAttribute("aria-pressed", String(index === shown));
      if (!pane.element.hidden) pane.current?.toEnd();
    });
  }

  function count() {
    const unread = panes?.map((pane) => pane.unread) ?? [];
    unread.forEach((number, index) => {
      badges[index].hidden = !number;
      badges[index].textContent = String(number);
    });
    const most = Math.max(0, ...unread);
    document.title = `${most ? `(${most}) ` : ""}${people.length === 1 ? `${people[0]} · ` : ""}Fourtop`;
  }
}

async function showDoor() {
  const { people } = await (await fetch("/chat/people")).json();
  const start = query.get("start");
  const address = (name) => `/?as=${encodeURIComponent(name)}${start ? `&start=${encodeURIComponent(start)}` : ""}`;
  const other = h("input", { name: "as", maxlength: 40, required: true, autocomplete: "off", "aria-label": "Another name", placeholder: "Somebody else …" });
  const go = h("button", { type: "submit", "aria-label": "Come in" }, icon("send"));
  const enter = (event) => {
    event.preventDefault();
    if (other.value.trim()) location.assign(address(other.value.trim()));
  };
  const friends = people.map((one) => h("li", {}, h("a", { class: "friend", href: address(one.name) }, avatar(one.name), one.name, one.here ? h("small", {}, "here now") : null)));
  const all = `/?panes=${people.slice(0, 3).map((one) => encodeURIComponent(one.name)).join(",")}`;
  app.replaceChildren(
    h(
      "main",
      { class: "door" },
      logo(),
      h("h1", {}, "Fourtop"),
      h("p", {}, "A table for your friends, the moment it is released."),
      h("h2", {}, "Who are you?"),
      h("ul", {}, friends),
      h("form", { onsubmit: enter }, other, go),
      people.length > 1 && !start ? h("a", { class: "all", href: all }, "Or see everyone’s chats side by side") : null,
    ),
  );
}
