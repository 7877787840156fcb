/** Slack's own text markup, as DOM nodes. */

import { el } from "./dom.js";
import { broadcastMention, channelMention, emojiNode, link, safeUrl, userMention } from "./chips.js";
import { EMOJI, emojify } from "./emoji.js";
import { dateTemplate } from "./time.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Undo the three escapes that Slack's text carries. */
export function unescapeText(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/**
 * Render mrkdwn.
 * @param {string} text escaped as Slack wants it (&amp; &lt; &gt;)
 * @param {{verbatim?: boolean}} [options] verbatim: bare addresses stay text
 * @returns {HTMLElement} one span with everything inside
 */
export function mrkdwn(text, options = {}) {
  const source = String(text ?? "");
  const root = el("span", { class: `mrkdwn${onlyEmoji(source) ? " jumbo" : ""}` });
  for (const part of source.split(/(```[\s\S]+?```)/)) {
    if (/^```[\s\S]+```$/.test(part)) root.append(pre(part.slice(3, -3)));
    else root.append(...paragraphs(trimAround(part, root, source), options));
  }
  return root;
}

/** Text next to a code block loses the line break that the block itself already makes. */
function trimAround(part, root, source) {
  const after = root.lastChild?.nodeName === "PRE" ? part.replace(/^\n/, "") : part;
  return source.endsWith(part) ? after : after.replace(/\n$/, "");
}

function onlyEmoji(text) {
  const names = text.trim().match(/:[a-z0-9_+'-]+:/g) || [];
  return (
    names.length > 0 &&
    names.length <= 8 &&
    text.replace(/:[a-z0-9_+'-]+:/g, "").trim() === "" &&
    names.every((n) => EMOJI.has(n.slice(1, -1)))
  );
}

const pre = (code) => el("pre", { class: "pre" }, plainTokens(unescapeText(code.replace(/^\n|\n$/g, ""))));

/** In code, <url|label> shows its label and nothing else is special. */
const plainTokens = (code) => code.replace(/<(https?:[^|>\s]+)(?:\|([^>]*))?>/g, (_, url, label) => label || url);

const QUOTE = /^(?:&gt;|>) ?/;

function paragraphs(text, options) {
  const nodes = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length;) {
    const quoted = countWhile(lines, i, (line) => QUOTE.test(line));
    const plain = quoted ? 0 : countWhile(lines, i, (line) => !QUOTE.test(line));
    const chunk = lines.slice(i, i + quoted + plain);
    if (quoted) nodes.push(quote(chunk, options));
    else nodes.push(...inline(chunk.join("\n"), options));
    i += quoted + plain;
  }
  return nodes;
}

function countWhile(lines, from, test) {
  let n = 0;
  while (from + n < lines.length && test(lines[from + n])) n += 1;
  return n;
}

function quote(lines, options) {
  const inside = lines.map((line) => line.replace(QUOTE, "")).join("\n");
  return el("blockquote", { class: "quote" }, ...inline(inside, options));
}

const WRAPPERS = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

/**
 * Render one run of text without blocks.
 * @returns {Array<Node|string>}
 */
export function inline(text, options = {}) {
  const nodes = [];
  let plain = "";
  let i = 0;
  const flush = () => {
    if (plain) nodes.push(...textNodes(plain, options));
    plain = "";
  };
  while (i < text.length) {
    const found = special(text, i, options);
    if (!found) {
      plain += text[i];
      i += 1;
      continue;
    }
    flush();
    nodes.push(found.node);
    i = found.end;
  }
  flush();
  return nodes;
}

/** What begins at this place: code, a token in angle brackets, an emoji or a styled span. */
function special(text, at, options) {
  const char = text[at];
  if (char === "`") return codeSpan(text, at);
  if (char === "<") return angle(text, at);
  if (char === ":") return emojiSpan(text, at);
  if (WRAPPERS[char]) return styled(text, at, options);
  return null;
}

function codeSpan(text, at) {
  const match = /^`([^`\n]+)`/.exec(text.slice(at));
  if (!match) return null;
  return { node: el("code", { class: "code" }, plainTokens(unescapeText(match[1]))), end: at + match[0].length };
}

function emojiSpan(text, at) {
  const match = /^:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/.exec(text.slice(at, at + 60));
  if (!match || !EMOJI.has(match[1])) return null;
  return { node: emojiNode(match[1]), end: at + match[0].length };
}

function styled(text, at, options) {
  const before = text[at - 1];
  if (before && (WORD.test(before) || before === text[at])) return null;
  const end = closing(text, at);
  if (end < 0) return null;
  return { node: el(WRAPPERS[text[at]], {}, ...inline(text.slice(at + 1, end), options)), end: end + 1 };
}

/** Where the span that opens at `at` closes, or -1. Code and tokens inside are stepped over. */
function closing(text, at) {
  const mark = text[at];
  if (/\s/.test(text[at + 1] || " ") || text[at + 1] === mark) return -1;
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i += 1) {
    const inner = text[i] === "<" ? angle(text, i) : text[i] === "`" ? codeSpan(text, i) : null;
    if (inner) i = inner.end - 1;
    else if (text[i] === mark && !/\s/.test(text[i - 1]) && !WORD.test(text[i + 1] || " ")) return i;
  }
  return -1;
}

function angle(text, at) {
  const match = /^<([^<>\n]+)>/.exec(text.slice(at));
  const node = match && token(match[1]);
  return node ? { node, end: at + match[0].length } : null;
}

/** The node of a token such as @U…, #C…, !here, !date^… or an address with its label. */
function token(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescapeText(body.slice(bar + 1));
  if (/^@[UWB][A-Z0-9]+$/.test(target)) return userMention(target.slice(1), label);
  if (/^#[CG][A-Z0-9]+$/.test(target)) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return command(target.slice(1), label);
  const url = safeUrl(unescapeText(target));
  return url && link(url, ...(label ? [emojify(label)] : []));
}

function command(body, label) {
  if (/^(here|channel|everyone)$/.test(body)) return broadcastMention(body);
  if (body.startsWith("subteam^")) return el("span", { class: "mention" }, label || "@group");
  if (body.startsWith("date^")) return dateToken(body, label);
  return label ? document.createTextNode(label) : null;
}

function dateToken(body, fallback) {
  const [, seconds, template, url] = body.split("^");
  const shown = dateTemplate(seconds, unescapeText(template || "")) || fallback;
  return url ? link(unescapeText(url), shown) : el("time", { title: fallback }, shown);
}

const BARE_URL = /(https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"\]])/;

function textNodes(text, options) {
  const plain = unescapeText(text);
  if (options.verbatim) return [plain];
  return plain
    .split(BARE_URL)
    .filter(Boolean)
    .map((part) => (/^https?:\/\//.test(part) ? link(part) : part));
}
