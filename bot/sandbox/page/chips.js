/** Links, mentions and avatars: the small pieces that text is made of. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emojiFor, emojify } from "./emoji.js";
import { person, state } from "./store.js";
import { openUrl } from "./router.js";

const SAFE = /^(https?:|mailto:|tel:|slack:)/i;

/** The address if a link may carry it, else null (a `javascript:` address never becomes a link). */
export function safeUrl(url) {
  const trimmed = String(url || "").trim();
  return SAFE.test(trimmed) ? trimmed : null;
}

/**
 * A link in a new tab; one that points into this workspace opens here.
 * @param {string} url
 * @param {...any} label nodes or strings; the address itself when empty
 */
export function link(url, ...label) {
  const address = safeUrl(url);
  const inside = label.length ? label : [String(url).replace(/^mailto:/, "")];
  if (!address) return el("span", {}, ...inside);
  return el(
    "a",
    {
      class: "link",
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
      on: { click: (e) => followInside(e, address) },
    },
    ...inside,
  );
}

/** Open addresses of this workspace in the page instead of a new tab. */
export function followInside(event, address) {
  if (openUrl(address)) event.preventDefault();
}

/** @Emma Larsen */
export function userMention(id, label) {
  const known = state.people.get(id);
  const mine = id === state.me?.id;
  const name = known?.real_name || label || id;
  return el("span", { class: `mention${mine ? " mention-me" : ""}`, data: { user: id } }, `@${name}`);
}

/** #it-help, which opens the channel; a channel that this person cannot see stays plain. */
export function channelMention(id, label) {
  const channel = state.channels.get(id);
  if (!channel) return el("span", { class: "mention" }, label ? `#${label}` : "private channel");
  const mark = channel.private ? icon("lock", 13) : "#";
  return el("a", { class: "mention", href: `#as=${state.me?.id}&c=${id}`, data: { channel: id } }, mark, channel.name);
}

/** @here, @channel, @everyone */
export function broadcastMention(name) {
  return el("span", { class: "mention mention-me" }, `@${name}`);
}

/** One emoji by its short name; an unknown name stays as it was written. */
export function emojiNode(name, className = "emoji") {
  const char = emojiFor(name);
  if (!char) return document.createTextNode(`:${name}:`);
  return el(
    "span",
    { class: className, role: "img", "aria-label": `${name.replaceAll("_", " ")} emoji`, title: `:${name}:` },
    char,
  );
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((w) => w[0])
    .slice(0, 2)
    .join("")
    .toUpperCase();

/** Colours come with and without their hash sign. */
export function cssColor(color, fallback = "#616061") {
  const hex = String(color || "").replace(/^#/, "");
  return /^[0-9a-f]{3,8}$/i.test(hex) ? `#${hex}` : fallback;
}

const BRIGHT = 150; // of 255: above it dark letters read better than white ones

function inkOn(color) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > BRIGHT ? "#1d1c1d" : "#ffffff";
}

/**
 * The rounded square with a person's initials; an app gets its sign.
 * @param {{real_name: string, color?: string, is_bot?: boolean}} who
 * @param {number} [size] in pixels
 */
export function avatar(who, size = 36) {
  const color = who.is_bot ? "#611f69" : cssColor(who.color);
  const style = { "--avatar-color": color, "--avatar-ink": inkOn(color), "--avatar-size": `${size}px` };
  const inside = who.emoji
    ? emojify(who.emoji)
    : who.is_bot
      ? appMark(size)
      : initials(who.real_name || who.name || "?");
  return el("span", { class: `avatar${who.is_bot ? " avatar-app" : ""}`, style, "aria-hidden": "true" }, inside);
}

function appMark(size) {
  return icon("compass", Math.round(size * 0.62));
}

/** The avatar of a user id. */
export const avatarOf = (id, size) => avatar(person(id), size);
