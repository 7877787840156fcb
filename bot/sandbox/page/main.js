/** Starts the page and keeps what is shown in step with the URL hash and the server. */

import { get, post } from "./api.js";
import { byId } from "./dom.js";
import { drawHome, showAbout, showHome } from "./apppage.js";
import { drawChannel, hideChannel, loadChannel, setEditing, showChannel, shownChannel } from "./channel.js";
import { attempt } from "./confirm.js";
import { appHeader } from "./header.js";
import { listen } from "./live.js";
import { recall, remember } from "./memory.js";
import { dropViews } from "./modal.js";
import { closePopover } from "./popover.js";
import { drawTitle, readShown, replayPushes, takePush } from "./pushes.js";
import { appTab, go, openUrl, readHash } from "./router.js";
import { startSidebar } from "./sidebar.js";
import { startStatusClock } from "./status.js";
import { conversation, emit, on, resetPerson, setWorkspace, state } from "./store.js";
import { drawThread, loadThread, showThread } from "./thread.js";
import { startTopbar } from "./topbar.js";
import { fillWhenThere, startTour } from "./tour.js";

let turn = 0;

/** Bring the page to what the hash says. A newer hash overtakes an older one. */
async function arrive() {
  turn += 1;
  const mine = turn;
  closePopover();
  const next = readHash();
  if (next.as !== state.route.as || !state.me) await become(next, mine);
  if (mine !== turn || !state.me) return;
  state.route = { ...next, as: state.me.id };
  if (next.as !== state.me.id) return go(next.as ? { c: "messages" } : next, { replace: true });
  if (!(await settle(mine))) return;
  emit("route");
  drawTitle();
  await show(mine);
  fillWhenThere();
}

/** Load the workspace as the wanted person, or as the first one there is. */
async function become(next, mine) {
  resetPerson();
  dropViews();
  setEditing(null);
  hideChannel();
  state.route = { ...next };
  if (!next.as) state.route.as = await firstPerson();
  const data = (await get("workspace").catch(() => null)) || (await asFirstPerson());
  if (!data || mine !== turn) return;
  setWorkspace(data);
  remember(PERSON_KEY, state.me.id);
  listen(state.me.id);
}

/** An unknown person in the hash becomes the first one that there is. */
async function asFirstPerson() {
  state.route.as = await firstPerson();
  return state.route.as && attempt(() => get("workspace"));
}

const PERSON_KEY = "sandbox-person"; // a link without a person opens as the one who was here last

async function firstPerson() {
  state.route.as = null;
  const data = await attempt(() => get("workspace"));
  const people = (data?.people || []).filter((p) => !p.is_bot);
  return (people.find((p) => p.id === recall(PERSON_KEY)) || people[0])?.id || null;
}

/** Names become ids, and places that this person cannot see become one that they can. Returns false while going elsewhere. */
async function settle(mine) {
  const { c } = state.route;
  const named = [...state.channels.values()].find((x) => x.name === c);
  if (named) return redirect({ c: named.id, t: state.route.t });
  if (conversation(c) || appTab(c) === "home" || c === "about") return true;
  if (c === "messages" || !c) return openMessagesTab(mine);
  return redirect({ c: "messages" });
}

function redirect(target) {
  go(target, { replace: true });
  return false;
}

/** The Messages tab is the direct message with the app, which the server makes when it is first opened. */
async function openMessagesTab(mine) {
  const answer = await attempt(() => post("messages_tab"));
  if (!answer || mine !== turn) return false;
  told = answer.channel;
  if (!conversation(answer.channel)) setWorkspace((await attempt(() => get("workspace"))) || {});
  return redirect({ c: answer.channel, t: state.route.t, m: state.route.m });
}

/** The conversation about which the app was just told that it is open. */
let told = null;

async function show(mine) {
  const { c, t } = state.route;
  const tab = appTab(c);
  if (tab === "home" || tab === "about") {
    hideChannel();
    showThread(null, null);
    await (tab === "home" ? showHome() : showAbout());
    return;
  }
  if (tab === "messages" && c !== told && c !== shownChannel()) await attempt(() => post("messages_tab"));
  told = null;
  if (mine !== turn) return;
  await Promise.all([showChannel(c), showThread(c, t)]);
}

function redraw() {
  drawChannel();
  drawThread();
}

/** After a lost connection everything on screen is read again. */
let wasLost = false;

async function onLiveOpen() {
  byId("offline").hidden = true;
  if (!wasLost) return;
  wasLost = false;
  const as = state.route.as;
  const data = await get("workspace").catch(() => null);
  if (!data || as !== state.route.as) return;
  setWorkspace(data);
  if (shownChannel()) await loadChannel(shownChannel());
  await loadThread();
  drawHome();
}

function onLiveClosed() {
  wasLost = true;
  byId("offline").hidden = false;
}

/** The last own message of the open conversation, for the up arrow. */
function editLast(event) {
  if (event.key !== "ArrowUp" || event.target.value || event.target.dataset.testid !== "composer") return;
  const own = (state.messages.get(shownChannel()) || []).filter(
    (m) => m.user === state.me?.id && !m.bot_id && !m.ephemeral,
  );
  if (!own.length) return;
  event.preventDefault();
  emit("edit", { channel: shownChannel(), ts: own.at(-1).ts, inThread: false });
}

function drawHeader() {
  const old = byId("main").querySelector(".pane-head-app");
  if (old) old.replaceWith(appHeader(appTab(state.route.c)));
}

/** A permalink that was opened in a new tab becomes the hash of the same message. */
function takePermalink() {
  if (!location.pathname.startsWith("/archives/")) return;
  const here = location.href;
  history.replaceState(null, "", "/");
  state.route = readHash("");
  openUrl(here);
}

function start() {
  takePermalink();
  byId("skip").addEventListener("click", () => byId("main").focus());
  startSidebar();
  startTopbar();
  startTour();
  startStatusClock(redraw);
  on("messages", redraw);
  on("sidebar", drawTitle);
  on("app-connection", drawHeader);
  on("edit", (target) => {
    setEditing(target);
    redraw();
  });
  on("push", takePush);
  on("loaded", replayPushes);
  on("live-open", onLiveOpen);
  on("live-closed", onLiveClosed);
  on("reset", () => {
    state.me = null;
    arrive();
  });
  document.addEventListener("keydown", editLast);
  document.addEventListener("visibilitychange", readShown);
  window.addEventListener("hashchange", arrive);
  arrive();
}

start();
