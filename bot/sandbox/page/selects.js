/** Select menus, single and multiple, as comboboxes: type to filter, arrows and Enter to choose. */

import { byId, el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { closePopover, openPopover, place } from "./popover.js";
import { plain } from "./textobject.js";
import { hooks } from "./inputs.js";
import { isAppDm, person, state } from "./store.js";

/** How each kind keeps its choice: the key in the value, whether it holds ids, and what it offers. */
const KINDS = {
  static_select: { key: "selected_option", offer: fromOptions },
  external_select: { key: "selected_option", offer: fromOptions },
  users_select: { key: "selected_user", offer: fromPeople, ids: true },
  conversations_select: { key: "selected_conversation", offer: fromConversations, ids: true },
  channels_select: { key: "selected_channel", offer: fromChannels, ids: true },
  multi_static_select: { key: "selected_options", offer: fromOptions, many: true },
  multi_external_select: { key: "selected_options", offer: fromOptions, many: true },
  multi_users_select: { key: "selected_users", offer: fromPeople, many: true, ids: true },
  multi_conversations_select: { key: "selected_conversations", offer: fromConversations, many: true, ids: true },
  multi_channels_select: { key: "selected_channels", offer: fromChannels, many: true, ids: true },
};

export const isSelect = (element) => element.type in KINDS;

/** @typedef {{value: string, label: string, detail?: string, lead?: () => Node, group?: string, raw: any}} Offer */

function fromOptions(element) {
  const flat = (options, group) =>
    (options || []).map((o) => ({ value: o.value, label: plain(o.text), detail: plain(o.description), group, raw: o }));
  if (element.option_groups) return element.option_groups.flatMap((g) => flat(g.options, plain(g.label)));
  return flat(element.options);
}

function personOffer(p) {
  return { value: p.id, label: p.real_name, detail: p.title, lead: () => avatar(p, 20), raw: p.id };
}

function fromPeople() {
  return [...state.people.values()].filter((p) => !p.is_bot).map(personOffer);
}

function channelOffer(c) {
  return { value: c.id, label: c.name, lead: () => icon(c.private ? "lock" : "hash", 16), raw: c.id };
}

function fromChannels() {
  return [...state.channels.values()].filter((c) => !c.private).map(channelOffer);
}

function fromConversations(element) {
  const include = element.filter?.include || ["im", "public", "private"];
  const channels = [...state.channels.values()]
    .filter((c) => include.includes(c.private ? "private" : "public"))
    .map(channelOffer);
  if (!include.includes("im")) return channels;
  const ims = [...state.ims.values()].filter((im) => !(element.filter?.exclude_bot_users && isAppDm(im.id)));
  return [...channels, ...ims.map((im) => ({ ...personOffer(person(im.with)), value: im.id, raw: im.id }))];
}

/** Draw a select menu. */
export function renderSelect(element, block, surface) {
  return new Select(element, block, surface).node;
}

class Select {
  constructor(element, block, surface) {
    Object.assign(this, { element, block, surface, kind: KINDS[element.type], active: 0, listId: freshId("list") });
    this.chosen = this.start();
    this.input = this.makeInput();
    this.pills = el("span", { class: "pills" });
    this.node = el(
      "div",
      { class: `select${this.kind.many ? " select-many" : ""}`, data: { selectFor: element.action_id } },
      this.pills,
      this.input,
      icon("caret", 16),
    );
    this.node.addEventListener("mousedown", (event) => this.onMouse(event));
    this.show();
  }

  start() {
    const value = this.surface.form.register(this.block, this.element)[this.kind.key];
    const list = (Array.isArray(value) ? value : [value]).filter(Boolean);
    if (!list.length && this.element.default_to_current_conversation && this.surface.channel) {
      list.push(this.surface.channel);
      this.surface.form.set(this.block, this.element, { [this.kind.key]: this.kind.many ? list : list[0] });
    }
    const offers = this.offers();
    return list.map((v) => offers.find((o) => o.value === (this.kind.ids ? v : v.value)) || this.unknown(v));
  }

  unknown(v) {
    return this.kind.ids ? { value: v, label: v, raw: v } : { value: v.value, label: plain(v.text), raw: v };
  }

  offers() {
    return this.kind.offer(this.element);
  }

  makeInput() {
    const props = hooks(this.element, this.block, {
      class: "select-input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
    });
    const aria = {
      role: "combobox",
      "aria-expanded": "false",
      "aria-haspopup": "listbox",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
    };
    const node = el("input", { ...props, ...aria });
    node.addEventListener("input", () => this.open(node.value));
    node.addEventListener("keydown", (event) => this.onKey(event));
    node.addEventListener("blur", () => this.close());
    return node;
  }

  /** What is chosen: words in the field, or one pill for each. */
  show() {
    const label = this.chosen[0]?.label || "";
    this.input.value = this.kind.many ? "" : label;
    this.input.placeholder =
      this.kind.many && this.chosen.length
        ? ""
        : plain(this.element.placeholder) || (this.kind.many ? "Choose options" : "Choose an option");
    this.pills.replaceChildren(...(this.kind.many ? this.chosen.map((o) => this.pill(o)) : []));
  }

  pill(offer) {
    const drop = el(
      "button",
      { type: "button", class: "pill-drop", "aria-label": `Remove ${offer.label}` },
      icon("close", 12),
    );
    drop.addEventListener("click", () => this.toggle(offer));
    return el("span", { class: "pill", data: { value: offer.value } }, offer.label, drop);
  }

  onMouse(event) {
    if (event.target.closest(".pill-drop")) return;
    const wasOpen = Boolean(this.list);
    if (event.target !== this.input) event.preventDefault();
    this.input.focus();
    if (wasOpen) this.close();
    else this.open("");
  }

  open(filter) {
    const wanted = filter.trim().toLowerCase();
    this.found = this.offers().filter((o) => !wanted || `${o.label} ${o.detail || ""}`.toLowerCase().includes(wanted));
    this.active = Math.max(0, wanted ? 0 : this.found.findIndex((o) => this.isChosen(o)));
    if (!this.list) {
      this.list = el("div", {
        class: "menu listbox",
        role: "listbox",
        id: this.listId,
        "aria-label": "Options",
        "aria-multiselectable": this.kind.many ? "true" : null,
      });
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
    }
    this.drawList();
    if (!this.list.isConnected) this.float();
    place(this.list, this.node, { matchWidth: true });
    this.mark();
  }

  float() {
    const list = this.list;
    openPopover(this.node, list, { matchWidth: true, onClose: () => this.list === list && (this.list = null) });
    this.input.setAttribute("aria-expanded", "true");
    if (!byId("layers").contains(list)) this.list = null;
  }

  close() {
    if (!this.list) return;
    closePopover();
    this.list = null;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.show();
  }

  isChosen(offer) {
    return this.chosen.some((o) => o.value === offer.value);
  }

  drawList() {
    const rows = [];
    let group = null;
    this.found.forEach((offer, i) => {
      if (offer.group && offer.group !== group)
        rows.push(el("div", { class: "menu-heading", role: "presentation" }, offer.group));
      group = offer.group;
      rows.push(this.row(offer, i));
    });
    this.list.replaceChildren(...(rows.length ? rows : [el("div", { class: "menu-empty" }, "No matches")]));
  }

  row(offer, i) {
    const chosen = this.isChosen(offer);
    const words = el(
      "span",
      { class: "menu-words" },
      el("span", { class: "menu-label" }, offer.label),
      offer.detail && el("span", { class: "menu-detail" }, offer.detail),
    );
    const props = {
      class: "menu-item",
      role: "option",
      id: `${this.listId}-${i}`,
      "aria-selected": String(chosen),
      data: { value: offer.value },
    };
    return el(
      "div",
      { ...props, on: { click: () => this.toggle(offer), mousemove: () => this.mark(i) } },
      offer.lead?.(),
      words,
      chosen && icon("check", 18),
    );
  }

  mark(i = this.active) {
    this.active = i;
    for (const row of this.list?.querySelectorAll("[role=option]") || []) {
      const on = row.id === `${this.listId}-${i}`;
      row.classList.toggle("active", on);
      if (on) row.scrollIntoView({ block: "nearest" });
    }
    this.input.setAttribute("aria-activedescendant", `${this.listId}-${i}`);
  }

  onKey(event) {
    const n = this.found?.length || 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.list) this.open("");
      else this.mark((this.active + (event.key === "ArrowDown" ? 1 : n - 1)) % n);
    } else if (event.key === "Enter" && this.list) {
      event.preventDefault();
      if (this.found[this.active]) this.toggle(this.found[this.active]);
    } else if (event.key === "Escape" && this.list) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.kind.many && this.chosen.length)
      this.toggle(this.chosen.at(-1));
  }

  /** Choose or, in a menu of many, choose and unchoose. */
  toggle(offer) {
    const most = this.element.max_selected_items || Infinity;
    if (!this.kind.many) this.chosen = [offer];
    else if (this.isChosen(offer)) this.chosen = this.chosen.filter((o) => o.value !== offer.value);
    else if (this.chosen.length < most) this.chosen = [...this.chosen, offer];
    const raw = this.chosen.map((o) => o.raw);
    this.surface.change(this.block, this.element, { [this.kind.key]: this.kind.many ? raw : raw[0] }, this.node);
    if (this.kind.many && this.list) {
      this.show();
      this.open("");
    } else {
      this.close();
      this.show();
    }
  }
}
