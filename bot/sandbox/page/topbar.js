/** The bar above everything: history, search, help and who you are. */

import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { closePopover, openMenu, openPopover, place } from "./popover.js";
import { go, hashOf } from "./router.js";
import { on, person, state } from "./store.js";
import { showTour } from "./tour.js";

/** What each of the seeded people is there to show. Others show their title alone. */
const ROLES = {
  emma: "Asks IT for help, like any employee",
  liam: "Takes handoffs in #it-l2",
  priya: "Solves the hard ones in #it-l3",
  noor: "Writes and checks the articles",
  marcus: "Watches outages and service levels",
};

/** Begin to draw the bar. */
export function startTopbar() {
  byId("history-back").append(icon("back"));
  byId("history-back").addEventListener("click", () => history.back());
  byId("history-forward").append(icon("chevron"));
  byId("history-forward").addEventListener("click", () => history.forward());
  byId("automation").append(icon("bolt"));
  byId("help").append(icon("help"));
  byId("help").addEventListener("click", showTour);
  startSearch();
  on("workspace", drawSwitcher);
}

function drawSwitcher() {
  byId("automation").hidden = !state.app?.automation;
  const button = el("button", {
    type: "button",
    class: "switcher",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    data: { testid: "person-switcher", as: state.me?.name },
  });
  const me = state.me;
  const words = el(
    "span",
    { class: "switcher-words" },
    el("span", { class: "switcher-you" }, "You are "),
    el("b", {}, me?.real_name || "…"),
    me?.title && el("span", { class: "switcher-title" }, `, ${me.title}`),
  );
  button.append(me ? avatar(me, 24) : "", words, icon("caret", 16));
  button.addEventListener("click", () =>
    openMenu(button, peopleItems(), { label: "Be someone else", testid: "people-menu" }),
  );
  byId("switcher").replaceChildren(button);
}

function peopleItems() {
  const people = [...state.people.values()].filter((p) => !p.is_bot);
  const entry = (p) => ({
    label: p.real_name,
    detail: [p.title, ROLES[p.name]].filter(Boolean).join(" · "),
    lead: avatar(p, 36),
    testid: `person-${p.name}`,
    current: p.id === state.me?.id,
    run: () => becomePerson(p.id),
  });
  return [
    { label: "Be someone else in this tab", heading: true },
    ...people.map(entry),
    null,
    ...people
      .filter((p) => p.id !== state.me?.id)
      .slice(0, 1)
      .map(newTab),
  ];
}

const newTab = (p) => ({
  label: `Open a second tab as ${p.real_name}`,
  icon: "plus",
  detail: "Each tab can be a different person",
  testid: "second-tab",
  run: () => window.open(`${location.origin}/${hashOf({ as: p.id })}`, "_blank"),
});

/** Act as another person, in the same conversation if they can see it. */
export function becomePerson(id) {
  go({ as: id, c: state.route.c, t: state.route.t });
}

function startSearch() {
  const button = byId("search");
  const label = el("span", { class: "search-words" }, "Search");
  button.append(icon("search", 16), label);
  on("workspace", () => (label.textContent = `Search ${state.team?.name || ""}`));
  button.addEventListener("click", openSearch);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || byId("app").inert) return;
    event.preventDefault();
    openSearch();
  });
}

function places() {
  const channels = [...state.channels.values()].map((c) => ({
    c: c.id,
    label: c.name,
    lead: icon(c.private ? "lock" : "hash", 18),
  }));
  const ims = [...state.ims.values()].map((im) => ({
    c: im.id,
    label: person(im.with).real_name,
    detail: person(im.with).is_bot ? "App" : person(im.with).title,
    lead: avatar(person(im.with), 22),
  }));
  return [...channels, ...ims];
}

/** Words of messages that this tab has read, newest first. */
function hits(wanted) {
  if (wanted.length < 3) return [];
  const all = [...state.messages].flatMap(([c, list]) => list.map((m) => ({ c, m })));
  const found = all
    .filter(({ m }) => (m.text || "").toLowerCase().includes(wanted))
    .reverse()
    .slice(0, 6);
  return found.map(({ c, m }) => ({
    c,
    m: m.ts,
    label: m.text.replace(/<[^>|]*\|?([^>]*)>/g, "$1").slice(0, 90),
    detail: person(m.user).real_name,
    lead: icon("message", 18),
  }));
}

function openSearch() {
  const field = el("input", {
    class: "field search-field",
    type: "text",
    placeholder: "Jump to a channel or person, or search what is on this page",
    "aria-label": "Search",
    data: { testid: "search-field" },
  });
  const results = el("div", { class: "search-results" });
  const panel = el("div", { class: "search-panel", role: "dialog", "aria-label": "Search" }, field, results);
  const draw = () => results.replaceChildren(...searchRows(field.value.trim().toLowerCase()));
  field.addEventListener("input", draw);
  panel.addEventListener("keydown", (event) => searchKeys(event, field, results));
  draw();
  if (!openPopover(byId("search"), panel)) return;
  place(panel, byId("search"));
  field.focus();
}

function searchRows(wanted) {
  const found = [...places().filter((p) => p.label.toLowerCase().includes(wanted)), ...hits(wanted)].slice(0, 12);
  if (!found.length) return [el("div", { class: "menu-empty" }, "Nothing found")];
  return found.map((p) => {
    const run = () => {
      closePopover();
      go({ c: p.c, m: p.m });
    };
    const words = el(
      "span",
      { class: "menu-words" },
      el("span", { class: "menu-label" }, p.label),
      p.detail && el("span", { class: "menu-detail" }, p.detail),
    );
    return el("button", { type: "button", class: "menu-item", on: { click: run } }, p.lead, words);
  });
}

function searchKeys(event, field, results) {
  const stops = [field, ...results.querySelectorAll("button")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "Escape") closePopover({ refocus: true });
  else if (event.key === "Enter" && at === 0) stops[1]?.click();
  else if (event.key === "ArrowDown") stops[Math.min(at + 1, stops.length - 1)].focus();
  else if (event.key === "ArrowUp") stops[Math.max(at - 1, 0)].focus();
  else return;
  if (event.key !== "Enter" || at === 0) event.preventDefault();
}
