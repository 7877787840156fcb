/** Timestamps as people read them. A Slack `ts` is seconds since 1970 with six decimals, as text. */

const LOCALE = "en-US";
const DAY_MS = 86_400_000;

/** @param {string|number} ts @returns {Date} */
export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

const format = (date, options) => new Intl.DateTimeFormat(LOCALE, options).format(date);

/** 10:03 AM */
export function clock(ts) {
  return format(dateOf(ts), { hour: "numeric", minute: "2-digit" });
}

/** The bare clock of a grouped message: 10:03 */
export function shortClock(ts) {
  return clock(ts).replace(/\s?[AP]M$/i, "");
}

/** The full date and time for a title attribute. */
export function fullTime(ts) {
  return format(dateOf(ts), { dateStyle: "full", timeStyle: "medium" });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How many calendar days the date lies from today: 0 today, -1 yesterday. */
function dayOffset(date) {
  return Math.round((midnight(date) - midnight(new Date())) / DAY_MS);
}

const NEAR = { 0: "Today", "-1": "Yesterday", 1: "Tomorrow" };

function ordinal(day) {
  const teen = day % 100 >= 11 && day % 100 <= 13;
  return `${day}${teen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] || "th"}`;
}

const month = (date, style) => format(date, { month: style });
const weekday = (date) => format(date, { weekday: "long" });

/** The label of a day divider: Today, Yesterday, or Monday, November 3rd. */
export function dayLabel(ts) {
  const date = dateOf(ts);
  const near = NEAR[dayOffset(date)];
  if (near) return near;
  const year = date.getFullYear() === new Date().getFullYear() ? "" : `, ${date.getFullYear()}`;
  return `${weekday(date)}, ${month(date, "long")} ${ordinal(date.getDate())}${year}`;
}

/** Two messages of one calendar day belong under one divider. */
export function sameDay(a, b) {
  return midnight(dateOf(a)) === midnight(dateOf(b));
}

/** "today at 10:03 AM", for the line under a thread's root. */
export function lastReply(ts) {
  const date = dateOf(ts);
  const near = NEAR[dayOffset(date)];
  const day = near ? near.toLowerCase() : `on ${month(date, "short")} ${ordinal(date.getDate())}`;
  return `${day} at ${clock(ts)}`;
}

const pad = (n) => String(n).padStart(2, "0");

function ago(date) {
  const seconds = Math.round((Date.now() - date.getTime()) / 1000);
  const units = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || units[3];
  return new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" }).format(-Math.trunc(seconds / size), unit);
}

const long = (d) => `${weekday(d)}, ${month(d, "long")} ${ordinal(d.getDate())}, ${d.getFullYear()}`;
const medium = (d) => `${month(d, "long")} ${ordinal(d.getDate())}, ${d.getFullYear()}`;
const short = (d) => `${month(d, "short")} ${d.getDate()}, ${d.getFullYear()}`;
const pretty = (plain) => (d) => (NEAR[dayOffset(d)] || "").toLowerCase() || plain(d);

const TOKENS = {
  date_num: (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`,
  date_slash: (d) => `${pad(d.getDate())}/${pad(d.getMonth() + 1)}/${d.getFullYear()}`,
  date: medium,
  date_long: long,
  date_long_full: (d) => `${month(d, "long")} ${d.getDate()}, ${d.getFullYear()}`,
  date_short: short,
  date_pretty: pretty(medium),
  date_long_pretty: pretty(long),
  date_short_pretty: pretty(short),
  day_divider_pretty: pretty((d) => `${weekday(d)}, ${month(d, "long")} ${ordinal(d.getDate())}`),
  time: (d) => format(d, { hour: "numeric", minute: "2-digit" }),
  time_secs: (d) => format(d, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago,
};

/** Fill a template such as "{date_short_pretty} at {time}"; unknown tokens stay as they are. */
export function dateTemplate(seconds, template) {
  const date = dateOf(seconds);
  if (Number.isNaN(date.getTime())) return null;
  const filled = template.replace(/\{(\w+)\}/g, (whole, token) => (TOKENS[token] ? TOKENS[token](date) : whole));
  return template.startsWith("{") ? filled.charAt(0).toUpperCase() + filled.slice(1) : filled;
}

/** The local value of a datetime-local input. */
export function localInput(seconds) {
  const d = dateOf(seconds);
  return `${TOKENS.date_num(d)}T${pad(d.getHours())}:${pad(d.getMinutes())}`;
}
