/** The border between blocks and the app: changes are recorded, actions are confirmed and sent. */

import { post } from "./api.js";
import { askConfirm, attempt } from "./confirm.js";

/**
 * Make the surface of one message or view.
 * @param {{kind: "message"|"modal"|"home", form: import("./form.js").Form, container: Object, channel?: ?string}} options
 * @returns {import("./elements.js").Surface}
 */
export function makeSurface({ kind, form, container, channel = null }) {
  const surface = { kind, form, channel };
  surface.dispatch = (block, element, action, source) =>
    dispatch({ surface, container, block, element, action, source });
  surface.change = (block, element, value, source) => {
    form.set(block, element, value);
    const told = block.type !== "input" || block.dispatch_action;
    if (told) surface.dispatch(block, element, { type: element.type, ...value }, source);
  };
  return surface;
}

async function dispatch({ surface, container, block, element, action, source }) {
  if (!(await askConfirm(element.confirm))) return;
  source?.classList.add("busy");
  source?.setAttribute("aria-busy", "true");
  const body = {
    container,
    block_id: block.block_id,
    action_id: element.action_id,
    action: clean(action),
    state: surface.form.state(),
  };
  await attempt(() => post("action", body));
  source?.classList.remove("busy");
  source?.removeAttribute("aria-busy");
}

const clean = (action) => Object.fromEntries(Object.entries(action).filter(([, value]) => value !== undefined));
