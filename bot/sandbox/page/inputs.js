/** Elements that a person types into or ticks. Their values live in the surface's form. */

import { debounce, el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { localInput } from "./time.js";
import { plain, textNode } from "./textobject.js";
import { richTextToPlain, toRichText } from "./richtext.js";

const KINDS = {
  plain_text_input: textInput,
  number_input: (e, b, s) =>
    lineInput(e, b, s, { type: "text", inputmode: e.is_decimal_allowed ? "decimal" : "numeric" }),
  email_text_input: (e, b, s) => lineInput(e, b, s, { type: "email", placeholder: "name@example.com" }),
  url_text_input: (e, b, s) => lineInput(e, b, s, { type: "url", placeholder: "https://example.com" }),
  datepicker: (e, b, s) => pickerInput(e, b, s, { type: "date", key: "selected_date", sign: "calendar" }),
  timepicker: (e, b, s) => pickerInput(e, b, s, { type: "time", key: "selected_time", sign: "clock" }),
  datetimepicker: dateTimeInput,
  radio_buttons: (e, b, s) => choices(e, b, s, "radio"),
  checkboxes: (e, b, s) => choices(e, b, s, "checkbox"),
  rich_text_input: richTextInput,
  file_input: fileInput,
};

export const isInput = (element) => element.type in KINDS;

/** Draw an element that holds a value. */
export const renderInput = (element, block, surface) => KINDS[element.type](element, block, surface);

const TYPING_PAUSE_MS = 300; // an app that listens to every character gets one event a pause

/** Attributes that every control of an element carries. */
export function hooks(element, block, extra = {}) {
  return {
    data: { actionId: element.action_id, blockId: block.block_id },
    placeholder: plain(element.placeholder) || extra.placeholder || null,
    ...extra,
    ...labelled(block, element),
  };
}

function labelled(block, element) {
  if (block.labelId)
    return { "aria-labelledby": block.labelId, "aria-describedby": `${block.labelId}-hint ${block.labelId}-error` };
  return { "aria-label": plain(element.placeholder) || plain(block.text) || "Input" };
}

const triggers = (element) => element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];

/** Record typing; tell the app when the block asks for it. */
function onTyping(node, element, block, surface, toValue) {
  const tell = () =>
    block.dispatch_action && surface.dispatch(block, element, { type: element.type, ...toValue(node.value) }, node);
  const soon = debounce(tell, TYPING_PAUSE_MS);
  node.addEventListener("input", () => {
    surface.form.set(block, element, toValue(node.value));
    if (triggers(element).includes("on_character_entered")) soon();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!block.dispatch_action || !triggers(element).includes("on_enter_pressed")) return;
    event.preventDefault();
    tell();
  });
}

const asValue = (text) => ({ value: text === "" ? null : text });

function textInput(element, block, surface) {
  if (!element.multiline) return lineInput(element, block, surface, { type: "text" });
  const node = el("textarea", {
    class: "field field-multi",
    rows: 4,
    maxlength: element.max_length || null,
    ...hooks(element, block),
  });
  node.value = surface.form.register(block, element).value || "";
  onTyping(node, element, block, surface, asValue);
  return withCounter(node, element);
}

function lineInput(element, block, surface, props) {
  const node = el("input", {
    class: "field",
    autocomplete: "off",
    maxlength: element.max_length || null,
    ...hooks(element, block, props),
  });
  node.value = surface.form.register(block, element).value ?? "";
  onTyping(node, element, block, surface, (text) => asValue(text.trim() === "" ? "" : text));
  return withCounter(node, element);
}

/** How many characters are left, once it begins to matter. */
function withCounter(node, element) {
  if (!element.max_length || element.max_length > 1000) return node;
  const left = el("span", { class: "counter", "aria-live": "polite" });
  const show = () => {
    const rest = element.max_length - node.value.length;
    left.textContent = rest <= Math.max(10, element.max_length * 0.2) ? String(rest) : "";
  };
  node.addEventListener("input", show);
  show();
  return el("div", { class: "counted" }, node, left);
}

function pickerInput(element, block, surface, { type, key, sign }) {
  const node = el("input", hooks(element, block, { type, class: "field picker-field" }));
  node.value = surface.form.register(block, element)[key] || "";
  node.addEventListener("change", () => surface.change(block, element, { [key]: node.value || null }, node));
  return el("span", { class: "picker" }, icon(sign, 18), node);
}

function dateTimeInput(element, block, surface) {
  const node = el("input", hooks(element, block, { type: "datetime-local", class: "field picker-field" }));
  const start = surface.form.register(block, element).selected_date_time;
  node.value = start ? localInput(start) : "";
  const seconds = () => (node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null);
  node.addEventListener("change", () => surface.change(block, element, { selected_date_time: seconds() }, node));
  return el("span", { class: "picker" }, icon("calendar", 18), node);
}

/** Radio buttons and checkboxes: real inputs in a group. */
function choices(element, block, surface, type) {
  const value = surface.form.register(block, element);
  const chosen = new Set((value.selected_options || [value.selected_option]).filter(Boolean).map((o) => o.value));
  const name = freshId("choice");
  const group = el("div", {
    class: "choices",
    role: type === "radio" ? "radiogroup" : "group",
    ...hooks(element, block, { placeholder: null }),
  });
  for (const option of element.options || [])
    group.append(choice(option, { type, name, checked: chosen.has(option.value), block, element }));
  group.addEventListener("change", () => surface.change(block, element, readChoices(group, element, type), group));
  return group;
}

function choice(option, { type, name, checked, block, element }) {
  const id = freshId("option");
  const box = el("input", {
    type,
    name,
    id,
    checked,
    value: option.value,
    data: { actionId: element.action_id, blockId: block.block_id, value: option.value },
  });
  const words = el(
    "label",
    { for: id },
    textNode(option.text),
    option.description && el("span", { class: "choice-detail" }, textNode(option.description)),
  );
  return el("div", { class: `choice choice-${type}` }, box, words);
}

function readChoices(group, element, type) {
  const picked = new Set([...group.querySelectorAll("input:checked")].map((n) => n.value));
  const options = (element.options || []).filter((o) => picked.has(o.value));
  return type === "radio" ? { selected_option: options[0] || null } : { selected_options: options };
}

function richTextInput(element, block, surface) {
  const node = el("textarea", { class: "field field-multi", rows: 4, ...hooks(element, block) });
  node.value = richTextToPlain(surface.form.register(block, element).rich_text_value);
  onTyping(node, element, block, surface, (text) => ({ rich_text_value: text.trim() ? toRichText(text) : null }));
  return node;
}

/** Read a chosen file as the page sends it: name, type and base64 content. */
export async function readFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return { name: file.name, mimetype: file.type || "application/octet-stream", content_base64: btoa(binary) };
}

function fileInput(element, block, surface) {
  surface.form.register(block, element);
  const accept = (element.filetypes || []).map((t) => `.${t}`).join(",") || null;
  const node = el(
    "input",
    hooks(element, block, {
      type: "file",
      class: "field-file",
      accept,
      multiple: (element.max_files || 10) > 1,
      placeholder: null,
    }),
  );
  const names = el("span", { class: "file-names" }, "No file chosen");
  node.addEventListener("change", async () => {
    const files = await Promise.all([...node.files].slice(0, element.max_files || 10).map(readFile));
    names.textContent = files.map((f) => f.name).join(", ") || "No file chosen";
    surface.change(block, element, { files }, node);
  });
  return el(
    "label",
    { class: "file-drop" },
    icon("file", 20),
    el("span", {}, el("b", {}, "Upload from your computer"), names),
    node,
  );
}
