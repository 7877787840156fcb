/** Calls to the sandbox's server. Every call acts as the person of this tab. */

import { state } from "./store.js";

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || `The sandbox answered ${response.status}.`);
  return body;
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The sandbox can’t be reached. Is it still running?");
  }
  return answerOf(response);
}

/** @param {string} name such as "history" @param {Object<string, string>} [query] */
export function get(name, query = {}) {
  const params = new URLSearchParams({ ...(state.route.as ? { as: state.route.as } : {}), ...query });
  return request(`/ui/${name}?${params}`);
}

/** @param {string} name such as "post" @param {Object} [body] */
export function post(name, body = {}) {
  return request(`/ui/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.route.as, ...body }),
  });
}

/** Where a file of the workspace can be read. */
export const fileUrl = (id) => `/ui/files/${encodeURIComponent(id)}?as=${encodeURIComponent(state.route.as)}`;
