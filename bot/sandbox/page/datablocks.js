/** Blocks that show progress and data: plans, task cards and tables. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./chips.js";
import { richText } from "./richtext.js";
import { plain } from "./textobject.js";

const STATUS = {
  pending: { icon: "circle", label: "To do" },
  in_progress: { icon: "circle", label: "In progress" },
  complete: { icon: "checkCircle", label: "Done" },
  error: { icon: "errorCircle", label: "Failed" },
};

/** A plan: a title and its tasks, open to begin with. */
export function plan(block) {
  const tasks = block.tasks || [];
  const done = tasks.filter((t) => t.status === "complete").length;
  const head = el(
    "summary",
    { class: "plan-title" },
    icon("chevron", 16),
    el("span", {}, plain(block.title)),
    el("span", { class: "plan-count" }, `${done} of ${tasks.length}`),
  );
  return el(
    "details",
    { class: "plan", open: true },
    head,
    el(
      "div",
      { class: "plan-tasks", role: "list" },
      tasks.map((t) => taskCard(t, "listitem")),
    ),
  );
}

/** One task with its state; details, output and sources below its title. */
export function taskCard(task, role = null) {
  const status = STATUS[task.status] || STATUS.pending;
  const mark = el(
    "span",
    {
      class: `task-mark task-${task.status || "pending"}`,
      role: "img",
      "aria-label": status.label,
      title: status.label,
    },
    icon(status.icon, 18),
  );
  const sources = (task.sources || []).map((s) => link(s.url, s.text || s.url));
  const more = [task.details, task.output]
    .filter(Boolean)
    .map((rich) => el("div", { class: "task-text" }, richText(rich)));
  const body = el(
    "div",
    { class: "task-body" },
    el("div", { class: "task-title" }, plain(task.title)),
    more,
    sources.length > 0 && el("div", { class: "task-sources" }, sources),
  );
  return el("div", { class: "task-card", role, data: { taskId: task.task_id, status: task.status } }, mark, body);
}

/** A table: its first row is the head. */
export function table(block) {
  const [head, ...rows] = block.rows || [];
  const settings = block.column_settings || [];
  const make = (tag, values) =>
    el(
      "tr",
      {},
      (values || []).map((value, i) => cell(tag, value, settings[i])),
    );
  const parts = [
    el("thead", {}, make("th", head)),
    el(
      "tbody",
      {},
      rows.map((values) => make("td", values)),
    ),
  ];
  return el(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", { class: "table" }, parts),
  );
}

function cell(tag, value, settings) {
  const inside =
    value?.type === "rich_text" ? richText(value) : String(value?.text ?? value?.value ?? value?.number ?? "");
  return el(
    tag,
    { class: settings?.is_wrapped ? "wrapped" : "", style: { "text-align": settings?.align || "left" } },
    inside,
  );
}
