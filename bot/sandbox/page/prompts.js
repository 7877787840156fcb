/** Suggested prompts: what the app offers to ask it, above the composer of its Messages tab. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emojify } from "./emoji.js";
import { state } from "./store.js";

/**
 * The prompts of a conversation.
 * @param {string} channel
 * @param {(text: string) => void} send
 * @returns {HTMLElement[]} none when the app offers none
 */
export function prompts(channel, send) {
  const offered = state.prompts.get(channel);
  if (!offered?.prompts?.length) return [];
  const one = (prompt) =>
    el(
      "button",
      { type: "button", class: "prompt", data: { testid: "prompt" }, on: { click: () => send(prompt.message) } },
      icon("bolt", 16),
      emojify(prompt.title),
    );
  return [
    el(
      "div",
      { class: "prompts", role: "group", "aria-label": "Suggested prompts" },
      offered.title && el("div", { class: "prompts-title" }, emojify(offered.title)),
      el("div", { class: "prompts-row" }, offered.prompts.map(one)),
    ),
  ];
}
