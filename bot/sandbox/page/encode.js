/** Between what a person types and Slack's text: mentions, links and the three escapes. */

import { state } from "./store.js";
import { unescapeText } from "./mrkdwn.js";

const escapeText = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const escapePattern = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Every way to write a person's name after the @, longest first. */
function names() {
  const all = [...state.people.values()].flatMap((p) => [
    [p.real_name, p.id],
    [p.name, p.id],
  ]);
  return all.filter(([name]) => name).sort((a, b) => b[0].length - a[0].length);
}

function encodeMentions(text) {
  const known = names();
  if (!known.length) return text;
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}@])@(${known.map(([n]) => escapePattern(n)).join("|")})(?![\\p{L}\\p{N}])`,
    "giu",
  );
  const ids = new Map(known.map(([name, id]) => [name.toLowerCase(), id]));
  return text
    .replace(pattern, (_, name) => `<@${ids.get(name.toLowerCase())}>`)
    .replace(/(?<![\w@])@(here|channel|everyone)\b/g, "<!$1>");
}

function encodeChannels(text) {
  const ids = new Map([...state.channels.values()].map((c) => [c.name, c.id]));
  return text.replace(/(?<![\w#&])#([a-z0-9_-]+)/g, (whole, name) =>
    ids.has(name) ? `<#${ids.get(name)}|${name}>` : whole,
  );
}

const CODE_OR_LINK = /(```[\s\S]*?```|`[^`\n]+`|https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"\]])/;

/** What is inside code or an address stays as it was typed. */
function encodePart(part) {
  const safe = escapeText(part);
  if (part.startsWith("`") && part.length > 1) return safe;
  if (/^https?:\/\//.test(part)) return `<${safe}>`;
  return encodeChannels(encodeMentions(safe));
}

/** @param {string} typed @returns {string} mrkdwn as the server wants it */
export function encode(typed) {
  return typed.split(CODE_OR_LINK).map(encodePart).join("");
}

/** The way back, for the editor of a message. */
export function decode(text) {
  const plain = String(text || "").replace(/<([^<>\n]+)>/g, (whole, body) => {
    const [target, label] = body.split("|");
    if (target.startsWith("@")) return `@${state.people.get(target.slice(1))?.real_name || label || target.slice(1)}`;
    if (target.startsWith("#")) return `#${state.channels.get(target.slice(1))?.name || label || target.slice(1)}`;
    if (target.startsWith("!")) return label || `@${target.slice(1)}`;
    return target;
  });
  return unescapeText(plain);
}
