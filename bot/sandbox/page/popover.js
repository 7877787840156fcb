/** Menus and small panels that float beside a control: one at a time, gone on Esc or a click elsewhere. */

import { append, byId, el } from "./dom.js";
import { icon } from "./icons.js";

let open = null;

/** Close whatever floats. */
export function closePopover({ refocus = false } = {}) {
  if (!open) return;
  const { node, anchor, onClose } = open;
  open = null;
  node.remove();
  markExpanded(anchor, false);
  anchor.closest(".message")?.classList.remove("has-menu");
  if (refocus && anchor.isConnected) anchor.focus();
  onClose?.();
}

function markExpanded(anchor, yes) {
  if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", String(yes));
}

/** Is something floating from this control? */
export const isOpenFor = (anchor) => open?.anchor === anchor;

/**
 * Float a panel beside a control; a second call from the same control closes it.
 * @param {HTMLElement} anchor
 * @param {HTMLElement} node
 * @param {{onClose?: Function, matchWidth?: boolean, above?: boolean}} [options]
 */
export function openPopover(anchor, node, options = {}) {
  const again = isOpenFor(anchor);
  closePopover();
  if (again) return false;
  node.classList.add("popover");
  byId("layers").append(node);
  open = { node, anchor, onClose: options.onClose };
  markExpanded(anchor, true);
  anchor.closest(".message")?.classList.add("has-menu");
  place(node, anchor, options);
  return true;
}

const GAP = 6;
const EDGE = 8;

/** Below the control where there is room, else above it; never outside the window. */
export function place(node, anchor, { matchWidth = false, above = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (matchWidth) node.style.width = `${Math.max(box.width, 180)}px`;
  const size = node.getBoundingClientRect();
  const roomBelow = innerHeight - box.bottom - GAP - EDGE;
  const up = (above || size.height > roomBelow) && box.top > size.height + GAP;
  const top = up ? box.top - size.height - GAP : Math.min(box.bottom + GAP, innerHeight - size.height - EDGE);
  const left = Math.min(box.left, innerWidth - size.width - EDGE);
  node.style.top = `${Math.max(EDGE, top)}px`;
  node.style.left = `${Math.max(EDGE, left)}px`;
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.node.contains(event.target) && !open.anchor.contains(event.target)) closePopover();
});
window.addEventListener("resize", () => closePopover());

/**
 * A menu of choices.
 * @param {HTMLElement} anchor the button that opens it
 * @param {Array<{label: any, run?: Function, icon?: string, lead?: Node, detail?: string, testid?: string, danger?: boolean, current?: boolean, heading?: boolean} | null>} items null draws a line
 * @param {{label?: string, above?: boolean, testid?: string}} [options]
 */
export function openMenu(anchor, items, options = {}) {
  const menu = el("div", {
    class: "menu",
    role: "menu",
    "aria-label": options.label || "Menu",
    data: { testid: options.testid },
  });
  append(menu, items.map(menuEntry));
  menu.addEventListener("keydown", (event) => menuKeys(event, menu));
  if (!openPopover(anchor, menu, options)) return;
  (menu.querySelector("[aria-current]") || menu.querySelector("[role=menuitem]"))?.focus({ preventScroll: true });
}

function menuEntry(item) {
  if (!item) return el("div", { class: "menu-line", role: "separator" });
  if (item.heading) return el("div", { class: "menu-heading", role: "presentation" }, item.label);
  const words = el(
    "span",
    { class: "menu-words" },
    el("span", { class: "menu-label" }, item.label),
    item.detail && el("span", { class: "menu-detail" }, item.detail),
  );
  return el(
    "button",
    {
      type: "button",
      role: "menuitem",
      tabindex: "-1",
      class: `menu-item${item.danger ? " danger" : ""}`,
      "aria-current": item.current ? "true" : null,
      data: { testid: item.testid, value: item.value, actionId: item.actionId },
      on: { click: () => choose(item) },
    },
    item.lead || (item.icon && icon(item.icon, 18)),
    words,
    item.current && icon("check", 18),
  );
}

function choose(item) {
  closePopover({ refocus: true });
  item.run?.();
}

function menuKeys(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key in moves) {
    event.preventDefault();
    items[(moves[event.key] + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closePopover({ refocus: true });
  } else if (event.key.length === 1) jumpTo(items, at, event.key);
}

function jumpTo(items, at, letter) {
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()))?.focus();
}
