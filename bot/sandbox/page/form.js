/** What a person has typed and chosen in the blocks of one message, modal or Home tab. */

const EMPTY = {
  static_select: { selected_option: null },
  external_select: { selected_option: null },
  radio_buttons: { selected_option: null },
  users_select: { selected_user: null },
  conversations_select: { selected_conversation: null },
  channels_select: { selected_channel: null },
  multi_static_select: { selected_options: [] },
  multi_external_select: { selected_options: [] },
  checkboxes: { selected_options: [] },
  multi_users_select: { selected_users: [] },
  multi_conversations_select: { selected_conversations: [] },
  multi_channels_select: { selected_channels: [] },
  datepicker: { selected_date: null },
  timepicker: { selected_time: null },
  datetimepicker: { selected_date_time: null },
  plain_text_input: { value: null },
  number_input: { value: null },
  email_text_input: { value: null },
  url_text_input: { value: null },
  rich_text_input: { rich_text_value: null },
  file_input: { files: [] },
};

/** An element with a value takes part in `state.values`; a button does not. */
export const isStateful = (element) => element.type in EMPTY;

function initialValue(element) {
  const empty = EMPTY[element.type];
  const filled = Object.keys(empty).map((key) => [key, element[key.replace("selected", "initial")] ?? empty[key]]);
  const value = Object.fromEntries(filled);
  if ("value" in empty) value.value = element.initial_value ?? null;
  if ("rich_text_value" in empty) value.rich_text_value = element.initial_value ?? null;
  if ("files" in empty) value.files = [];
  return value;
}

/** The values of one surface. An update of the surface makes a new form from the old one, so nothing typed is lost. */
export class Form {
  /** @param {?Form} previous whose values are kept where block, action and type are the same */
  constructor(previous = null) {
    this.previous = previous;
    this.values = new Map();
    this.fields = new Map();
  }

  key(blockId, actionId) {
    return `${blockId}\n${actionId}`;
  }

  /** Take part in the form; answers the value to start with. */
  register(block, element) {
    const key = this.key(block.block_id, element.action_id);
    const old = this.previous?.values.get(key);
    const value = old && old.type === element.type ? old : { type: element.type, ...initialValue(element) };
    this.values.set(key, value);
    this.fields.set(key, { block, element });
    return value;
  }

  get(block, element) {
    return this.values.get(this.key(block.block_id, element.action_id));
  }

  set(block, element, value) {
    this.values.set(this.key(block.block_id, element.action_id), { type: element.type, ...value });
  }

  /** @returns {{values: Object}} as in Slack's payloads */
  state() {
    const values = {};
    for (const [key, { block, element }] of this.fields) {
      values[block.block_id] = { ...values[block.block_id], [element.action_id]: this.values.get(key) };
    }
    return { values };
  }

  /** Everything that must be corrected before it can be sent: block_id to one sentence. */
  problems() {
    const found = {};
    for (const [key, { block, element }] of this.fields) {
      const problem = block.type === "input" ? problemOf(block, element, this.values.get(key)) : null;
      if (problem) found[block.block_id] = problem;
    }
    return found;
  }
}

function isEmpty(value) {
  return Object.entries(value).every(
    ([key, v]) => key === "type" || v === null || v === "" || v === undefined || (Array.isArray(v) && !v.length),
  );
}

function problemOf(block, element, value) {
  if (isEmpty(value)) return block.optional ? null : "Please complete this required field.";
  const check = CHECKS[element.type];
  return check ? check(element, value) : null;
}

const plural = (n) => `${n} character${n === 1 ? "" : "s"}`;

function lengthProblem(element, { value }) {
  if (element.min_length && value.length < element.min_length) return `Must be at least ${plural(element.min_length)}.`;
  if (element.max_length && value.length > element.max_length) return `Must be at most ${plural(element.max_length)}.`;
  return null;
}

function numberProblem(element, { value }) {
  const number = Number(value);
  if (Number.isNaN(number)) return "Please enter a valid number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Must be at least ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Must be at most ${element.max_value}.`;
  return null;
}

function emailProblem(_, { value }) {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "Please enter a valid email address.";
}

function urlProblem(_, { value }) {
  return /^https?:\/\/[^\s.]+\S*$/i.test(value) ? null : "Please enter a valid URL.";
}

const CHECKS = {
  plain_text_input: lengthProblem,
  number_input: numberProblem,
  email_text_input: emailProblem,
  url_text_input: urlProblem,
};
