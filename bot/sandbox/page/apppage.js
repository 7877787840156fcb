/** The app's Home and About tabs. */

import { get } from "./api.js";
import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { renderBlocks } from "./blocks.js";
import { attempt } from "./confirm.js";
import { Form } from "./form.js";
import { appHeader } from "./header.js";
import { makeSurface } from "./surface.js";
import { person, state } from "./store.js";

let form = new Form();
let shownView = null;

/** Open the Home tab: the app hears of it and may send a fresh view. */
export async function showHome() {
  form = new Form();
  shownView = null;
  byId("main").replaceChildren(
    appHeader("home"),
    el("div", { id: "home", class: "home-scroll", data: { testid: "home" } }),
  );
  drawHome();
  const asked = performance.now();
  const answer = await attempt(() => get("home"));
  if (!answer || state.homeAt >= asked) return;
  state.home = answer.view || null;
  drawHome();
}

/** Draw the present view; what was typed into it stays. */
export function drawHome() {
  const place = byId("home");
  if (!place) return;
  const signature = JSON.stringify(state.home ?? null);
  if (signature === shownView && place.firstChild) return;
  shownView = signature;
  place.replaceChildren(homeContent());
}

function homeContent() {
  if (state.home === undefined)
    return el("div", { class: "loading", role: "status" }, el("span", { class: "spinner" }), "Loading");
  if (!state.home) return emptyHome();
  form = new Form(form);
  const surface = makeSurface({ kind: "home", form, container: { type: "view", view_id: state.home.id } });
  return el("div", { class: "home-inner" }, renderBlocks(state.home.blocks, surface));
}

function emptyHome() {
  const app = person(state.app?.bot_user);
  return el(
    "div",
    { class: "empty" },
    avatar(app, 64),
    el("h2", {}, "This is the start of your Home with ", app.real_name),
    el("p", {}, "The app has not published anything here yet."),
  );
}

/** The About tab: what the app is called and what it offers. */
export function showAbout() {
  const app = person(state.app?.bot_user);
  const card = el(
    "div",
    { class: "about", data: { testid: "about" } },
    el(
      "div",
      { class: "about-head" },
      avatar(app, 72),
      el(
        "div",
        {},
        el("h2", {}, app.real_name),
        el("p", {}, app.title || `An app in ${state.team?.name || "this workspace"}`),
      ),
    ),
    part(
      "Commands",
      (state.app?.commands || []).map((c) => entry("code", `${c.command} ${c.usage_hint || ""}`, c.description)),
    ),
    part(
      "Shortcuts",
      (state.app?.shortcuts || []).map((s) =>
        entry(
          "bolt",
          s.name,
          s.type === "message" ? "In the “More actions” menu of a message" : "In the Shortcuts menu of the message box",
        ),
      ),
    ),
    part("Details", [entry("info", "App ID", state.app?.id), entry("info", "Member ID", state.app?.bot_user)]),
  );
  byId("main").replaceChildren(appHeader("about"), el("div", { class: "home-scroll" }, card));
}

const part = (title, rows) => rows.length > 0 && el("section", { class: "about-part" }, el("h3", {}, title), rows);
const entry = (sign, name, detail) =>
  el(
    "div",
    { class: "about-row" },
    icon(sign, 18),
    el("div", {}, el("b", {}, name), el("div", { class: "muted" }, detail || "")),
  );
