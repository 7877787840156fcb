/** Small dialogs that ask before something happens, and notices that tell what did. */

import { append, byId, el, focusable, freshId, trapTab } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { plain } from "./textobject.js";

/**
 * Ask a yes or no question.
 * @param {{title: string, body?: Node|string, yes: string, no?: string, danger?: boolean}} ask
 * @returns {Promise<boolean>}
 */
export function askFirst({ title, body, yes, no = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const finish = (answer) => {
      overlay.remove();
      before?.focus?.({ preventScroll: true });
      resolve(answer);
    };
    const overlay = confirmDialog({ title, body, yes, no, danger, finish });
    byId("layers").append(overlay);
    focusable(overlay).at(-1)?.focus();
  });
}

function confirmDialog({ title, body, yes, no, danger, finish }) {
  const titleId = freshId("confirm");
  const button = (label, answer, kind, testid) =>
    el(
      "button",
      { type: "button", class: `button ${kind}`, data: { testid }, on: { click: () => finish(answer) } },
      label,
    );
  const box = el(
    "div",
    {
      class: "dialog dialog-small",
      role: "alertdialog",
      "aria-modal": "true",
      "aria-labelledby": titleId,
      data: { testid: "confirm" },
    },
    el("h2", { class: "dialog-title", id: titleId }, title),
    el("div", { class: "dialog-text" }, body),
    el(
      "div",
      { class: "dialog-buttons" },
      button(no, false, "", "confirm-deny"),
      button(yes, true, danger ? "danger" : "primary", "confirm-ok"),
    ),
  );
  const overlay = el("div", { class: "overlay overlay-top" }, box);
  overlay.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      finish(false);
    }
    trapTab(event, box);
  });
  return overlay;
}

/** Ask with a Block Kit confirm object; without one the answer is yes. */
export function askConfirm(confirm) {
  if (!confirm) return Promise.resolve(true);
  return askFirst({
    title: plain(confirm.title) || "Are you sure?",
    body: confirm.text?.type === "mrkdwn" ? mrkdwn(confirm.text.text) : plain(confirm.text),
    yes: plain(confirm.confirm) || "Yes",
    no: plain(confirm.deny) || "Cancel",
    danger: confirm.style === "danger",
  });
}

const NOTICE_MS = 8_000; // long enough to read one line twice

/** Show one line for a while, as Slack does when an app does not answer. */
export function notice(text, kind = "warning") {
  const close = () => box.remove();
  const box = el(
    "div",
    { class: `notice notice-${kind}`, role: "alert", data: { testid: "notice" } },
    icon(kind === "warning" ? "warning" : "info", 18),
    el("span", {}, text),
    el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: close } },
      icon("close", 16),
    ),
  );
  append(byId("notices"), [box]);
  setTimeout(close, NOTICE_MS);
}

/** Do something with the server; a failure becomes a notice. Resolves to null then. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    notice(error.message || "Something went wrong.");
    return null;
  }
}
