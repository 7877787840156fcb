/** The middle of the page for a channel or direct message: header, messages, composer. */

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { Composer } from "./composer.js";
import { attempt } from "./confirm.js";
import { emojify } from "./emoji.js";
import { unescapeText } from "./mrkdwn.js";
import { MessageList } from "./messages.js";
import { openMenu } from "./popover.js";
import { prompts } from "./prompts.js";
import { appHeader, menuButton } from "./header.js";
import { go } from "./router.js";
import { conversation, conversationName, emit, isAppDm, person, state, threadKey } from "./store.js";

const list = new MessageList("Messages");
let shown = null;
let composer = null;
let editing = null;
let rootOfMine = null;

/** The composer of the open conversation, for the tour. */
export const mainComposer = () => composer;

/** Open a conversation in the middle of the page. */
export async function showChannel(id) {
  if (shown === id) return drawChannel();
  shown = id;
  editing = null;
  list.reset();
  composer = new Composer({
    testid: "composer",
    channel: id,
    label: `Message ${titleOf(id)}`,
    placeholder: `Message ${titleOf(id)}`,
    sent: (ts) => onSent(id, ts),
  });
  frame(id);
  drawChannel();
  await loadChannel(id);
}

/** Leave the conversation: another page takes its place. */
export function hideChannel() {
  shown = null;
  composer = null;
}

/** The id of the conversation in the middle, or null. */
export const shownChannel = () => shown;

const titleOf = (id) => (state.channels.has(id) ? `#${conversationName(id)}` : conversationName(id));

function frame(id) {
  const header = isAppDm(id) ? appHeader("messages") : channelHeader(id);
  const foot = el("div", { class: "pane-foot" }, el("div", { id: "prompts" }), composer.node);
  byId("main").replaceChildren(header, list.node, foot);
}

/** Read the history again, for instance after the connection was lost. */
export async function loadChannel(id) {
  const unread = conversation(id)?.unread || 0;
  const since = performance.now();
  const answer = await attempt(() => get("history", { channel: id }));
  if (!answer || shown !== id) return;
  const kept = (state.messages.get(id) || []).filter((m) => m.ephemeral && !answer.messages.some((n) => n.ts === m.ts));
  state.messages.set(
    id,
    [...answer.messages, ...kept].sort((a, b) => Number(a.ts) - Number(b.ts)),
  );
  if (answer.prompts) state.prompts.set(id, answer.prompts);
  for (const status of answer.statuses || []) state.statuses.set(threadKey(id, status.thread_ts), status);
  emit("loaded", { channel: id, since });
  markUnread(id, unread);
  drawChannel();
  list.listen();
  if (state.route.m) list.reveal(state.route.m);
}

/** Remember where the new messages begin, then count the conversation as read. */
function markUnread(id, unread) {
  const foreign = (state.messages.get(id) || []).filter((m) => m.user !== state.me?.id);
  state.unreadFrom = unread > 0 ? foreign.at(-Math.min(unread, foreign.length))?.ts || null : state.unreadFrom;
  const place = conversation(id);
  if (place) place.unread = 0;
  emit("sidebar");
}

/** Draw what is known of the open conversation. */
export function drawChannel() {
  if (!shown) return;
  const messages = state.messages.get(shown);
  const before = messages ? [keptIntro(shown)] : [loading()];
  list.draw({
    channel: shown,
    messages: messages || [],
    inThread: false,
    before,
    editing: editing?.inThread ? null : editing?.ts,
  });
  byId("prompts")?.replaceChildren(...prompts(shown, (text) => sendPrompt(text)));
}

function sendPrompt(text) {
  state.prompts.delete(shown);
  composer.fill(text, { focus: false });
  composer.submit();
}

/** In the app's conversation each question is the root of a thread: it opens as soon as the app answers there. */
function onSent(id, ts) {
  state.unreadFrom = null;
  if (!isAppDm(id)) return;
  rootOfMine = ts;
  state.prompts.delete(id);
  drawChannel();
  followThread(id, earlyThreads.has(ts) ? ts : null);
}

/** Threads that moved before the answer to the post told their root's ts. */
const earlyThreads = new Set();

/** The app said or does something in a thread: show it when its root is this tab's own last question. */
export function followThread(channel, threadTs) {
  if (!threadTs) return;
  earlyThreads.add(threadTs);
  if (channel === shown && isAppDm(channel) && threadTs === rootOfMine) {
    rootOfMine = null;
    go({ c: channel, t: threadTs });
  }
}

/** Turn one message into an editor, or none. */
export function setEditing(target) {
  editing = target;
}

export const editingIn = (inThread) => (editing && editing.inThread === inThread ? editing.ts : null);

const loading = () =>
  el("div", { class: "loading", role: "status" }, el("span", { class: "spinner" }), "Loading messages");

const intros = new Map();

function keptIntro(id) {
  const key = `${state.me?.id}:${id}`;
  if (!intros.has(key)) intros.set(key, intro(id));
  return intros.get(key);
}

function intro(id) {
  const channel = state.channels.get(id);
  if (channel) {
    const title = el("h2", { class: "intro-title" }, icon(channel.private ? "lock" : "hash", 26), channel.name);
    return el(
      "div",
      { class: "intro" },
      title,
      el("p", {}, `This is the very beginning of the `, el("b", {}, channel.name), " channel. ", topicText(channel)),
    );
  }
  const other = person(state.ims.get(id)?.with);
  const words = other.is_bot
    ? ["This is the very beginning of your conversation with ", el("b", {}, other.real_name), "."]
    : ["This conversation is just between ", el("b", {}, other.real_name), " and you."];
  return el(
    "div",
    { class: "intro" },
    avatar(other, 72),
    el("h2", { class: "intro-title" }, other.real_name, other.is_bot && el("span", { class: "app-badge" }, "APP")),
    el("p", {}, words),
  );
}

const topicText = (channel) => emojify(unescapeText(channel.topic || ""));

function channelHeader(id) {
  const channel = state.channels.get(id);
  return el(
    "header",
    { class: "pane-head" },
    menuButton(),
    channel ? channelTitle(channel) : personTitle(id),
    channel && facepile(channel),
  );
}

function channelTitle(channel) {
  const title = el("h1", { class: "pane-title" }, icon(channel.private ? "lock" : "hash", 18), channel.name);
  return el(
    "div",
    { class: "pane-names" },
    title,
    channel.topic && el("p", { class: "topic", title: topicText(channel) }, topicText(channel)),
  );
}

function personTitle(id) {
  const other = person(state.ims.get(id)?.with);
  return el(
    "div",
    { class: "pane-names" },
    el("h1", { class: "pane-title" }, avatar(other, 24), other.real_name),
    el("p", { class: "topic" }, other.title || ""),
  );
}

function facepile(channel) {
  const members = (channel.members || []).map(person);
  const open = (event) =>
    openMenu(
      event.currentTarget,
      members.map((p) => ({ label: p.real_name, detail: p.is_bot ? "App" : p.title, lead: avatar(p, 28) })),
      { label: "Members" },
    );
  const props = {
    type: "button",
    class: "facepile",
    "aria-label": `${members.length} members`,
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    data: { testid: "members" },
  };
  return el(
    "button",
    { ...props, on: { click: open } },
    el(
      "span",
      { class: "faces" },
      members.slice(0, 3).map((p) => avatar(p, 22)),
    ),
    String(members.length),
  );
}
