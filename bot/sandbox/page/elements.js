/** Interactive elements without a value of their own: buttons, overflow menus, feedback. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { safeUrl, followInside } from "./chips.js";
import { openMenu } from "./popover.js";
import { plain } from "./textobject.js";
import { state } from "./store.js";
import { isInput, renderInput } from "./inputs.js";
import { isSelect, renderSelect } from "./selects.js";

/**
 * @typedef {Object} Surface where blocks are shown
 * @property {import("./form.js").Form} form
 * @property {string} kind "message", "modal" or "home"
 * @property {?string} channel the conversation of a message
 * @property {(block: Object, element: Object, action: Object, source: HTMLElement) => Promise<void>} dispatch tell the app
 * @property {(block: Object, element: Object, value: Object, source: HTMLElement) => void} change a value changed
 */

/** Draw any element. @param {Object} element @param {Object} block @param {Surface} surface */
export function renderElement(element, block, surface) {
  if (isSelect(element)) return renderSelect(element, block, surface);
  if (isInput(element)) return renderInput(element, block, surface);
  const make = KINDS[element.type];
  return make
    ? make(element, block, surface)
    : el("span", { class: "unsupported" }, `This element can’t be shown here (${element.type}).`);
}

const KINDS = { button, workflow_button: button, overflow, image, feedback_buttons: feedback, icon_button: iconButton };

const ids = (element, block) => ({ actionId: element.action_id, blockId: block.block_id });

function button(element, block, surface) {
  const url = safeUrl(element.url);
  const props = {
    class: `button ${element.style || ""}`,
    data: { ...ids(element, block), value: element.value },
    "aria-label": element.accessibility_label,
    on: { click: (event) => press(event, element, block, surface) },
  };
  const label = el("span", { class: "button-label" }, plain(element.text));
  if (url) return el("a", { ...props, href: url, target: "_blank", rel: "noopener noreferrer" }, label);
  return el("button", { ...props, type: "button" }, label);
}

function press(event, element, block, surface) {
  if (element.url) followInside(event, element.url);
  const action = { type: "button", value: element.value, text: element.text };
  surface.dispatch(block, element, action, event.currentTarget);
}

function overflow(element, block, surface) {
  const choose = (option, source) => {
    if (option.url && safeUrl(option.url)) window.open(option.url, "_blank", "noopener");
    surface.dispatch(block, element, { type: "overflow", selected_option: option }, source);
  };
  const open = (event) => {
    const source = event.currentTarget;
    const items = (element.options || []).map((option) => ({
      label: plain(option.text),
      detail: plain(option.description),
      value: option.value,
      run: () => choose(option, source),
    }));
    openMenu(source, items, { label: "More options" });
  };
  const props = {
    type: "button",
    class: "button button-icon",
    "aria-label": "More options",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
  };
  return el("button", { ...props, data: ids(element, block), on: { click: open } }, icon("dots", 18));
}

function image(element) {
  return el("img", {
    class: "accessory-image",
    src: imageSource(element),
    alt: element.alt_text || "",
    loading: "lazy",
  });
}

/** Where an image comes from: an address, or a file of this workspace. */
export function imageSource(element) {
  if (element.slack_file?.id) return `/ui/files/${encodeURIComponent(element.slack_file.id)}`;
  return safeUrl(element.image_url || element.slack_file?.url) || "";
}

function feedback(element, block, surface) {
  const make = (choice, name) => feedbackButton(choice, name, element, block, surface);
  return el(
    "div",
    { class: "feedback", role: "group", "aria-label": "Feedback" },
    make(element.positive_button, "thumbUp"),
    make(element.negative_button, "thumbDown"),
  );
}

function feedbackButton(choice, name, element, block, surface) {
  const label = choice.accessibility_label || plain(choice.text);
  const click = (event) => {
    const source = event.currentTarget;
    for (const other of source.parentNode.children) other.setAttribute("aria-pressed", String(other === source));
    surface.dispatch(block, element, { type: "feedback_buttons", value: choice.value, text: choice.text }, source);
  };
  const props = {
    type: "button",
    class: "icon-button feedback-button",
    "aria-label": label,
    title: plain(choice.text),
    "aria-pressed": "false",
  };
  return el(
    "button",
    { ...props, data: { ...ids(element, block), value: choice.value }, on: { click } },
    icon(name, 18),
  );
}

function iconButton(element, block, surface) {
  const shownTo = element.visible_to_user_ids;
  if (shownTo?.length && !shownTo.includes(state.me?.id)) return null;
  const click = (event) =>
    surface.dispatch(block, element, { type: "icon_button", value: element.value }, event.currentTarget);
  const label = element.accessibility_label || plain(element.text);
  const props = { type: "button", class: "icon-button", "aria-label": label, title: plain(element.text) };
  return el(
    "button",
    { ...props, data: { ...ids(element, block), value: element.value }, on: { click } },
    icon(element.icon, 18),
  );
}
