/** The URL hash: who is acting, which conversation is open, which thread. Tests and links can open any state. */

import { appDm, state } from "./store.js";

/** @returns {{as: ?string, c: ?string, t: ?string, m: ?string}} */
export function readHash(hash = location.hash) {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  return { as: query.get("as"), c: query.get("c"), t: query.get("t"), m: query.get("m") };
}

/** The hash of a state; empty parts are left out. */
export function hashOf(route) {
  const parts = ["as", "c", "t", "m"]
    .filter((key) => route[key])
    .map((key) => `${key}=${encodeURIComponent(route[key])}`);
  return `#${parts.join("&")}`;
}

/** Go somewhere as the present person. `replace` leaves no step in the history. */
export function go(target, { replace = false } = {}) {
  const next = hashOf({ ...target, as: target.as || state.route.as });
  if (next === location.hash) return;
  if (replace) location.replace(next);
  else location.hash = next;
}

/** Open the thread beside the present conversation. */
export const openThread = (channel, ts) => go({ c: channel, t: ts });

/** Close the thread pane. */
export const closeThread = () => go({ c: state.route.c });

/** The parts of the app's own page and the names they have in the hash. */
export const APP_TABS = ["home", "messages", "about"];

/** Which tab of the app the route shows, or null for an ordinary conversation. */
export function appTab(c) {
  if (c === state.app?.id) return "home";
  if (APP_TABS.includes(c)) return c;
  return c && appDm()?.id === c ? "messages" : null;
}

function openPermalink(url) {
  const match = /^\/archives\/([A-Z0-9]+)(?:\/p(\d{10})(\d{6}))?\/?$/.exec(url.pathname);
  const ours = url.host === location.host || url.host === `${state.team?.domain}.slack.com`;
  if (!match || !ours) return false;
  const ts = match[2] ? `${match[2]}.${match[3]}` : null;
  go({ c: match[1], t: url.searchParams.get("thread_ts"), m: ts });
  return true;
}

function openDeepLink(url) {
  const kind = url.host || url.pathname.replace(/^\/+/, "");
  const query = url.searchParams;
  if (kind === "app") go({ c: query.get("tab") || "messages" });
  else if (kind === "channel") go({ c: query.get("id") });
  return true;
}

/** Follow an address that points into this workspace. Returns false for any other. */
export function openUrl(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return false;
  }
  if (url.protocol === "slack:") return openDeepLink(url);
  return openPermalink(url);
}
