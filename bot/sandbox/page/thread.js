/** The thread pane on the right. */

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { Composer } from "./composer.js";
import { attempt } from "./confirm.js";
import { MessageList } from "./messages.js";
import { closeThread } from "./router.js";
import { statusLine } from "./status.js";
import { editingIn } from "./channel.js";
import { conversationName, emit, state, threadKey } from "./store.js";

const list = new MessageList("Thread");
let shown = null;
let composer = null;

/** The composer of the open thread. */
export const threadComposer = () => composer;

const same = (channel, ts) => shown && shown.channel === channel && shown.ts === ts;

/** Show a thread, or none. */
export async function showThread(channel, ts) {
  if (!channel || !ts) return hideThread();
  if (same(channel, ts)) return drawThread();
  const focus = !byId("main").contains(document.activeElement) || !document.activeElement.value;
  shown = { channel, ts };
  list.reset();
  composer = new Composer({
    testid: "thread-composer",
    label: "Reply in thread",
    channel,
    threadTs: ts,
    placeholder: "Reply…",
  });
  frame();
  drawThread();
  if (focus && matchMedia("(hover: hover)").matches) composer.field.focus({ preventScroll: true });
  await loadThread();
}

function hideThread() {
  shown = null;
  composer = null;
  byId("thread").hidden = true;
  byId("thread").replaceChildren();
  document.body.classList.remove("with-thread");
}

function frame() {
  const name = conversationName(shown.channel);
  const place = state.channels.has(shown.channel) ? `#${name}` : name;
  const close = el(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Close thread",
      data: { testid: "thread-close" },
      on: { click: closeThread },
    },
    icon("close"),
  );
  const back = el(
    "button",
    {
      type: "button",
      class: "icon-button only-narrow",
      "aria-label": "Back to the conversation",
      on: { click: closeThread },
    },
    icon("back"),
  );
  const head = el(
    "header",
    { class: "pane-head" },
    back,
    el(
      "div",
      { class: "pane-names thread-names" },
      el("h2", { class: "pane-title" }, "Thread"),
      el("p", { class: "topic" }, place),
    ),
    close,
  );
  byId("thread").replaceChildren(head, list.node);
  byId("thread").hidden = false;
  document.body.classList.add("with-thread");
}

/** Read the thread again. */
export async function loadThread() {
  if (!shown) return;
  const { channel, ts } = shown;
  const since = performance.now();
  const answer = await attempt(() => get("thread", { channel, ts }));
  if (!answer || !same(channel, ts)) return;
  const key = threadKey(channel, ts);
  const kept = (state.threads.get(key) || []).filter((m) => m.ephemeral && !answer.messages.some((n) => n.ts === m.ts));
  state.threads.set(
    key,
    [...answer.messages, ...kept].sort((a, b) => Number(a.ts) - Number(b.ts)),
  );
  emit("loaded", { channel, since });
  drawThread();
  list.listen();
  if (state.route.m) list.reveal(state.route.m);
}

/** Draw what is known of the open thread. */
export function drawThread() {
  if (!shown) return;
  const { channel, ts } = shown;
  const root = (state.messages.get(channel) || []).filter((m) => m.ts === ts);
  const messages = state.threads.get(threadKey(channel, ts)) || root;
  list.draw({
    channel,
    messages,
    inThread: true,
    after: [statusLine(channel, ts), composer.node].filter(Boolean),
    editing: editingIn(true),
  });
}
