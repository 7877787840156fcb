/** The sample automation's page: what it was called for, how each action ends, and what it holds. */

import { byId, el } from "./dom.js";

const AGAIN = 1500; // milliseconds between two looks
let drawn = "";

async function look() {
  try {
    show(await (await fetch("/automation/state")).json());
    byId("lost").hidden = true;
  } catch {
    byId("lost").hidden = false;
  }
}

/** Draw what changed; a menu that is open stays open. */
function show(state) {
  const now = JSON.stringify(state);
  if (now === drawn) return;
  drawn = now;
  byId("calls").replaceChildren(...calls(state.calls));
  byId("accounts").replaceChildren(head(), el("tbody", {}, Object.entries(state.company.accounts).map(account)));
  byId("stock").replaceChildren(...stock(state.company));
  switches(state);
}

function calls(list) {
  if (!list.length) return [el("p", { class: "none" }, "There were none yet.")];
  return list.map((one) => {
    const given = Object.entries(one.given).map(([name, value]) => `${name}: ${value}`);
    return el(
      "div",
      { class: "call", data: { testid: "call", action: one.action } },
      el(
        "p",
        {},
        el("b", {}, one.action || "Not understood"),
        ` for ${one.requester || "nobody"}: `,
        el("span", { class: tone(one.answer) }, one.answer),
        one.again && el("span", { class: "tag" }, "came before, not done again"),
        one.dry_run && el("span", { class: "tag" }, "dry run"),
      ),
      el(
        "p",
        { class: "soft" },
        el("time", {}, new Date(one.at * 1000).toLocaleTimeString()),
        one.approved_by && ` · approved by ${one.approved_by}`,
        given.length > 0 && ` · ${given.join(", ")}`,
        ` · ${one.id}`,
      ),
    );
  });
}

function tone(answer) {
  if (answer.startsWith("200")) return "good";
  return answer.startsWith("no answer") ? "odd" : "bad";
}

const COLUMNS = {
  Person: (one) => one.name,
  Account: (one) => (one.blocked ? "blocked by security" : one.locked ? "locked" : "fine"),
  "Sign-in approval": (one) => one.mfa.join(", ") || "none",
  Sessions: (one) => one.sessions,
  Licences: (one) => one.licences.join(", ") || "none",
  Groups: (one) => one.groups.join(", ") || "none",
  Password: (one) => (one.password_days ? `${one.password_days} days left` : "never expires"),
  Mailbox: (one) => `${one.mailbox_used_gb} of ${one.mailbox_quota_gb} GB`,
  VPN: (one) => `${one.vpn_days} days left`,
  Computer: (one) => (one.device ? `${one.device}, ${one.awake ? "awake" : "asleep"}` : "none"),
};

function head() {
  return el("thead", {}, el("tr", {}, Object.keys(COLUMNS).map((name) => el("th", { scope: "col" }, name))));
}

function account([email, one]) {
  const cells = Object.entries(COLUMNS).map(([name, of]) => {
    const value = String(of(one));
    return el("td", { class: name === "Account" ? (value === "fine" ? "good" : "bad") : null }, value);
  });
  return el("tr", { data: { testid: `account-${email}` } }, cells);
}

function stock(company) {
  const line = (name, entries, words) =>
    el("p", {}, el("b", {}, `${name}: `), Object.entries(entries).map(words).join(", ") || "none");
  return [
    line("Licences left", company.products, ([name, left]) => `${name} ${left}`),
    line("Groups", company.groups, ([name, open]) => `${name} (${open ? "open" : "its owner is asked"})`),
    line("Printers", company.printers, ([name, jobs]) => `${name} (${jobs} jobs)`),
  ];
}

function switches(state) {
  const list = byId("switches");
  if (!list.children.length) list.append(...Object.keys(state.switches).map((name) => menu(name, state.modes)));
  for (const [name, mode] of Object.entries(state.switches)) {
    const select = byId(`switch-${name}`);
    if (document.activeElement !== select) select.value = mode;
    select.classList.toggle("bad", mode !== "work");
  }
}

function menu(name, modes) {
  const options = Object.entries(modes).map(([value, words]) => el("option", { value }, words));
  const select = el("select", { id: `switch-${name}`, data: { testid: `switch-${name}` } }, options);
  select.addEventListener("change", () => turn(name, select.value));
  return el("li", {}, el("label", {}, el("code", {}, name), select));
}

async function turn(action, mode) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/automation/switch", { method: "POST", headers, body: JSON.stringify({ action, mode }) });
  show(await answer.json());
}

look();
setInterval(look, AGAIN);
