/** A scrolling list of messages that keeps its place: day dividers, groups, the unread line. */

import { el, syncChildren } from "./dom.js";
import { icon } from "./icons.js";
import { renderMessage } from "./message.js";
import { dayLabel, sameDay } from "./time.js";
import { isReply, state, threadKey } from "./store.js";

const GROUP_S = 5 * 60; // Slack puts messages of one author within five minutes under one name
const QUIET_MS = 500; // the time in which a conversation that was just opened is drawn
const TALL_MARGIN = 160; // pixels that the composer and the line above a message take
const NEAR_END = 120; // pixels from the end within which new messages pull the list along

/** @typedef {{channel: string, messages: Object[], inThread: boolean, before?: Node[], after?: Node[], editing?: ?string}} ListContent */

export class MessageList {
  /** @param {string} label for screen readers */
  constructor(label) {
    this.cache = new Map();
    this.inner = el("div", { class: "messages-inner", role: "log", "aria-live": "off", "aria-relevant": "additions" });
    this.jump = el(
      "button",
      { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } },
      icon("arrowDown", 16),
      "New messages",
    );
    this.scroller = el(
      "div",
      { class: "messages-scroll", role: "region", "aria-label": label, tabindex: "-1" },
      this.inner,
    );
    this.node = el("div", { class: "messages" }, this.scroller, this.jump);
    this.stuck = true;
    this.scroller.addEventListener("scroll", () => this.onScroll());
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.inner);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
  }

  /** Forget the drawn messages: another conversation comes. */
  reset() {
    this.inner.setAttribute("aria-live", "off");
    this.cache.clear();
    this.lastTs = null;
    this.stuck = true;
    this.held = false;
    this.jump.hidden = true;
  }

  /** Draw the content; what has not changed keeps its nodes. @param {ListContent} content */
  draw(content) {
    const nodes = [...(content.before || []), ...this.rows(content), ...(content.after || [])];
    syncChildren(this.inner, nodes);
    const newest = content.messages.at(-1);
    const own = newest?.user === state.me?.id;
    if (this.stuck && this.isTall(newest)) this.toStartOf(newest.ts);
    else if (this.stuck || (own && newest.ts !== this.lastTs)) this.toEnd();
    else if (this.lastTs && newest && Number(newest.ts) > Number(this.lastTs)) this.jump.hidden = false;
    this.lastTs = newest?.ts || this.lastTs;
  }

  rows(content) {
    const rows = [];
    const used = new Set();
    content.messages.forEach((message, i) => {
      const previous = content.messages[i - 1];
      if (!content.inThread && (!previous || !sameDay(previous.ts, message.ts)))
        rows.push(...this.day(used, message.ts));
      const unread = !content.inThread && message.ts === state.unreadFrom;
      if (unread) rows.push(this.keep(used, "new", message.ts, newLine));
      rows.push(this.row(used, content, message, !unread && previous));
      if (content.inThread && i === 0)
        rows.push(
          this.keep(used, "count", String(content.messages.length), () => replyCount(content.messages.length - 1)),
        );
    });
    for (const key of [...this.cache.keys()]) if (!used.has(key)) this.cache.delete(key);
    return rows;
  }

  /** The line of a day scrolls away; its label stays at the top while the day lasts. */
  day(used, ts) {
    const label = dayLabel(ts);
    return [
      this.keep(used, `line-${label}`, "", () => el("div", { class: "day-line" })),
      this.keep(used, `day-${label}`, "", () => dayDivider(ts)),
    ];
  }

  row(used, { channel, inThread, editing }, message, previous) {
    const look = {
      inThread,
      compact: Boolean(previous) && grouped(previous, message) && !(inThread && previous.ts === message.thread_ts),
      editing: editing === message.ts,
      highlighted: state.route.m === message.ts,
    };
    const status = inThread ? null : state.statuses.get(threadKey(channel, message.ts));
    const signature = JSON.stringify([message, look, status, sameDay(message.ts, Date.now() / 1000)]);
    return this.keep(used, `m-${message.ts}`, signature, () => renderMessage(channel, message, look));
  }

  /** The drawn node of before if it would come out the same. */
  keep(used, key, signature, make) {
    used.add(key);
    const old = this.cache.get(key);
    if (old?.signature === signature) return old.node;
    const node = make();
    if (old?.node.contains(document.activeElement)) requestAnimationFrame(() => refocus(node));
    this.cache.set(key, { signature, node });
    return node;
  }

  /** From now on a screen reader says what comes in; what was there before stays unsaid. */
  listen() {
    setTimeout(() => this.inner.setAttribute("aria-live", "polite"), QUIET_MS);
  }

  /** A new answer that does not fit is read from its first line. */
  isTall(newest) {
    if (!newest || newest.ts === this.lastTs || newest.user === state.me?.id) return false;
    const node = this.nodeOf(newest.ts);
    return Boolean(node) && node.offsetHeight > this.scroller.clientHeight - TALL_MARGIN;
  }

  toStartOf(ts) {
    this.stuck = false;
    this.held = true;
    this.nodeOf(ts).scrollIntoView({ block: "start" });
  }

  nodeOf(ts) {
    return [...this.inner.querySelectorAll("[data-ts]")].find((n) => n.dataset.ts === ts);
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
    this.stuck = true;
    this.held = false;
  }

  /** Bring one message into view and hold it there. */
  reveal(ts) {
    const node = this.nodeOf(ts);
    if (!node) return;
    this.stuck = false;
    this.held = true;
    node.scrollIntoView({ block: "center" });
  }

  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < (this.held ? 1 : NEAR_END);
    if (this.stuck) this.jump.hidden = true;
  }

  /** Arrow keys walk from message to message when one of them has the focus. */
  onKey(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.classList.contains("message")) return;
    const all = [...this.inner.querySelectorAll(".message")];
    const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  }
}

/** After a redraw the keyboard goes on where it was: in the same message. */
function refocus(node) {
  if (node.isConnected && document.activeElement === document.body) node.focus?.({ preventScroll: true });
}

function grouped(previous, message) {
  if (message.subtype || previous.subtype || message.ephemeral || previous.ephemeral) return false;
  const same =
    previous.user === message.user && previous.bot_id === message.bot_id && previous.username === message.username;
  return (
    same &&
    !isReplyRoot(previous) &&
    sameDay(previous.ts, message.ts) &&
    Number(message.ts) - Number(previous.ts) < GROUP_S
  );
}

const isReplyRoot = (message) => !isReply(message) && message.reply_count > 0;

const newLine = () =>
  el("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, el("span", {}, "New"));

function replyCount(n) {
  if (n < 1) return el("div", { class: "reply-divider no-replies" });
  return el(
    "div",
    { class: "reply-divider", role: "separator" },
    el("span", {}, `${n} ${n === 1 ? "reply" : "replies"}`),
  );
}

function dayDivider(ts) {
  const label = dayLabel(ts);
  return el("div", { class: "day", role: "separator", "aria-label": label }, el("span", { class: "day-label" }, label));
}
