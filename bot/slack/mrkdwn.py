"""Text for Slack: escaping what people wrote, our Markdown as Slack's mrkdwn, and moments in the reader's time zone."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt

from core.clock import NO_ZONE
from kb.honest import elsewhere

SECTION = 2_900  # characters of a section's text; Slack's limit is 3,000, and a mark that we add must fit too
ELLIPSIS = "…"
MARKED = re.compile(r"[*_`\[\]\\<\x00]")  # without one of these a line is the same in both languages


def escape(text: str) -> str:
    """Make text harmless: after this it can hold no link, no mention and no channel."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """What a person typed, from the text of Slack's event: links by their label or address, no escapes."""
    text = text.replace("\x00", "")  # PostgreSQL cannot store it, and nobody can type it
    plain = re.sub(r"<((?:https?|mailto|tel):[^|>]*)(?:\|([^>]*))?>", lambda m: m[2] or m[1], text)
    plain = re.sub(r"<@\w+(?:\|([^>]*))?>", lambda m: f"@{m[1] or 'colleague'}", plain)
    plain = re.sub(r"<#\w+\|([^>]*)>", r"#\1", plain)
    plain = re.sub(r"<!(\w+)[^>]*>", r"@\1", plain)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """The ids of the people whom the text of Slack's event mentions."""
    return list(dict.fromkeys(re.findall(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>", text)))


def file_link(name: str) -> str:
    """A file by its address in Slack, as a link, or by its name."""
    return f"<{escape(name)}>" if re.fullmatch(r"https?://[^\s|<>]+", name) else escape(name)


def without_mention(text: str, user: str) -> str:
    """The text without the mentions of one user."""
    return re.sub(rf"<@{re.escape(user)}(?:\|[^>]*)?>", "", text).strip()


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def cut(marked: str, limit: int) -> str:
    """At most `limit` characters of text that has marks already: no link and no escaped character is cut in two."""
    if len(marked) <= limit: return marked
    kept = marked[: limit - 1]
    if kept.rfind("<") > kept.rfind(">"): kept = kept[: kept.rfind("<")]
    return re.sub(r"&[a-z]{0,3}$", "", kept).rstrip() + ELLIPSIS


def first_line(text: str) -> str:
    """The first line that says something, without marks around it; empty when none does."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def quoted(text: str) -> str:
    """Every line behind a quote bar."""
    return "\n".join(f"> {line}" if line else ">" for line in text.splitlines())


def moment(at: datetime, tz: str) -> str:
    """A moment that Slack shows in the reader's own time zone; elsewhere in that of the person it is for."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{plain_moment(at, tz)}>"


def clock(at: str) -> str:
    """The time of day of a moment in ISO 8601, in the reader's own time zone."""
    when = datetime.fromisoformat(at)
    return f"<!date^{int(when.timestamp())}^{{time}}|{when:%H:%M} UTC>"


def plain_moment(at: datetime, tz: str) -> str:
    """Such as `Mon 23 Nov, 10:00 GMT`."""
    return f"{at.astimezone(zone_of(tz)):%a %-d %b, %H:%M %Z}"


def zone_of(tz: str) -> ZoneInfo:
    """A time zone by its name; UTC where there is none of that name."""
    try:
        return ZoneInfo(tz)
    except NO_ZONE:
        return ZoneInfo("UTC")


def day(value: date) -> str:
    """Such as `12 October 2026`."""
    return f"{value:%-d %B %Y}"


def from_markdown(text: str, link_base: str = "") -> str:
    """An article's Markdown as mrkdwn. The words stay as they are; only the marks change.

    A link to another article (`slug.md`, or `article:slug`) leads to its page under `link_base`.
    """
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
            lines.append("```")
        else:
            lines.append(escape(line) if fenced else _line(line, link_base))
    return "\n".join(lines)


def _line(line: str, link_base: str) -> str:
    heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
    if heading: return f"*{_inline(heading[1].replace('**', ''), link_base)}*"
    bullet = re.match(r"(\s*)[-*+]\s+(.*)", line)
    if bullet: return f"{bullet[1]}• {_inline(bullet[2], link_base)}"
    return _inline(line, link_base)


def _inline(text: str, link_base: str) -> str:
    """The marks inside one line, by the CommonMark parser."""
    if not MARKED.search(text): return escape(text)
    tokens = MarkdownIt("zero").enable(["emphasis", "link", "backticks", "escape", "autolink"]).parseInline(text)
    children = tokens[0].children or [] if tokens else []
    out: list[str] = []
    target, label = "", ""
    for token in children:
        match token.type:
            case "strong_open" | "strong_close": out.append("*")
            case "em_open" | "em_close": out.append("_")
            case "code_inline": out.append(f"`{escape(token.content)}`")
            case "link_open":
                target, label = _target(str(token.attrGet("href")), link_base), ""
                out.append(f"<{escape(target)}|" if target else "")
            case "link_close": out.append(f">{escape(elsewhere(label, target))}" if target else "")
            case _: out.append(escape(token.content))
        label += token.content
    return "".join(out)


def _target(href: str, link_base: str) -> str:
    """Where a link leads; empty for what is no address: Slack would take `<!channel|x>` for a call, not for a link."""
    match = re.fullmatch(r"(?:(?:\./)?([a-z0-9][a-z0-9-]*)\.md|article:([a-z0-9][a-z0-9-]*))(#.*)?", href)
    if match: return f"{link_base}/help/{match[1] or match[2]}"
    return href if re.match(r"(?:https?|mailto|tel):", href, re.IGNORECASE) else ""
