/** The socket over which the server tells what changes. It comes back by itself. */

import { emit } from "./store.js";

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

let socket = null;
let wait = FIRST_WAIT_MS;
let wanted = null;
let timer = 0;

/** Listen as this person; an earlier person's socket is closed. */
export function listen(as) {
  wanted = as;
  wait = FIRST_WAIT_MS;
  clearTimeout(timer);
  socket?.close();
  open();
}

function open() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/ui/live?as=${encodeURIComponent(wanted)}`);
  socket = mine;
  mine.addEventListener("open", () => opened(mine));
  mine.addEventListener("message", (event) => socket === mine && receive(event.data));
  mine.addEventListener("close", () => closed(mine));
}

function opened(mine) {
  if (socket !== mine) return;
  wait = FIRST_WAIT_MS;
  document.documentElement.dataset.live = "open";
  emit("live-open");
}

function closed(mine) {
  if (socket !== mine) return;
  document.documentElement.dataset.live = "closed";
  emit("live-closed");
  timer = setTimeout(open, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
}

/** One push may hold several JSON lines. */
function receive(data) {
  for (const line of String(data).split("\n")) {
    if (line.trim()) emit("push", JSON.parse(line));
  }
}
