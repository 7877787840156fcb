/** Text objects of Block Kit: plain_text and mrkdwn. */

import { el } from "./dom.js";
import { emojify } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

/** The plain words of a text object (or string), with emoji. */
export function plain(text) {
  if (!text) return "";
  if (typeof text === "string") return emojify(text);
  return text.emoji === false ? text.text || "" : emojify(text.text || "");
}

/** A node for either kind of text object. */
export function textNode(text) {
  if (text?.type === "mrkdwn") return mrkdwn(text.text, { verbatim: text.verbatim === true });
  return el("span", { class: "plain" }, plain(text));
}
