/** Modal views: a stack of at most three, drawn one at a time. */

import { post } from "./api.js";
import { byId, el, focusable, freshId, trapTab } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./blocks.js";
import { attempt } from "./confirm.js";
import { Form } from "./form.js";
import { closePopover } from "./popover.js";
import { makeSurface } from "./surface.js";
import { plain } from "./textobject.js";
import { conversation, state } from "./store.js";

/** @type {Array<{view: Object, form: Form}>} the views, the visible one last */
let stack = [];
let node = null;
let cameFrom = null;

const top = () => stack.at(-1);

/** Open a first view; anything open before it is gone. */
export function openView(view) {
  if (!stack.length) cameFrom = document.activeElement;
  stack = [{ view, form: new Form() }];
  draw({ fresh: true });
}

/** Put a view on top of the present one. */
export function pushView(view) {
  if (stack.some((s) => s.view.id === view.id)) return updateView(view);
  if (!stack.length) return openView(view);
  stack.push({ view, form: new Form() });
  draw({ fresh: true });
}

/** Show the new state of a view; what was typed stays. */
export function updateView(view) {
  const at = stack.findIndex((s) => s.view.id === view.id);
  if (at < 0) return;
  stack[at] = { view, form: new Form(stack[at].form) };
  if (at === stack.length - 1) draw({ fresh: false });
}

/** Take a view off the stack, with everything that lies on it. */
export function removeView(viewId) {
  const at = stack.findIndex((s) => s.view.id === viewId);
  if (at >= 0) shrink(at);
}

/** Close everything without telling the app: another person took over this tab. */
export function dropViews() {
  if (stack.length) shrink(0);
}

function shrink(size) {
  stack = stack.slice(0, size);
  if (stack.length) draw({ fresh: true });
  else undraw();
}

function undraw() {
  closePopover();
  node?.remove();
  node = null;
  byId("app").inert = false;
  if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
  cameFrom = null;
}

function draw({ fresh }) {
  const held = fresh ? null : heldFocus();
  closePopover();
  const next = el("div", { class: `overlay${fresh ? "" : " overlay-still"}` }, dialog());
  next.addEventListener("keydown", onKey);
  next.addEventListener("input", clearError);
  next.addEventListener("change", clearError);
  if (node) node.replaceWith(next);
  else byId("layers").append(next);
  node = next;
  byId("app").inert = true;
  if (held) restoreFocus(held);
  else firstFocus();
}

/** Which field had the focus and where its caret and the page stood, so that an update does not disturb typing. */
function heldFocus() {
  const at = document.activeElement;
  const scroll = node?.querySelector(".modal-body")?.scrollTop || 0;
  const inside = node?.contains(at) ? at : null;
  return {
    scroll,
    block: inside?.dataset.blockId,
    action: inside?.dataset.actionId,
    value: inside?.dataset.value,
    from: inside?.selectionStart,
    to: inside?.selectionEnd,
  };
}

function restoreFocus({ scroll, block, action, value, from, to }) {
  node.querySelector(".modal-body").scrollTop = scroll;
  if (!action) return firstFocus();
  const same = [...node.querySelectorAll("[data-action-id]")].filter(
    (n) => n.dataset.actionId === action && n.dataset.blockId === block,
  );
  const target = same.find((n) => n.dataset.value === value) || same[0];
  if (!target) return firstFocus();
  target.focus({ preventScroll: true });
  if (typeof from === "number" && target.setSelectionRange && /^(text|url|search|tel|textarea)$/.test(target.type))
    target.setSelectionRange(from, to);
}

function firstFocus() {
  const wanted = (top().view.blocks || []).find((b) => (b.element || b.accessory)?.focus_on_load);
  const marked =
    wanted && [...node.querySelectorAll("[data-action-id]")].find((n) => n.dataset.blockId === wanted.block_id);
  const field = node.querySelector(".modal-body input, .modal-body textarea");
  (marked || field || focusable(node.querySelector(".modal"))[0])?.focus({ preventScroll: true });
}

function dialog() {
  const { view, form } = top();
  const titleId = freshId("modal-title");
  const surface = makeSurface({
    kind: "modal",
    form,
    container: { type: "view", view_id: view.id },
    channel: conversation(state.route.c)?.id,
  });
  const body = el("div", { class: "modal-body" }, renderBlocks(view.blocks, surface));
  const props = { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": titleId, novalidate: true };
  const shell = el(
    "form",
    { ...props, data: { testid: "modal", viewId: view.id, callbackId: view.callback_id } },
    header(view, titleId),
    body,
    footer(view),
  );
  shell.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  return shell;
}

function header(view, titleId) {
  const back =
    stack.length > 1 &&
    el(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Back",
        data: { testid: "modal-back" },
        on: { click: closeTop },
      },
      icon("back"),
    );
  const close = el(
    "button",
    {
      type: "button",
      class: "icon-button modal-x",
      "aria-label": "Close",
      data: { testid: "modal-close" },
      on: { click: closeAll },
    },
    icon("close"),
  );
  return el(
    "header",
    { class: "modal-head" },
    back,
    el("h1", { id: titleId, class: "modal-title" }, plain(view.title)),
    close,
  );
}

const hasInputs = (view) => (view.blocks || []).some((b) => b.type === "input");

function footer(view) {
  const close = el(
    "button",
    { type: "button", class: "button", data: { testid: "modal-cancel" }, on: { click: closeTop } },
    plain(view.close) || (view.submit ? "Cancel" : "Close"),
  );
  const wanted = view.submit || hasInputs(view);
  const send =
    wanted &&
    el(
      "button",
      { type: "submit", class: "button primary", data: { testid: "modal-submit" } },
      el("span", { class: "button-label" }, plain(view.submit) || "Submit"),
    );
  return el("footer", { class: "modal-foot" }, el("p", { class: "modal-problem", role: "alert" }), close, send);
}

function onKey(event) {
  if (event.key !== "Escape") return trapTab(event, node.querySelector(".modal"));
  event.preventDefault();
  closeTop();
}

async function closeTop() {
  const { view } = top();
  if (view.clear_on_close) dropViews();
  else removeView(view.id);
  await attempt(() => post("view_close", { view_id: view.id }));
}

async function closeAll() {
  const ids = stack.map((s) => s.view.id).reverse();
  shrink(0);
  for (const id of ids) await attempt(() => post("view_close", { view_id: id, is_cleared: true }));
}

async function submit() {
  const { view, form } = top();
  const problems = form.problems();
  showErrors(problems);
  if (Object.keys(problems).length) return;
  setBusy(true);
  try {
    follow(view, await post("view_submit", { view_id: view.id, state: form.state() }));
  } catch (error) {
    const line = node?.querySelector(".modal-problem");
    if (line) line.textContent = error.message;
  } finally {
    setBusy(false);
  }
}

/** Do what the app answered. The same change may also come over the socket; both ways end in the same state. */
function follow(view, answer) {
  if (answer.action === "errors") showErrors(answer.errors || {});
  else if (answer.action === "push" && answer.view) pushView(answer.view);
  else if (answer.action === "update" && answer.view) updateView(answer.view);
  else if (answer.action === "clear") dropViews();
  else if (answer.action === "close" || !answer.action) removeView(view.id);
}

function setBusy(busy) {
  const button = node?.querySelector("[data-testid=modal-submit]");
  if (!button) return;
  button.disabled = busy;
  button.classList.toggle("busy", busy);
}

/** Put each sentence under its input; the first one gets the focus. */
function showErrors(errors) {
  let first = null;
  for (const block of node.querySelectorAll(".input-block")) {
    const text = errors[block.dataset.blockId];
    const line = block.querySelector(".input-error");
    line.hidden = !text;
    line.replaceChildren(...(text ? [icon("warning", 16), text] : []));
    block.classList.toggle("invalid", Boolean(text));
    const field = block.querySelector("input,textarea");
    field?.setAttribute("aria-invalid", String(Boolean(text)));
    if (text && !first) first = field;
  }
  first?.focus();
  first?.closest(".input-block").scrollIntoView({ block: "nearest" });
}

/** A field that is being corrected no longer shows what was wrong. */
function clearError(event) {
  const block = event.target.closest(".input-block.invalid");
  if (!block) return;
  block.classList.remove("invalid");
  block.querySelector(".input-error").hidden = true;
  event.target.setAttribute("aria-invalid", "false");
}
