// The options of a card: a grid of buttons, or a calendar where every option is a day.

import { h, icon } from "./dom.js";

const MANY = 6;
const FEWEST_DAYS = 5;
const WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY = /^(?<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<day>\d{1,2}) (?<month>\p{L}{3,4})(?: (?<sign>[✕◷])(?: (?<drop>.+))?)?$/u;
const RANKED = /^(?<rank>\d{1,2})(?:[.)]| ·)\s*(?<rest>.+)$/su;

/** All options in one group: one tab stop, arrow keys among them. */
export function drawOptions(options, wide, press) {
  const days = options.map((option) => DAY.exec(option.label)?.groups);
  const calendar = options.length >= FEWEST_DAYS && days.every(Boolean);
  const several = options.some((option) => option.chosen);
  const buttons = options.map((option) => drawChoice(option, press, several));
  const look = calendar ? " calendar" : wide ? " wide" : options.length > MANY ? " many" : "";
  const box = h("div", { class: `options${look}`, role: "group", "aria-label": calendar ? "Days" : "Options" }, buttons);
  if (calendar) layDays(box, buttons, days);
  else if (!wide) layGrid(box, buttons);
  buttons.forEach((each, index) => (each.tabIndex = index ? -1 : 0));
  box.addEventListener("keydown", (event) => move(event, buttons));
  box.addEventListener("focusin", ({ target }) => buttons.forEach((each) => (each.tabIndex = each === target ? 0 : -1)));
  return box;
}

/** A button for a choice; one of several that were chosen says its rank where the label has one. */
export function drawChoice(choice, press, several = false) {
  const { rank, rest } = (choice.chosen && RANKED.exec(choice.label)?.groups) || { rest: choice.label };
  const badge = choice.chosen ? h("span", { class: "badge", "aria-hidden": "true" }, rank ?? icon("good")) : null;
  const button = h(
    "button",
    {
      type: "button",
      class: `choice ${choice.look}`,
      "aria-pressed": several ? String(choice.chosen) : null,
      "aria-label": rank ? `${rest}, choice ${rank}` : null,
      "data-label": rest,
    },
    badge,
    h("span", {}, rest),
  );
  button.addEventListener("click", () => {
    button.classList.add("busy");
    press(choice);
  });
  return button;
}

/** Columns as wide as most labels need; a longer one spans several. */
function layGrid(box, buttons) {
  const lengths = buttons.map((each) => [...each.dataset.label].length);
  const usual = lengths.length > MANY ? [...lengths].sort((one, other) => one - other)[Math.floor(lengths.length / 2)] : Math.max(...lengths);
  box.style.setProperty("--longest", String(Math.min(usual, 40)));
  buttons.forEach((each, index) => {
    if (lengths[index] > usual * 1.4) each.classList.add("long");
  });
}

/** Under their weekdays, with the month where it begins. */
function layDays(box, buttons, days) {
  box.prepend(...WEEK.map((name) => h("span", { class: "weekday", "aria-hidden": "true" }, name)));
  let month = "";
  buttons.forEach((button, index) => {
    const { weekday, day, month: named, sign, drop } = days[index];
    const state = sign === "✕" ? "full" : sign ? "later" : "open";
    const note = state === "full" ? "full" : state === "later" ? (drop ?? "later") : named === month ? "" : named;
    const spoken = { full: ", full", later: drop ? `, released ${drop}` : ", not released yet", open: "" }[state];
    button.classList.add(state);
    button.style.gridColumn = String(WEEK.indexOf(weekday) + 1);
    button.title = `${weekday} ${day} ${named}${spoken}`;
    button.setAttribute("aria-label", button.title);
    button.replaceChildren(h("b", {}, day), note ? h("small", {}, note) : "");
    month = named;
  });
}

function move(event, buttons) {
  const from = buttons.indexOf(event.target);
  const to = {
    ArrowRight: () => buttons[from + 1],
    ArrowLeft: () => buttons[from - 1],
    ArrowDown: () => beyond(buttons, event.target, 1),
    ArrowUp: () => beyond(buttons, event.target, -1),
    Home: () => buttons[0],
    End: () => buttons.at(-1),
  }[event.key]?.();
  if (event.altKey || event.ctrlKey || event.metaKey || !to) return;
  event.preventDefault();
  to.focus();
}

/** The button in the next row, down or up, that is nearest to where we are. */
function beyond(buttons, from, way) {
  const middle = (each) => each.offsetLeft + each.offsetWidth / 2;
  const rows = buttons.filter((each) => (each.offsetTop - from.offsetTop) * way > from.offsetHeight / 2);
  const nearest = Math.min(...rows.map((each) => Math.abs(each.offsetTop - from.offsetTop)));
  const row = rows.filter((each) => Math.abs(each.offsetTop - from.offsetTop) <= nearest + 1);
  return row.sort((one, other) => Math.abs(middle(one) - middle(from)) - Math.abs(middle(other) - middle(from)))[0];
}
