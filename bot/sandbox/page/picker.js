/** The emoji picker. */

import { el } from "./dom.js";
import { closePopover, openPopover } from "./popover.js";
import { findEmoji } from "./emoji.js";

const SHOWN = 240; // more than fits without scrolling, fewer than would be slow

/** Let a person pick an emoji; `take` gets its short name. */
export function openEmojiPicker(anchor, take) {
  const grid = el("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const search = el("input", {
    class: "field",
    type: "text",
    placeholder: "Search all emoji",
    "aria-label": "Search all emoji",
    data: { testid: "emoji-search" },
  });
  const panel = el("div", { class: "emoji-picker", role: "dialog", "aria-label": "Emoji picker" }, search, grid);
  const choose = (name) => {
    closePopover({ refocus: true });
    take(name);
  };
  const draw = () => grid.replaceChildren(...unique(findEmoji(search.value, SHOWN)).map((e) => emojiButton(e, choose)));
  search.addEventListener("input", draw);
  panel.addEventListener("keydown", (event) => keys(event, grid, search));
  draw();
  if (openPopover(anchor, panel)) search.focus({ preventScroll: true });
}

/** Two names of one emoji are shown once. */
function unique(found) {
  return found.filter((e, i) => found.findIndex((o) => o.char === e.char) === i);
}

function emojiButton({ name, char }, choose) {
  return el(
    "button",
    {
      type: "button",
      class: "emoji-choice",
      role: "option",
      "aria-label": name.replaceAll("_", " "),
      title: `:${name}:`,
      data: { emoji: name },
      on: { click: () => choose(name) },
    },
    char,
  );
}

const COLUMNS = 8;
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };

function keys(event, grid, search) {
  const buttons = [...grid.children];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "Escape") {
    event.stopPropagation();
    closePopover({ refocus: true });
  } else if (event.key === "Enter" && document.activeElement === search) {
    event.preventDefault();
    buttons[0]?.click();
  } else if (event.key in STEPS && (at >= 0 || event.key === "ArrowDown")) {
    event.preventDefault();
    const next = at < 0 ? 0 : at + STEPS[event.key];
    (buttons[next] || search).focus();
  }
}
