/** The editor that stands in a message's place while its author changes it. */

import { post } from "./api.js";
import { el } from "./dom.js";
import { attempt } from "./confirm.js";
import { decode, encode } from "./encode.js";
import { emit } from "./store.js";

/** An edit box for one message; saving and cancelling both close it. */
export function editor(channel, message) {
  const close = () => emit("edit", null);
  const field = el("textarea", {
    class: "composer-field",
    rows: 1,
    "aria-label": "Edit message",
    data: { testid: "edit-field" },
  });
  field.value = decode(message.text);
  const save = async () => {
    const text = encode(field.value.trim());
    if (!text) return;
    if (text === message.text || (await attempt(() => post("edit", { channel, ts: message.ts, text })))) close();
  };
  field.addEventListener("keydown", (event) => editKeys(event, save, close));
  field.addEventListener("input", () => grow(field));
  requestAnimationFrame(() => {
    grow(field);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
  const buttons = el(
    "div",
    { class: "edit-buttons" },
    el("button", { type: "button", class: "button small", on: { click: close } }, "Cancel"),
    el(
      "button",
      { type: "button", class: "button small primary", data: { testid: "edit-save" }, on: { click: save } },
      "Save",
    ),
  );
  return el("div", { class: "composer-box edit-box" }, field, buttons);
}

function editKeys(event, save, close) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    save();
  }
}

const MOST_HEIGHT = 320; // pixels; beyond it the field scrolls

/** Make a text field as tall as its text. */
export function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, MOST_HEIGHT)}px`;
}
