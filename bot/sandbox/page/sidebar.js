/** The list of channels, people and the app. */

import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { hashOf } from "./router.js";
import { on, person, state } from "./store.js";

const folded = new Set();

/** Begin to draw the sidebar whenever something in it changes. */
export function startSidebar() {
  for (const name of ["workspace", "sidebar", "route"]) on(name, drawSidebar);
  on("drawer", setDrawer);
  byId("scrim").addEventListener("click", () => setDrawer(false));
  byId("sidebar").addEventListener("keydown", (event) => event.key === "Escape" && setDrawer(false));
  byId("sidebar").addEventListener("click", (event) => event.target.closest("a") && setDrawer(false));
}

function setDrawer(open) {
  document.body.classList.toggle("drawer-open", open);
  if (open) byId("sidebar").querySelector("a")?.focus();
}

function drawSidebar() {
  if (!state.team) return;
  byId("team-name").textContent = state.team.name;
  byId("team-tile").textContent = state.team.name.slice(0, 1);
  const lists = [
    section("Channels", channelItems()),
    section("Direct messages", dmItems()),
    section("Apps", appItems()),
  ];
  byId("sidebar-list").replaceChildren(...lists);
}

function section(title, items) {
  const shut = folded.has(title);
  const toggle = () => {
    if (!folded.delete(title)) folded.add(title);
    drawSidebar();
  };
  const head = el(
    "button",
    { type: "button", class: `side-head${shut ? " shut" : ""}`, "aria-expanded": String(!shut), on: { click: toggle } },
    icon("caret", 16),
    title,
  );
  const shown = shut ? items.filter((i) => i.classList.contains("current") || i.classList.contains("unread")) : items;
  return el(
    "section",
    { class: "side-section" },
    head,
    el(
      "ul",
      {},
      shown.map((i) => el("li", {}, i)),
    ),
  );
}

function item({ c, testid, lead, label, unread = 0, badge = 0, sub = false, extra = null }) {
  const current = state.route.c === c;
  const classes = ["side-item", current && "current", unread > 0 && !current && "unread", sub && "side-sub"];
  const spoken = unread > 0 && !current ? `${label}, ${unread} unread` : label;
  return el(
    "a",
    {
      class: classes.filter(Boolean).join(" "),
      href: hashOf({ as: state.route.as, c }),
      "aria-current": current ? "page" : null,
      "aria-label": spoken,
      data: { testid },
    },
    el("span", { class: "side-lead" }, lead),
    el("span", { class: "side-label" }, label),
    extra,
    badge > 0 && !current && el("span", { class: "badge" }, String(badge)),
  );
}

function channelItems() {
  const mine = [...state.channels.values()].filter((c) => c.is_member !== false);
  mine.sort((a, b) => a.name.localeCompare(b.name));
  return mine.map((c) =>
    item({
      c: c.id,
      testid: `channel-${c.name}`,
      lead: icon(c.private ? "lock" : "hash", 16),
      label: c.name,
      unread: c.unread,
      badge: c.mentions,
    }),
  );
}

function dmItems() {
  const people = [...state.ims.values()].filter((im) => im.with !== state.app?.bot_user);
  return people.map((im) => {
    const who = person(im.with);
    const you = im.with === state.me?.id && el("span", { class: "side-you" }, "you");
    return item({
      c: im.id,
      testid: `dm-${who.name}`,
      lead: avatar(who, 20),
      label: who.real_name,
      unread: im.unread,
      badge: im.unread,
      extra: you,
    });
  });
}

function appItems() {
  const app = person(state.app?.bot_user);
  const dm = [...state.ims.values()].find((im) => im.with === state.app?.bot_user);
  const messages = dm?.id || "messages";
  const away = state.app?.connected === false;
  const top = item({
    c: messages,
    testid: "app",
    lead: avatar(app, 20),
    label: app.real_name,
    unread: dm?.unread,
    badge: dm?.unread,
    extra: el("span", { class: `presence${away ? " away" : ""}`, title: away ? "Not connected" : "Connected" }),
  });
  top.classList.remove("current");
  const tab = (c, testid, label) => item({ c, testid, label, sub: true });
  return [
    top,
    tab("home", "app-home", "Home"),
    tab(messages, "app-messages", "Messages"),
    tab("about", "app-about", "About"),
  ];
}
