/** The heads of the panes: the drawer's button and the app's tabs. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { APP_TABS, hashOf } from "./router.js";
import { emit, person, state } from "./store.js";

/** Opens the drawer with the sidebar on narrow screens. */
export function menuButton() {
  return el(
    "button",
    {
      type: "button",
      class: "icon-button only-narrow",
      "aria-label": "Open the list of channels",
      data: { testid: "open-sidebar" },
      on: { click: () => emit("drawer", true) },
    },
    icon("menu"),
  );
}

const NAMES = { home: "Home", messages: "Messages", about: "About" };

/** The app's head with its three tabs. @param {string} current */
export function appHeader(current) {
  const app = person(state.app?.bot_user);
  const tab = (name) =>
    el(
      "a",
      {
        class: "tab",
        href: hashOf({ as: state.route.as, c: name }),
        "aria-current": name === current ? "page" : null,
        data: { testid: `tab-${name}` },
      },
      NAMES[name],
    );
  const title = el(
    "h1",
    { class: "pane-title" },
    avatar(app, 24),
    app.real_name,
    el("span", { class: "app-badge" }, "APP"),
  );
  const away =
    state.app?.connected === false &&
    el("p", { class: "app-away", role: "status" }, `${app.real_name} is not connected right now.`);
  return el(
    "header",
    { class: "pane-head pane-head-app" },
    el("div", { class: "app-row" }, menuButton(), title, away),
    el("nav", { class: "tabs", "aria-label": `${app.real_name} tabs` }, APP_TABS.map(tab)),
  );
}
