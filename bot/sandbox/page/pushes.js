/** What each push of the live socket does to this tab. */

import { drawChannel, followThread, shownChannel } from "./channel.js";
import { drawThread } from "./thread.js";
import { drawHome } from "./apppage.js";
import { openView, pushView, removeView, updateView } from "./modal.js";
import { notice } from "./confirm.js";
import { get, post } from "./api.js";
import {
  conversation,
  dropMessage,
  emit,
  findMessage,
  isReply,
  person,
  putMessage,
  setWorkspace,
  state,
  threadKey,
} from "./store.js";
import { appTab } from "./router.js";

const KEPT_PUSHES = 200; // far more than come in while one answer is on its way

/** The latest pushes and when they came: an answer that was made earlier may arrive later than they did. */
const recent = [];

/** Do what one push says; unknown kinds are for newer pages. */
export function takePush(push) {
  recent.push({ at: performance.now(), push });
  if (recent.length > KEPT_PUSHES) recent.shift();
  KINDS[push.type]?.(push);
}

/** Apply once more what came while a history or thread was being read. */
export function replayPushes({ channel, since }) {
  for (const { at, push } of recent) {
    if (at >= since && push.channel === channel) REPLAYED[push.type]?.(push);
  }
}

const REPLAYED = {
  message: ({ channel, message }) => putMessage(channel, message),
  message_changed: ({ channel, message }) => putMessage(channel, message),
  message_deleted: ({ channel, ts }) => dropMessage(channel, ts),
  reaction: onReaction,
};

const KINDS = {
  message: onMessage,
  message_changed: ({ channel, message }) => putMessage(channel, message),
  message_deleted: ({ channel, ts }) => dropMessage(channel, ts),
  reaction: onReaction,
  view_open: ({ view }) => openView(view),
  view_push: ({ view }) => pushView(view),
  view_update: onViewUpdate,
  view_close: ({ view_id: id }) => removeView(id),
  home: onHome,
  status: onStatus,
  prompts: onPrompts,
  unread: onUnread,
  app: onApp,
  notice: ({ text }) => notice(text),
  reset: () => emit("reset"),
};

function onMessage({ channel, message }) {
  putMessage(channel, message);
  if (message.bot_id) clearStatus(channel, message.thread_ts || message.ts);
  if (isReply(message) && message.bot_id) followThread(channel, message.thread_ts);
  if (!conversation(channel)) refreshWorkspace();
}

async function refreshWorkspace() {
  const as = state.route.as;
  const data = await get("workspace").catch(() => null);
  if (data && state.route.as === as) setWorkspace(data);
}

function onReaction({ channel, ts, reactions }) {
  const message = findMessage(channel, ts);
  if (message) putMessage(channel, { ...message, reactions });
}

function onViewUpdate({ view }) {
  if (view.type === "home") onHome({ view });
  else updateView(view);
}

function onHome({ view }) {
  state.home = view;
  state.homeAt = performance.now();
  drawHome();
}

function onStatus({ channel, thread_ts: ts, status, loading_messages }) {
  if (!status) clearStatus(channel, ts);
  else state.statuses.set(threadKey(channel, ts), { status, loading_messages });
  if (status) followThread(channel, ts);
  drawChannel();
  drawThread();
}

function clearStatus(channel, ts) {
  if (!state.statuses.delete(threadKey(channel, ts))) return;
  drawChannel();
  drawThread();
}

function onPrompts({ channel, title, prompts }) {
  state.prompts.set(channel, { title, prompts });
  drawChannel();
}

/** A conversation that is open and looked at has nothing unread. */
function onUnread({ channel, n }) {
  const place = conversation(channel);
  if (!place) return;
  const watching = channel === shownChannel() && document.visibilityState === "visible";
  place.unread = watching ? 0 : n;
  emit("sidebar");
  if (watching && n > 0) post("read", { channel }).catch(() => null);
}

function onApp({ connected }) {
  if (!state.app) return;
  state.app.connected = connected;
  emit("sidebar");
  if (appTab(state.route.c)) emit("app-connection");
}

/** Coming back to the tab means reading what is in it. */
export function readShown() {
  const place = conversation(shownChannel());
  if (document.visibilityState === "visible" && place?.unread > 0) onUnread({ channel: place.id, n: place.unread });
}

/** The title of the browser tab counts what is unread. */
export function drawTitle() {
  const waiting = [...state.channels.values(), ...state.ims.values()].some((c) => c.unread > 0);
  const who = state.me ? person(state.me.id).real_name : "";
  document.title = `${waiting ? "● " : ""}${who ? `${who} · ` : ""}${state.team?.name || "Workspace"}`;
}
