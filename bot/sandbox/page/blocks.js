/** Block Kit's layout blocks, as DOM nodes. */

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { cssColor, link } from "./chips.js";
import { imageSource, renderElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { plan, table, taskCard } from "./datablocks.js";
import { plain, textNode } from "./textobject.js";

/**
 * Draw the blocks of a message, a modal or the Home tab.
 * @param {Object[]} blocks
 * @param {import("./elements.js").Surface} surface
 * @returns {HTMLElement}
 */
export function renderBlocks(blocks, surface) {
  const named = (blocks || []).map((block, i) => ({ ...block, block_id: block.block_id || `block-${i}` }));
  return el(
    "div",
    { class: `blocks blocks-${surface.kind}` },
    named.map((block) => renderBlock(block, surface)),
  );
}

function renderBlock(block, surface) {
  const make = KINDS[block.type];
  const node = make ? make(block, surface) : unsupported(block);
  node.classList.add("block", `block-${block.type}`);
  node.dataset.blockId = block.block_id;
  return node;
}

const unsupported = (block) => el("div", { class: "unsupported" }, `This block can’t be shown here (${block.type}).`);

const KINDS = {
  header: (b) => el("div", { role: "heading", "aria-level": b.level || 3, class: "header-text" }, plain(b.text)),
  divider: () => el("hr", { class: "divider" }),
  section,
  context,
  actions,
  image,
  input,
  markdown: (b) => markdown(b.text),
  rich_text: (b) => richText(b),
  table,
  plan,
  task_card: (b) => el("div", {}, taskCard(b)),
  context_actions: (b, surface) => el("div", { class: "context-actions" }, elements(b, surface)),
  alert,
  video,
  file,
};

const elements = (block, surface) => (block.elements || []).map((e) => renderElement(e, block, surface));

function section(block, surface) {
  const words = el(
    "div",
    { class: "section-body" },
    block.text && el("div", { class: "section-text" }, textNode(block.text)),
  );
  if (block.fields)
    words.append(
      el(
        "div",
        { class: "fields" },
        block.fields.map((f) => el("div", { class: "field-cell" }, textNode(f))),
      ),
    );
  const side =
    block.accessory &&
    el("div", { class: `accessory accessory-${block.accessory.type}` }, renderElement(block.accessory, block, surface));
  return el("div", { class: wide(block.accessory) ? "section section-stacked" : "section" }, words, side);
}

/** Lists of choices stand below the text; everything else beside it. */
const wide = (accessory) => accessory && ["radio_buttons", "checkboxes"].includes(accessory.type);

function context(block) {
  const piece = (e) =>
    e.type === "image"
      ? el("img", { class: "context-image", src: imageSource(e), alt: e.alt_text || "" })
      : el("span", { class: "context-text" }, textNode(e));
  return el("div", { class: "context" }, (block.elements || []).map(piece));
}

function actions(block, surface) {
  return el("div", { class: "actions" }, elements(block, surface));
}

function image(block) {
  const title = block.title && el("figcaption", { class: "image-title" }, plain(block.title));
  return el(
    "figure",
    { class: "image-block" },
    title,
    el("img", { src: imageSource(block), alt: block.alt_text || "", loading: "lazy" }),
  );
}

const SINGLE = ["plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"];

function input(block, surface) {
  const labelId = freshId("label");
  const words = [plain(block.label), block.optional && el("span", { class: "optional" }, " (optional)")];
  const control = block.element ? renderElement(block.element, { ...block, labelId }, surface) : null;
  const label = el("label", { class: "input-label", id: labelId }, words);
  label.addEventListener("click", () => focusControl(control, block));
  return el(
    "div",
    { class: "input-block" },
    label,
    control,
    el("div", { class: "input-error", id: `${labelId}-error`, role: "alert", hidden: true }),
    el("div", { class: "input-hint", id: `${labelId}-hint` }, plain(block.hint)),
  );
}

function focusControl(control, block) {
  const target = control?.matches?.("input,textarea") ? control : control?.querySelector("input,textarea,button");
  if (target && (SINGLE.includes(block.element.type) || target.type !== "radio")) target.focus();
}

const ALERT_ICONS = { warning: "warning", error: "errorCircle", success: "checkCircle" };

function alert(block) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  return el(
    "div",
    { class: `alert alert-${level}` },
    icon(ALERT_ICONS[level] || "info", 18),
    el("div", {}, textNode(block.text)),
  );
}

function video(block) {
  const title = plain(block.title);
  return el(
    "div",
    { class: "card" },
    el("div", { class: "card-title" }, link(block.title_url || block.video_url, title)),
    block.description && el("div", { class: "card-text" }, plain(block.description)),
    block.thumbnail_url &&
      el("img", {
        class: "card-image",
        src: imageSource({ image_url: block.thumbnail_url }),
        alt: block.alt_text || title,
      }),
  );
}

function file(block) {
  return el(
    "div",
    { class: "file-card" },
    icon("file", 24),
    el("span", {}, block.file?.name || `Remote file ${block.external_id || ""}`),
  );
}

/**
 * Draw the older secondary attachments: a colour bar with text or blocks.
 * @param {Object[]} attachments
 * @param {import("./elements.js").Surface} surface
 */
export function renderAttachments(attachments, surface) {
  return (attachments || []).map((a) => attachment(a, surface));
}

const NAMED_COLORS = { good: "2eb67d", warning: "ecb22e", danger: "e01e5a" };

function attachment(a, surface) {
  const bar = el("div", {
    class: "attachment-bar",
    style: { background: cssColor(NAMED_COLORS[a.color] || a.color, "#dddddd") },
  });
  const body = el("div", { class: "attachment-body" }, a.blocks ? renderBlocks(a.blocks, surface) : oldAttachment(a));
  return el("div", { class: "attachment" }, bar, body);
}

function oldAttachment(a) {
  const title = a.title && (a.title_link ? link(a.title_link, a.title) : a.title);
  const fields = (a.fields || []).map((f) =>
    el("div", { class: "field-cell" }, el("b", {}, f.title), el("div", {}, mrkdwn(f.value))),
  );
  return [
    a.pretext && el("div", {}, mrkdwn(a.pretext)),
    a.author_name && el("div", { class: "attachment-author" }, a.author_name),
    title && el("div", { class: "attachment-title" }, title),
    (a.text || a.fallback) && el("div", {}, mrkdwn(a.text || a.fallback)),
    fields.length > 0 && el("div", { class: "fields" }, fields),
    a.footer && el("div", { class: "attachment-footer" }, a.footer),
  ];
}
