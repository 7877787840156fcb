/** One message: who, when, what, and what hangs below it. */

import { fileUrl } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, emojiNode } from "./chips.js";
import { renderAttachments, renderBlocks } from "./blocks.js";
import { Form } from "./form.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock, fullTime, lastReply, shortClock } from "./time.js";
import { makeSurface } from "./surface.js";
import { isReply, person, state } from "./store.js";
import { hashOf } from "./router.js";
import { tools, toggleReaction } from "./tools.js";
import { editor } from "./editor.js";
import { statusLine } from "./status.js";

/** @type {Map<string, Form>} what was typed into the blocks of a message, by channel and ts */
const forms = new Map();

/** Who a message is from: a person, or the app under the name that it gave itself. */
export function authorOf(message) {
  const known = message.user ? person(message.user) : person(state.app?.bot_user);
  const isBot = Boolean(message.bot_id) || known.is_bot;
  return { ...known, real_name: message.username || known.real_name, is_bot: isBot, emoji: message.icons?.emoji };
}

/**
 * Draw a message.
 * @param {string} channel
 * @param {Object} message
 * @param {{compact?: boolean, inThread?: boolean, editing?: boolean, highlighted?: boolean}} [look] compact: without name and picture, under one of the same author
 */
export function renderMessage(channel, message, look = {}) {
  if (SYSTEM[message.subtype]) return systemLine(message);
  const author = authorOf(message);
  const classes = [
    "message",
    look.compact && "compact",
    message.ephemeral && "ephemeral",
    look.editing && "editing",
    look.highlighted && "highlighted",
  ];
  const node = el(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: "0",
      "aria-label": `${author.real_name}, ${clock(message.ts)}`,
      data: {
        testid: "message",
        ts: message.ts,
        user: message.user,
        threadTs: message.thread_ts,
        ephemeral: message.ephemeral ? "true" : null,
      },
    },
    message.ephemeral && onlyYou(),
    el(
      "div",
      { class: "message-row" },
      gutter(message, author, look),
      el(
        "div",
        { class: "message-main" },
        head(message, author, look),
        content(channel, message, look),
        below(channel, message, look),
      ),
    ),
    !look.editing && tools(channel, message, look),
  );
  return node;
}

const SYSTEM = {
  channel_join: (name) => `${name} joined the channel.`,
  group_join: (name) => `${name} joined the channel.`,
  channel_leave: (name) => `${name} left the channel.`,
  group_leave: (name) => `${name} left the channel.`,
  channel_topic: (name, m) => `${name} set the topic: ${m.topic || ""}`,
};

function systemLine(message) {
  const text = SYSTEM[message.subtype](person(message.user).real_name, message);
  return el("div", { class: "system-line", data: { testid: "system-message", ts: message.ts } }, text);
}

const onlyYou = () => el("div", { class: "only-you" }, icon("eye", 16), "Only visible to you");

function gutter(message, author, look) {
  if (look.compact)
    return el(
      "div",
      { class: "gutter" },
      el(
        "a",
        { class: "side-time", href: linkTo(message), title: fullTime(message.ts), tabindex: "-1" },
        shortClock(message.ts),
      ),
    );
  return el("div", { class: "gutter" }, avatar(author, 36));
}

const linkTo = (message) => hashOf({ ...state.route, m: message.ts });

function head(message, author, look) {
  if (look.compact) return null;
  const badge = author.is_bot && el("span", { class: "app-badge" }, "APP");
  const time = el(
    "a",
    { class: "time", href: linkTo(message), title: fullTime(message.ts) },
    el("time", { datetime: new Date(Number(message.ts) * 1000).toISOString() }, clock(message.ts)),
  );
  return el("div", { class: "message-head" }, el("span", { class: "author" }, author.real_name), badge, time);
}

function content(channel, message, look) {
  if (look.editing) return editor(channel, message);
  if (message.subtype === "tombstone") return el("div", { class: "tombstone" }, "This message was deleted.");
  const surface = surfaceOf(channel, message);
  const shown = message.blocks?.length ? renderBlocks(message.blocks, surface) : textOf(message);
  return el(
    "div",
    { class: "message-content" },
    shown,
    renderAttachments(message.attachments, surface),
    (message.files || []).map(fileCard),
  );
}

const textOf = (message) =>
  message.text ? el("div", { class: "message-text" }, mrkdwn(message.text), editedMark(message)) : null;

/** Slack marks what people edit, not what apps update. */
const editedMark = (message) =>
  message.edited &&
  !message.bot_id &&
  el("span", { class: "edited", title: `Edited ${fullTime(message.edited.ts || message.ts)}` }, "(edited)");

function surfaceOf(channel, message) {
  const key = `${channel}:${message.ts}`;
  const form = new Form(forms.get(key));
  forms.set(key, form);
  const container = { type: "message", channel, ts: message.ts, ...(message.ephemeral ? { ephemeral: true } : {}) };
  return makeSurface({ kind: "message", form, container, channel });
}

function fileCard(file) {
  const name = file.title || file.name || "file";
  const href = fileUrl(file.id);
  if (/^image\/(png|jpe?g|gif|webp)$/.test(file.mimetype || "")) {
    return el(
      "figure",
      { class: "image-block" },
      el("figcaption", { class: "image-title" }, name),
      el("a", { href, target: "_blank", rel: "noopener" }, el("img", { src: href, alt: name })),
    );
  }
  const kind = (file.filetype || name.split(".").at(-1) || "file").toUpperCase();
  const words = el("span", { class: "file-words" }, el("b", {}, name), el("span", {}, kind));
  return el(
    "a",
    { class: "file-card", href, target: "_blank", rel: "noopener", data: { testid: "file" } },
    el("span", { class: "file-sign" }, icon("file", 22)),
    words,
  );
}

function below(channel, message, look) {
  const parts = [reactions(channel, message)];
  if (!look.inThread && !isReply(message)) parts.push(replyBar(channel, message), statusLine(channel, message.ts));
  return parts;
}

function reactions(channel, message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((r) => reactionChip(channel, message, r)),
  );
}

function reactionChip(channel, message, { name, users }) {
  const mine = users.includes(state.me?.id);
  const who = users.map((id) => person(id).real_name).join(", ");
  const props = {
    type: "button",
    class: `reaction${mine ? " mine" : ""}`,
    "aria-pressed": String(mine),
    "aria-label": `${users.length} reacted with ${name}: ${who}`,
    title: `${who} reacted with :${name}:`,
  };
  return el(
    "button",
    { ...props, data: { testid: `reaction-${name}` }, on: { click: () => toggleReaction(channel, message, name) } },
    emojiNode(name),
    el("span", {}, String(users.length)),
  );
}

const MOST_FACES = 5;

function replyBar(channel, message) {
  if (!message.reply_count) return null;
  const faces = (message.reply_users || []).slice(0, MOST_FACES).map((id) => avatar(person(id), 24));
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last =
    message.latest_reply &&
    el(
      "span",
      { class: "reply-last" },
      el("span", { class: "reply-when" }, `Last reply ${lastReply(message.latest_reply)}`),
      el("span", { class: "reply-view" }, "View thread"),
    );
  const href = hashOf({ as: state.route.as, c: channel, t: message.ts });
  return el(
    "a",
    { class: "reply-bar", href, data: { testid: "reply-bar" } },
    el("span", { class: "faces" }, faces),
    el("span", { class: "reply-count" }, count),
    last,
    icon("chevron", 16),
  );
}
