/** What this tab knows, in one place, and who wants to hear when it changes. */

/** @type {Map<string, Set<Function>>} */
const listeners = new Map();

/** The state of this tab. Only the functions below and main.js write it. */
export const state = {
  /** @type {{as: ?string, c: ?string, t: ?string, m: ?string}} the URL hash, parsed */
  route: { as: null, c: null, t: null, m: null },
  team: null,
  me: null,
  app: null,
  people: new Map(),
  channels: new Map(),
  ims: new Map(),
  messages: new Map(),
  threads: new Map(),
  /** the app's Home view: undefined until it was read, null when there is none */
  home: undefined,
  /** when the latest Home view was pushed */
  homeAt: 0,
  statuses: new Map(),
  prompts: new Map(),
  drafts: new Map(),
  /** ts of the first unread message of the open conversation */
  unreadFrom: null,
};

/** Call `fn` whenever `name` is emitted. Returns the way to stop. */
export function on(name, fn) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(fn);
  return () => listeners.get(name).delete(fn);
}

/** Tell everyone who listens to `name`. */
export function emit(name, detail) {
  for (const fn of [...(listeners.get(name) || [])]) fn(detail);
}

/** Take over a workspace answer for the acting person. */
export function setWorkspace(data) {
  state.team = data.team;
  state.me = data.me || null;
  state.app = data.app;
  state.people = new Map((data.people || []).map((p) => [p.id, p]));
  state.channels = new Map((data.channels || []).map((c) => [c.id, c]));
  state.ims = new Map((data.ims || []).map((d) => [d.id, d]));
  emit("workspace");
}

/** Forget everything that belongs to the person who was here before. */
export function resetPerson() {
  for (const key of ["messages", "threads", "statuses", "prompts", "drafts"]) state[key] = new Map();
  state.home = undefined;
  state.me = null;
  state.unreadFrom = null;
}

/** @returns {{id: string, name: string, real_name: string}} a person, or a stand-in for an unknown id */
export function person(id) {
  return (
    state.people.get(id) || {
      id,
      name: id,
      real_name: id === "USLACKBOT" ? "Slackbot" : id || "Someone",
      color: "#616061",
    }
  );
}

export const conversation = (id) => state.channels.get(id) || state.ims.get(id) || null;

/** The direct message between this person and the app, if it was opened before. */
export function appDm() {
  return [...state.ims.values()].find((im) => im.with === state.app?.bot_user) || null;
}

export const isAppDm = (id) => Boolean(id) && appDm()?.id === id;

/** The name of a conversation as a title: "it-help", "Liam Okafor". */
export function conversationName(id) {
  const channel = state.channels.get(id);
  if (channel) return channel.name;
  const im = state.ims.get(id);
  return im ? person(im.with).real_name : "";
}

export const threadKey = (channel, ts) => `${channel}:${ts}`;

const byTs = (a, b) => Number(a.ts) - Number(b.ts);

/** Put a message in its place in a list that is sorted by ts; a message of the same ts is replaced. */
function upsert(list, message) {
  const rest = list.filter((m) => m.ts !== message.ts);
  return [...rest, message].sort(byTs);
}

export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

/** Record a new or changed message. Returns true when it was not known before. */
export function putMessage(channel, message) {
  const known = Boolean(findMessage(channel, message.ts));
  if (isReply(message)) putReply(channel, message, known);
  else putTop(channel, message);
  emit("messages", { channel });
  return !known;
}

function putTop(channel, message) {
  if (state.messages.has(channel)) state.messages.set(channel, upsert(state.messages.get(channel), message));
  const key = threadKey(channel, message.ts);
  if (state.threads.has(key)) state.threads.set(key, upsert(state.threads.get(key), message));
}

function putReply(channel, message, known) {
  const key = threadKey(channel, message.thread_ts);
  if (state.threads.has(key) || message.ephemeral)
    state.threads.set(key, upsert(state.threads.get(key) || [], message));
  if (message.ephemeral) return;
  const root = findMessage(channel, message.thread_ts);
  if (root && !known && Number(message.ts) > Number(root.latest_reply || 0)) countReply(channel, root, message);
}

/** The root's own change event carries the true numbers; this only bridges the moment until it arrives. */
function countReply(channel, root, reply) {
  const users = [...new Set([...(root.reply_users || []), reply.user])];
  putTop(channel, { ...root, reply_count: (root.reply_count || 0) + 1, reply_users: users, latest_reply: reply.ts });
}

/** Drop a message. */
export function dropMessage(channel, ts) {
  for (const [key, list] of state.threads) {
    if (key.startsWith(`${channel}:`))
      state.threads.set(
        key,
        list.filter((m) => m.ts !== ts),
      );
  }
  if (state.messages.has(channel))
    state.messages.set(
      channel,
      state.messages.get(channel).filter((m) => m.ts !== ts),
    );
  emit("messages", { channel });
}

/** A message of the channel, top level or in a thread that was opened. */
export function findMessage(channel, ts) {
  const top = (state.messages.get(channel) || []).find((m) => m.ts === ts);
  if (top) return top;
  for (const [key, list] of state.threads) {
    const found = key.startsWith(`${channel}:`) && list.find((m) => m.ts === ts);
    if (found) return found;
  }
  return null;
}
