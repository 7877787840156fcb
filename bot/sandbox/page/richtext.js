/** rich_text blocks: the structured text that Slack's own composer makes. */

import { el } from "./dom.js";
import { broadcastMention, channelMention, emojiNode, link, userMention, cssColor } from "./chips.js";
import { dateTemplate } from "./time.js";

/** Render a rich_text block. */
export function richText(block) {
  return el("div", { class: "rich-text" }, (block?.elements || []).map(part));
}

function part(element) {
  const make = PARTS[element.type];
  return make ? make(element) : null;
}

const PARTS = {
  rich_text_section: (e) => el("div", { class: "rt-section" }, inlines(e)),
  rich_text_preformatted: (e) => el("pre", { class: "pre" }, inlines(e)),
  rich_text_quote: (e) => el("blockquote", { class: "quote" }, inlines(e)),
  rich_text_list: list,
};

function list(element) {
  const indent = element.indent || 0;
  const tag = element.style === "ordered" ? "ol" : "ul";
  const props = {
    class: `rt-list rt-indent-${Math.min(indent, 8)}`,
    start: tag === "ol" && element.offset ? element.offset + 1 : null,
  };
  return el(
    tag,
    props,
    (element.elements || []).map((item) => el("li", {}, inlines(item))),
  );
}

const inlines = (element) => (element.elements || []).map(inlineNode);

const INLINE = {
  text: (e) => e.text,
  link: (e) => link(e.url, e.text || e.url),
  user: (e) => userMention(e.user_id),
  channel: (e) => channelMention(e.channel_id),
  broadcast: (e) => broadcastMention(e.range),
  usergroup: () => el("span", { class: "mention" }, "@group"),
  emoji: (e) => emojiNode(e.name),
  color: (e) => el("span", {}, swatch(e.value), e.value),
  date: (e) => el("time", {}, dateTemplate(e.timestamp, e.format) || e.fallback || ""),
};

const swatch = (value) => el("span", { class: "swatch", style: { background: cssColor(value) } });

const STYLES = [
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

function inlineNode(element) {
  const make = INLINE[element.type];
  if (!make) return null;
  const style = element.style || {};
  const start = style.code ? el("code", { class: "code" }, make(element)) : make(element);
  return STYLES.reduce((node, [key, tag]) => (style[key] ? el(tag, {}, node) : node), start);
}

/**
 * Turn what was typed into a rich text input into the block that Slack sends.
 * @param {string} text plain text with line breaks
 */
export function toRichText(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

/** The plain text of a rich_text block, for the input's first value. */
export function richTextToPlain(block) {
  const words = (element) =>
    element.text ||
    element.url ||
    (element.name ? `:${element.name}:` : "") ||
    (element.elements || []).map(words).join("");
  return (block?.elements || [])
    .map((e) => (e.type === "rich_text_list" ? e.elements.map((i) => `• ${words(i)}`).join("\n") : words(e)))
    .join("\n");
}
