/** Suggestions while typing in a composer: people after @, channels after #, commands after /, emoji after : */

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { findEmoji } from "./emoji.js";
import { closePopover, openPopover, place } from "./popover.js";
import { state } from "./store.js";

const MOST = 8;

/** @typedef {{label: string, detail?: string, lead: () => Node, insert: string, testid?: string}} Suggestion */

const starts = (text, letters) =>
  text
    .toLowerCase()
    .split(/\s+/)
    .some((w) => w.startsWith(letters)) || text.toLowerCase().startsWith(letters);

function people(letters) {
  const found = [...state.people.values()].filter((p) => starts(p.real_name, letters) || starts(p.name, letters));
  const entries = found.map((p) => ({
    label: p.real_name,
    detail: p.is_bot ? "App" : p.title,
    lead: () => avatar(p, 24),
    insert: `@${p.real_name} `,
    testid: `suggest-${p.name}`,
  }));
  const rooms = ["here", "channel"].filter((w) => letters && w.startsWith(letters));
  return [
    ...entries,
    ...rooms.map((w) => ({
      label: `@${w}`,
      detail: "Notify everyone in this channel",
      lead: () => icon("at"),
      insert: `@${w} `,
    })),
  ];
}

function channels(letters) {
  return [...state.channels.values()]
    .filter((c) => c.name.includes(letters))
    .map((c) => ({ label: c.name, lead: () => icon(c.private ? "lock" : "hash", 18), insert: `#${c.name} ` }));
}

function commands(letters) {
  return (state.app?.commands || [])
    .filter((c) => c.command.startsWith(`/${letters}`))
    .map((c) => ({
      label: `${c.command} ${c.usage_hint || ""}`.trim(),
      detail: c.description,
      lead: () => avatar({ real_name: state.app.name, is_bot: true }, 28),
      insert: `${c.command} `,
      testid: `suggest-${c.command.slice(1)}`,
    }));
}

function emoji(letters) {
  return findEmoji(letters, MOST).map(({ name, char }) => ({
    label: `:${name}:`,
    lead: () => el("span", { class: "emoji" }, char),
    insert: `${char} `,
  }));
}

/** What before the caret starts which suggestions. */
const TRIGGERS = [
  { pattern: /^\/([a-z-]*)$/, find: commands, title: "Commands" },
  { pattern: /(?:^|[\s(])@([\p{L}\p{N}._-]*(?: [\p{L}]*)?)$/u, find: people, title: "People" },
  { pattern: /(?:^|[\s(])#([a-z0-9_-]*)$/, find: channels, title: "Channels" },
  { pattern: /(?:^|\s):([a-z0-9_+-]{2,})$/, find: emoji, title: "Emoji" },
];

/** Suggestions for one text field. Its owner passes keys on with `onKey` before it uses them itself. */
export class Autocomplete {
  /** @param {HTMLTextAreaElement} field @param {HTMLElement} box the composer, above which the list stands */
  constructor(field, box) {
    Object.assign(this, { field, box, id: freshId("suggest"), found: [], active: 0, list: null });
    field.addEventListener("input", () => this.refresh());
    field.addEventListener("click", () => this.refresh());
    field.addEventListener("blur", () => this.close());
  }

  /** Look at what stands before the caret. */
  refresh() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    for (const { pattern, find, title } of TRIGGERS) {
      const match = pattern.exec(before);
      const found = match ? find(match[1].toLowerCase()).slice(0, MOST) : [];
      if (found.length) return this.show(found, match[1].length + 1, title);
    }
    return this.close();
  }

  show(found, typed, title) {
    Object.assign(this, { found, typed, active: 0 });
    if (!this.list) {
      this.list = el("div", { class: "menu suggest", role: "listbox", id: this.id });
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      const list = this.list;
      openPopover(this.box, list, { matchWidth: true, above: true, onClose: () => this.forget(list) });
    }
    this.list.setAttribute("aria-label", title);
    this.list.replaceChildren(el("div", { class: "menu-heading" }, title), ...found.map((s, i) => this.row(s, i)));
    place(this.list, this.box, { matchWidth: true, above: true });
    this.field.setAttribute("aria-controls", this.id);
    this.mark(0);
  }

  forget(list) {
    if (this.list !== list) return;
    this.list = null;
    this.field.removeAttribute("aria-controls");
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    if (this.list) closePopover();
  }

  row(suggestion, i) {
    const words = el(
      "span",
      { class: "menu-words" },
      el("span", { class: "menu-label" }, suggestion.label),
      suggestion.detail && el("span", { class: "menu-detail" }, suggestion.detail),
    );
    const props = {
      class: "menu-item",
      role: "option",
      id: `${this.id}-${i}`,
      data: { testid: suggestion.testid || "suggestion" },
    };
    return el(
      "div",
      { ...props, on: { click: () => this.take(i), mousemove: () => this.mark(i) } },
      suggestion.lead(),
      words,
    );
  }

  mark(i) {
    this.active = i;
    for (const row of this.list.querySelectorAll("[role=option]")) {
      const on = row.id === `${this.id}-${i}`;
      row.classList.toggle("active", on);
      row.setAttribute("aria-selected", String(on));
    }
    this.field.setAttribute("aria-activedescendant", `${this.id}-${i}`);
  }

  take(i = this.active) {
    const caret = this.field.selectionStart;
    const start = caret - this.typed;
    this.field.setRangeText(this.found[i].insert, start, caret, "end");
    this.close();
    this.field.dispatchEvent(new Event("input"));
    this.field.focus();
  }

  /** Returns true when the key was meant for the list. */
  onKey(event) {
    if (!this.list) return false;
    const n = this.found.length;
    if (event.key === "ArrowDown") this.mark((this.active + 1) % n);
    else if (event.key === "ArrowUp") this.mark((this.active + n - 1) % n);
    else if (event.key === "Tab" || (event.key === "Enter" && !this.isComplete())) this.take();
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** "/it" is already a whole command: Enter sends it. */
  isComplete() {
    const words = this.field.value.trim();
    return (state.app?.commands || []).some((c) => c.command === words);
  }
}
