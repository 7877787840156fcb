/** The box to write in: formatting, mentions, files, commands and shortcuts. */

import { post } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { Autocomplete } from "./autocomplete.js";
import { attempt, notice } from "./confirm.js";
import { emojiFor } from "./emoji.js";
import { encode } from "./encode.js";
import { grow } from "./editor.js";
import { readFile } from "./inputs.js";
import { openEmojiPicker } from "./picker.js";
import { openMenu } from "./popover.js";
import { state } from "./store.js";

const MOST_FILE_BYTES = 5_000_000; // the sandbox keeps files in memory

/**
 * A composer for one conversation or thread.
 * `sent` is told the ts of a posted message.
 */
export class Composer {
  /** @param {{testid: string, label: string, channel: string, threadTs?: ?string, placeholder: string, sent?: (ts: string) => void}} options */
  constructor(options) {
    Object.assign(this, options);
    this.files = [];
    this.field = this.makeField();
    this.chips = el("div", { class: "composer-files" });
    this.send = el(
      "button",
      {
        type: "button",
        class: "send",
        "aria-label": "Send now",
        title: "Send now",
        disabled: true,
        data: { testid: this.threadTs ? "thread-send" : "send" },
        on: { click: () => this.submit() },
      },
      icon("send", 18),
    );
    this.box = el("div", { class: "composer-box" }, this.formatBar(), this.field, this.chips, this.actionBar());
    this.node = el("div", { class: "composer" }, this.box);
    this.suggest = new Autocomplete(this.field, this.box);
    this.acceptDrops();
    this.fill(state.drafts.get(this.draftKey) || "", { focus: false });
  }

  get draftKey() {
    return `${this.channel}:${this.threadTs || ""}`;
  }

  makeField() {
    const props = {
      class: "composer-field",
      rows: 1,
      "aria-label": this.label,
      placeholder: this.placeholder,
      data: { testid: this.testid },
    };
    const aria = { "aria-autocomplete": "list", "aria-haspopup": "listbox" };
    const field = el("textarea", { ...props, ...aria });
    field.addEventListener("input", () => this.changed());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("paste", (event) => this.take([...(event.clipboardData?.files || [])], event));
    return field;
  }

  changed() {
    if (this.field.isConnected) grow(this.field);
    state.drafts.set(this.draftKey, this.field.value);
    this.send.disabled = !this.field.value.trim() && !this.files.length;
  }

  /** Put words into the box. */
  fill(text, { focus = true } = {}) {
    this.field.value = text;
    this.changed();
    requestAnimationFrame(() => grow(this.field));
    if (!focus) return;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  onKey(event) {
    if (this.suggest.onKey(event)) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (command && MARKS[event.key.toLowerCase()]) {
      event.preventDefault();
      this.wrap(MARKS[event.key.toLowerCase()]);
    }
  }

  async submit() {
    const text = this.field.value.trim();
    const files = this.files;
    if (!text && !files.length) return;
    this.suggest.close();
    this.files = [];
    this.drawFiles();
    this.fill("");
    try {
      await this.deliver(text, files);
    } catch (error) {
      this.files = files;
      this.drawFiles();
      if (!this.field.value) this.fill(text);
      notice(error.message);
    }
  }

  async deliver(text, files) {
    const place = { channel: this.channel, ...(this.threadTs ? { thread_ts: this.threadTs } : {}) };
    const command = /^\/([a-z][\w-]*)(?:\s+([\s\S]*))?$/i.exec(text);
    if (command && !files.length) {
      await runCommand(place, `/${command[1].toLowerCase()}`, command[2] || "");
      return;
    }
    const { ts } = await post("post", { ...place, text: encode(text), ...(files.length ? { files } : {}) });
    this.sent?.(ts);
  }

  async take(list, event) {
    if (!list.length) return;
    event?.preventDefault();
    for (const file of list) {
      if (file.size > MOST_FILE_BYTES)
        notice(`${file.name} is larger than 5 MB. The sandbox takes smaller files only.`);
      else this.files = [...this.files, await readFile(file)];
    }
    this.drawFiles();
    this.changed();
    this.field.focus();
  }

  drawFiles() {
    const drop = (file) => {
      this.files = this.files.filter((f) => f !== file);
      this.drawFiles();
      this.changed();
    };
    this.chips.replaceChildren(...this.files.map((file) => fileChip(file, () => drop(file))));
  }

  acceptDrops() {
    this.box.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.box.classList.add("dropping");
    });
    this.box.addEventListener("dragleave", () => this.box.classList.remove("dropping"));
    this.box.addEventListener("drop", (event) => {
      this.box.classList.remove("dropping");
      this.take([...event.dataTransfer.files], event);
    });
  }

  /** Put marks around the selection, or at the start of each of its lines. */
  wrap({ around, line }) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    const chosen = value.slice(from, to);
    const text = line
      ? chosen
          .split("\n")
          .map((l, i) => line(i) + l)
          .join("\n")
      : around + chosen + around;
    this.field.setRangeText(text, from, to, "end");
    const caret = line ? from + text.length : from + around.length + chosen.length + (chosen ? around.length : 0);
    this.field.focus();
    this.field.setSelectionRange(caret, caret);
    this.changed();
  }

  formatBar() {
    const button = ([name, label, mark]) =>
      name ? barButton(name, label, () => this.wrap(mark)) : el("span", { class: "bar-line" });
    return el("div", { class: "format-bar", role: "toolbar", "aria-label": "Formatting" }, FORMATS.map(button));
  }

  actionBar() {
    const input = el("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": "Attach files",
      data: { testid: this.threadTs ? "thread-file" : "file-input" },
    });
    input.addEventListener("change", async () => {
      await this.take([...input.files]);
      input.value = "";
    });
    const left = el(
      "div",
      { class: "bar-group" },
      barButton("plus", "Attach a file", () => input.click(), {
        class: "bar-button round",
        data: { testid: "attach" },
      }),
      barButton(
        "smile",
        "Emoji",
        (event) => openEmojiPicker(event.currentTarget, (name) => this.insert(`${emojiFor(name)} `)),
        { "aria-haspopup": "dialog", "aria-expanded": "false" },
      ),
      barButton("at", "Mention someone", () => this.insert("@")),
      barButton("bolt", "Shortcuts", (event) => openShortcuts(event.currentTarget), {
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        data: { testid: this.threadTs ? "thread-shortcuts" : "shortcuts" },
      }),
    );
    return el("div", { class: "action-bar" }, left, input, this.send);
  }

  insert(text) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    const space = text === "@" && from > 0 && !/\s/.test(value[from - 1]) ? " " : "";
    this.field.setRangeText(space + text, from, to, "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input"));
  }
}

const MARKS = { b: { around: "*" }, i: { around: "_" }, e: { around: "`" } };

const FORMATS = [
  ["bold", "Bold", { around: "*" }],
  ["italic", "Italic", { around: "_" }],
  ["strike", "Strikethrough", { around: "~" }],
  [],
  ["listNumber", "Ordered list", { line: (i) => `${i + 1}. ` }],
  ["listBullet", "Bulleted list", { line: () => "• " }],
  [],
  ["quote", "Blockquote", { line: () => "> " }],
  ["code", "Code", { around: "`" }],
  ["codeBlock", "Code block", { around: "```" }],
];

function barButton(name, label, click, extra = {}) {
  return el(
    "button",
    { type: "button", class: "bar-button", "aria-label": label, title: label, on: { click }, ...extra },
    icon(name, 18),
  );
}

function fileChip(file, drop) {
  const close = el(
    "button",
    { type: "button", class: "file-chip-drop", "aria-label": `Remove ${file.name}`, on: { click: drop } },
    icon("close", 12),
  );
  return el("span", { class: "file-chip" }, icon("file", 20), el("span", {}, file.name), close);
}

async function runCommand(place, command, text) {
  const known = [...(state.app?.commands || []).map((c) => c.command), "/invite"];
  if (!known.includes(command))
    throw new Error(`${command} is not a valid command. Here you can use ${known.join(" and ")}.`);
  await post("command", { ...place, command, text: encode(text) });
}

/** The menu of the app's global shortcuts. */
export function openShortcuts(anchor) {
  const global = (state.app?.shortcuts || []).filter((s) => s.type === "global");
  const entries = global.map((s) => ({
    label: s.name,
    detail: state.app.name,
    icon: "bolt",
    testid: `shortcut-${s.callback_id}`,
    run: () => attempt(() => post("shortcut", { callback_id: s.callback_id })),
  }));
  const none = [{ label: "No shortcuts in this workspace", heading: true }];
  openMenu(anchor, entries.length ? [{ label: "Shortcuts", heading: true }, ...entries] : none, {
    label: "Shortcuts",
    above: true,
  });
}
