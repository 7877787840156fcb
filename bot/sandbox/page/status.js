/** The line that tells what the app is doing in a thread. */

import { el } from "./dom.js";
import { avatar } from "./chips.js";
import { person, state, threadKey } from "./store.js";

const NEXT_WORDS_MS = 3_000; // the pace at which Slack goes through an app's loading messages

/** The line of a thread, or null when the app is idle there. */
export function statusLine(channel, threadTs) {
  const status = state.statuses.get(threadKey(channel, threadTs));
  if (!status) return null;
  const app = person(state.app?.bot_user);
  const words = el("span", { class: "status-words" }, lineOf(app.real_name, status, status.step || 0));
  return el(
    "div",
    { class: "status-line", role: "status", data: { testid: "status-line" } },
    avatar(app, 20),
    words,
    el("span", { class: "status-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
  );
}

function lineOf(name, status, step) {
  const rotating = status.loading_messages || [];
  return rotating.length ? rotating[step % rotating.length] : `${name} ${status.status}`;
}

/** Let lines with several messages move on; `redraw` shows them. */
export function startStatusClock(redraw) {
  setInterval(() => {
    const moving = [...state.statuses.values()].filter((s) => s.loading_messages?.length > 1);
    for (const status of moving) status.step = (status.step || 0) + 1;
    if (moving.length) redraw();
  }, NEXT_WORDS_MS);
}
