/** Ordinary Markdown, for `markdown` blocks: headings, lists, tables, code, quotes, links. */

import { el } from "./dom.js";
import { link } from "./chips.js";
import { inline as slackInline, unescapeText } from "./mrkdwn.js";
import { emojify } from "./emoji.js";

/**
 * Render a Markdown text.
 * @param {string} source
 * @returns {HTMLElement}
 */
export function markdown(source) {
  const lines = String(source ?? "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  return el("div", { class: "markdown" }, ...blocks(lines));
}

/** Each reader looks at the lines from `at` and answers [node, lines used], or null. */
const READERS = [readFence, readHeading, readRule, readTable, readQuote, readList, readParagraph];

function blocks(lines) {
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [node, used] = firstReading(lines, at);
    nodes.push(node);
    at += used;
  }
  return nodes;
}

function firstReading(lines, at) {
  for (const read of READERS) {
    const found = read(lines, at);
    if (found) return found;
  }
  return [document.createTextNode(lines[at]), 1];
}

function readFence(lines, at) {
  const open = /^\s*(```+|~~~+)\s*([\w+-]*)/.exec(lines[at]);
  if (!open) return null;
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(open[1])) end += 1;
  const code = lines.slice(at + 1, end).join("\n");
  return [el("pre", { class: "pre", data: { language: open[2] || null } }, code), end - at + 1];
}

function readHeading(lines, at) {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[at]);
  if (!match) return null;
  const level = match[1].length;
  return [
    el(
      "div",
      { class: `md-heading md-h${level}`, role: "heading", "aria-level": Math.min(level + 2, 6) },
      ...spans(match[2]),
    ),
    1,
  ];
}

function readRule(lines, at) {
  return /^\s*([-*_])(?:\s*\1){2,}\s*$/.test(lines[at]) ? [el("hr", { class: "divider" }), 1] : null;
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((c) => c.trim().replaceAll("\\|", "|"));

function readTable(lines, at) {
  const ruler = lines[at + 1] || "";
  if (!lines[at].includes("|") || !/^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(ruler) || !ruler.includes("-"))
    return null;
  const aligns = cells(ruler).map(alignment);
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim()) end += 1;
  const head = el("thead", {}, tableRow("th", cells(lines[at]), aligns));
  const body = el(
    "tbody",
    {},
    lines.slice(at + 2, end).map((line) => tableRow("td", cells(line), aligns)),
  );
  return [el("div", { class: "table-wrap" }, el("table", { class: "table" }, head, body)), end - at];
}

function alignment(ruler) {
  if (/^:-+:$/.test(ruler)) return "center";
  return ruler.endsWith(":") ? "right" : "left";
}

function tableRow(tag, values, aligns) {
  return el(
    "tr",
    {},
    values.map((value, i) => el(tag, { style: { "text-align": aligns[i] || "left" } }, ...spans(value))),
  );
}

function readQuote(lines, at) {
  let end = at;
  while (end < lines.length && /^\s*>/.test(lines[end])) end += 1;
  if (end === at) return null;
  const inside = lines.slice(at, end).map((line) => line.replace(/^\s*> ?/, ""));
  return [el("blockquote", { class: "quote" }, ...blocks(inside)), end - at];
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const indentOf = (line) => /^\s*/.exec(line)[0].length;

function readList(lines, at) {
  const first = ITEM.exec(lines[at]);
  if (!first) return null;
  const base = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let i = at;
  while (i < lines.length && isItem(lines[i], base, ordered)) {
    const used = itemLength(lines, i, base);
    items.push(listItem(lines.slice(i, i + used)));
    i += used;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : null;
  return [el(ordered ? "ol" : "ul", { class: "md-list", start }, items), i - at];
}

function isItem(line, base, ordered) {
  const match = ITEM.exec(line);
  return Boolean(match) && match[1].length === base && /\d/.test(match[2]) === ordered;
}

/** An item goes on while lines are deeper than its mark, or lazily continue its paragraph. */
function itemLength(lines, at, base) {
  let n = 1;
  while (at + n < lines.length) {
    const line = lines[at + n];
    const deeper = line.trim() && indentOf(line) > base;
    const gap = !line.trim() && indentOf(lines[at + n + 1] || "") > base;
    const lazy = line.trim() && !ITEM.test(line) && !/^(#{1,6}\s|```|>)/.test(line) && lines[at + n - 1].trim();
    if (!deeper && !gap && !lazy) break;
    n += 1;
  }
  return trailingBlank(lines, at, n);
}

function trailingBlank(lines, at, n) {
  return lines[at + n] !== undefined && !lines[at + n].trim() && ITEM.test(lines[at + n + 1] || "") ? n + 1 : n;
}

function listItem(lines) {
  const [, indent, mark, rest] = ITEM.exec(lines[0]);
  const task = /^\[([ xX])\]\s+(.*)$/.exec(rest);
  const strip = indent.length + mark.length + 1;
  const inside = [task ? task[2] : rest, ...lines.slice(1).map((l) => l.slice(Math.min(strip, indentOf(l))))];
  const box = task && el("input", { type: "checkbox", checked: task[1] !== " ", disabled: true, "aria-label": "Done" });
  return el("li", { class: task ? "md-task" : "" }, box, ...tight(blocks(inside)));
}

/** A single paragraph in a list item needs no paragraph around it. */
function tight(nodes) {
  if (nodes[0]?.nodeName !== "P") return nodes;
  return [...nodes[0].childNodes, ...nodes.slice(1)];
}

function readParagraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !/^(#{1,6}\s|\s*```|\s*>|\s*[-*+]\s|\s*\d+[.)]\s)/.test(lines[end]))
    end += 1;
  const text = lines
    .slice(at, end)
    .map((l) => l.replace(/ {2,}$/, ""))
    .join("\n");
  return [el("p", {}, ...spans(text)), end - at];
}

const URL_PART = String.raw`\(\s*<?((?:[^\s()<>]|\([^\s()]*\))+)>?(?:\s+"[^"]*")?\s*\)`;

/** In the order they are tried; each match becomes a node. */
const SPANS = [
  [/\\([\\`*_{}[\]()#+\-.!|~>])/, (m) => m[1]],
  [/(`+)(.+?)\1(?!`)/, (m) => el("code", { class: "code" }, m[2].trim())],
  [new RegExp(String.raw`!\[([^\]]*)\]` + URL_PART), (m) => link(m[2], m[1] || m[2])],
  [new RegExp(String.raw`\[((?:[^\[\]]|\[[^\]]*\])+)\]` + URL_PART), (m) => link(m[2], ...spans(m[1]))],
  [/<((?:https?:|mailto:)[^\s>|]+)>/, (m) => link(m[1])],
  [/<[@#!][^<>\n]+>/, (m) => slackInline(m[0])],
  [/\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)/, (m) => el("strong", {}, ...spans(m[1]))],
  [/(?<![\p{L}\p{N}])__(?=\S)([\s\S]*?\S)__(?![\p{L}\p{N}])/u, (m) => el("strong", {}, ...spans(m[1]))],
  [/~~(?=\S)([\s\S]*?\S)~~/, (m) => el("s", {}, ...spans(m[1]))],
  [/\*(?=[^\s*])([\s\S]*?[^\s*])\*(?!\*)/, (m) => el("em", {}, ...spans(m[1]))],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([\s\S]*?[^\s_])_(?![\p{L}\p{N}_])/u, (m) => el("em", {}, ...spans(m[1]))],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"\]]/, (m) => link(m[0])],
];

/** Render the inside of a paragraph, heading or cell. */
function spans(text) {
  const best = earliest(text);
  if (!best) return [words(text)];
  const { match, make } = best;
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...(before ? [words(before)] : []), make(match), ...(after ? spans(after) : [])].flat();
}

const words = (text) => emojify(unescapeText(text));

function earliest(text) {
  let best = null;
  for (const [pattern, make] of SPANS) {
    const match = pattern.exec(text);
    if (match && (!best || match.index < best.match.index)) best = { match, make };
  }
  return best;
}
