/** A short tour: what the app is, and what to try as whom. Its words are data. */

import { byId, el } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./chips.js";
import { go } from "./router.js";
import { recall, remember } from "./memory.js";
import { mainComposer } from "./channel.js";
import { emit, isAppDm, on, state } from "./store.js";

/**
 * Each step: who to be, where to go (`c` as in the hash: a channel's name or a tab of the app), and what to write there.
 */
export const TOUR = {
  title: "New here?",
  about: "Firstline is IT help in Slack: approved answers, fixes step by step, and people when you need them.",
  steps: [
    {
      as: "emma",
      c: "messages",
      fill: "how do I book a meeting room with a screen?",
      say: "Ask a how-to question. You get an approved article, word for word.",
    },
    {
      as: "emma",
      c: "messages",
      fill: "vpn is stuck on connecting",
      say: "Report something broken. It takes you through the fix, one step at a time.",
    },
    {
      as: "emma",
      c: "messages",
      fill: "there is smoke coming out of my laptop",
      say: "Say something alarming. People hear of it at once.",
    },
    {
      as: "emma",
      c: "messages",
      fill: "what's a good place for lunch?",
      say: "Ask something it cannot know. It says so.",
    },
    { as: "liam", c: "it-l2", say: "Be Liam: open #it-l2, claim the ticket, then escalate it to L3." },
    { as: "priya", c: "it-l3", say: "Be Priya: resolve the ticket in #it-l3." },
    { as: "emma", c: "messages", say: "Back to Emma: see what she was told while others worked." },
    { as: "noor", c: "home", say: "Later, be Noor: open Home and look after the articles." },
  ],
};

const PLACES = { messages: ", in Firstline’s Messages", home: ", in Firstline’s Home" };
const HIDDEN_KEY = "sandbox-tour-hidden";
const done = new Set();
let hidden = recall(HIDDEN_KEY) === "yes";
let small = false;
let at = 0;
let waiting = null;

function hide(yes) {
  hidden = yes;
  remember(HIDDEN_KEY, yes ? "yes" : "no");
  drawTour();
}

/** Begin to draw the tour card. */
export function startTour() {
  on("workspace", drawTour);
  byId("tour-hint").addEventListener("click", showTour);
}

/** Bring the card back, from the help button. */
export function showTour() {
  small = false;
  hide(false);
  emit("drawer", true);
  byId("tour").querySelector("[data-testid=tour-try]")?.focus();
}

function drawTour() {
  const place = byId("tour");
  place.hidden = hidden || !state.me;
  byId("tour-hint").hidden = place.hidden || done.size > 0;
  if (!place.hidden) place.replaceChildren(card());
}

function redrawAndFocus(testid) {
  drawTour();
  byId("tour").querySelector(`[data-testid=${testid}]`)?.focus();
}

function card() {
  const fold = () => {
    small = !small;
    redrawAndFocus("tour-fold");
  };
  const head = el(
    "header",
    { class: "tour-head" },
    icon("compass", 18),
    el("h2", {}, TOUR.title),
    headButton("caret", small ? "Show the tour" : "Fold the tour", "tour-fold", fold, {
      class: `icon-button${small ? " shut" : ""}`,
      "aria-expanded": String(!small),
    }),
    headButton("close", "Dismiss the tour", "tour-close", () => hide(true)),
  );
  return el(
    "div",
    { class: "tour-card" },
    head,
    !small &&
      el(
        "div",
        { class: "tour-body" },
        el("p", { class: "tour-about" }, TOUR.about),
        stepCard(TOUR.steps[at]),
        controls(),
      ),
  );
}

function headButton(sign, label, testid, click, extra = {}) {
  return el(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, data: { testid }, on: { click }, ...extra },
    icon(sign, 16),
  );
}

const personNamed = (name) => [...state.people.values()].find((p) => p.name === name);
const channelNamed = (name) => [...state.channels.values()].find((c) => c.name === name);

function stepCard(step) {
  const who = personNamed(step.as);
  if (!who) return null;
  const asked = step.fill && el("p", { class: "tour-fill" }, `“${step.fill}”`);
  return el(
    "div",
    { class: "tour-step", "aria-live": "polite" },
    avatar(who, 28),
    el(
      "div",
      {},
      el("p", { class: "tour-who" }, `As ${who.real_name}${PLACES[step.c] || ""}`),
      asked,
      el("p", { class: "tour-say" }, step.say),
    ),
  );
}

function controls() {
  const step = TOUR.steps[at];
  const move = (by, testid) => () => {
    at = (at + by + TOUR.steps.length) % TOUR.steps.length;
    redrawAndFocus(testid);
  };
  const label = step.fill ? "Put it in the box" : `Be ${step.as[0].toUpperCase()}${step.as.slice(1)}`;
  const button = el(
    "button",
    {
      type: "button",
      class: `button small${done.has(at) ? "" : " primary"}`,
      data: { testid: "tour-try" },
      on: { click: () => take(step) },
    },
    label,
  );
  return el(
    "div",
    { class: "tour-controls" },
    headButton("back", "Step before", "tour-back", move(-1, "tour-back")),
    el("span", { class: "tour-count" }, done.has(at) && icon("check", 14), `${at + 1} of ${TOUR.steps.length}`),
    headButton("chevron", "Next step", "tour-next", move(1, "tour-next")),
    button,
  );
}

/** Become the person, go to the place and put the words into the composer: sending them is left to the visitor. */
function take(step) {
  done.add(at);
  waiting = step;
  emit("drawer", false);
  drawTour();
  go({ as: personNamed(step.as).id, c: channelNamed(step.c)?.id || step.c });
  fillWhenThere();
}

/** To be called when the page has arrived somewhere. */
export function fillWhenThere() {
  if (!waiting || state.me?.name !== waiting.as) return;
  const composer = mainComposer();
  if (waiting.fill && (!composer || !isAppDm(composer.channel))) return;
  if (waiting.fill) composer.fill(waiting.fill);
  waiting = null;
}
