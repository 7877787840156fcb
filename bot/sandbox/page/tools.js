/** What can be done with a message: the toolbar that appears over it, and its menus. */

import { post } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emojiNode } from "./chips.js";
import { QUICK_REACTIONS, emojiFor } from "./emoji.js";
import { openEmojiPicker } from "./picker.js";
import { askFirst, attempt, notice } from "./confirm.js";
import { mrkdwn } from "./mrkdwn.js";
import { openMenu } from "./popover.js";
import { hashOf, openThread } from "./router.js";
import { dropMessage, emit, isReply, state } from "./store.js";

/** The toolbar of one message. */
export function tools(channel, message, look) {
  const parts = message.ephemeral
    ? [dismissButton(channel, message)]
    : [
        ...quick(channel, message),
        addButton(channel, message),
        replyButton(channel, message, look),
        moreButton(channel, message, look),
      ];
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" }, parts);
}

function tool(name, label, testid, click, extra = {}) {
  const content = typeof name === "string" ? icon(name, 18) : name;
  return el(
    "button",
    { type: "button", class: "tool", "aria-label": label, title: label, data: { testid }, on: { click }, ...extra },
    content,
  );
}

const quick = (channel, message) =>
  QUICK_REACTIONS.map((name) =>
    tool(emojiNode(name), `React with ${name.replaceAll("_", " ")}`, `quick-${name}`, () =>
      toggleReaction(channel, message, name),
    ),
  );

const addButton = (channel, message) =>
  tool(
    "addReaction",
    "Add reaction…",
    "add-reaction",
    (event) => openEmojiPicker(event.currentTarget, (name) => toggleReaction(channel, message, name)),
    { "aria-haspopup": "dialog", "aria-expanded": "false" },
  );

function replyButton(channel, message, look) {
  if (look.inThread) return null;
  return tool("reply", "Reply in thread", "reply-in-thread", () =>
    openThread(channel, message.thread_ts || message.ts),
  );
}

const dismissButton = (channel, message) =>
  tool("close", "Dismiss message", "dismiss-message", () => dropMessage(channel, message.ts));

function moreButton(channel, message, look) {
  const open = (event) =>
    openMenu(event.currentTarget, moreItems(channel, message, look), { label: "More actions", testid: "message-menu" });
  return tool("more", "More actions", "more-actions", open, { "aria-haspopup": "menu", "aria-expanded": "false" });
}

function moreItems(channel, message, look) {
  const mine = message.user === state.me?.id && !message.bot_id;
  const items = [
    !look.inThread && {
      label: "Reply in thread",
      icon: "reply",
      run: () => openThread(channel, message.thread_ts || message.ts),
    },
    { label: "Copy link", icon: "link", testid: "copy-link", run: () => copyLink(channel, message) },
    ...shortcutItems(channel, message),
  ];
  if (!mine) return items.filter((i) => i !== false);
  const own = [
    null,
    {
      label: "Edit message",
      icon: "pencil",
      testid: "edit-message",
      run: () => emit("edit", { channel, ts: message.ts, inThread: Boolean(look.inThread) }),
    },
    {
      label: "Delete message…",
      icon: "trash",
      danger: true,
      testid: "delete-message",
      run: () => deleteMessage(channel, message),
    },
  ];
  return [...items.filter((i) => i !== false), ...own];
}

function shortcutItems(channel, message) {
  const shortcuts = (state.app?.shortcuts || []).filter((s) => s.type === "message");
  if (!shortcuts.length) return [];
  const entry = (s) => ({
    label: s.name,
    icon: "bolt",
    detail: state.app.name,
    testid: `shortcut-${s.callback_id}`,
    run: () => attempt(() => post("shortcut", { callback_id: s.callback_id, channel, ts: message.ts })),
  });
  return [null, ...shortcuts.map(entry)];
}

async function copyLink(channel, message) {
  const target = { as: state.route.as, c: channel, t: isReply(message) ? message.thread_ts : null, m: message.ts };
  try {
    await navigator.clipboard.writeText(`${location.origin}/${hashOf(target)}`);
    notice("Link copied.", "info");
  } catch {
    notice("This browser does not let the page copy. The link is in the address bar when you open the message.");
  }
}

async function deleteMessage(channel, message) {
  const body = el(
    "div",
    {},
    el("p", {}, "Are you sure you want to delete this message? This can’t be undone."),
    el("div", { class: "quoted-message" }, mrkdwn(message.text)),
  );
  if (!(await askFirst({ title: "Delete message", body, yes: "Delete", danger: true }))) return;
  await attempt(() => post("delete", { channel, ts: message.ts }));
}

/** Add the acting person's reaction, or take it back. */
export function toggleReaction(channel, message, name) {
  if (!emojiFor(name)) return;
  attempt(() => post("react", { channel, ts: message.ts, name }));
}
