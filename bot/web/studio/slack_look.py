"""Slack's own text markup as HTML that looks as it does in Slack. Pure.

Everything is escaped on its way out, and only addresses of the web, of mail and of phones become links: nothing that
a writer types is ever live. The rules are those of https://api.slack.com/reference/surfaces/formatting.
"""

import re
from bisect import bisect_left
from html import escape

WRAPPERS = {"*": "strong", "_": "em", "~": "s"}
_FENCED = re.compile(r"(```.+?```)", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?")
_ATOM = re.compile(r"`[^`\n]+`|<[^<>\n]+>|&(?:lt|gt|amp);|.", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_DATE = re.compile(r"!date\^\d+\^[^|]*")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def look(mrkdwn: str) -> str:
    """The HTML of one text of a message; line breaks in it count (`white-space: pre-wrap`)."""
    parts = _FENCED.split(mrkdwn)
    last = len(parts) - 1
    return "".join(
        _code_block(part) if number % 2 else _paragraphs(_beside_code(part, first=number == 0, last=number == last))
        for number, part in enumerate(parts)
    )


def plain(mrkdwn: str) -> str:
    """The words that a person reads of it, without any mark that Slack takes away."""
    return re.sub(r"<[^>]*>", "", look(mrkdwn)).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _beside_code(part: str, *, first: bool, last: bool) -> str:
    """Text next to a code block, without the line break that the block makes by itself."""
    if not first: part = part.removeprefix("\n")
    return part if last else part.removesuffix("\n")


def _code_block(fenced: str) -> str:
    code = fenced[3:-3].removeprefix("\n").removesuffix("\n")
    return f"<pre>{_code(code)}</pre>"


def _code(code: str) -> str:
    """In code nothing is special, but a link that Slack itself put there shows its label."""
    labelled = re.sub(r"<(https?:[^|>\s]+)(?:\|([^>]*))?>", lambda match: match[2] or match[1], code)
    return escape(_unescaped(labelled), quote=False)


def _unescaped(text: str) -> str:
    return re.sub(r"&(?:lt|gt|amp);", lambda match: _ENTITIES[match[0]], text)


def _paragraphs(text: str) -> str:
    """Lines, those behind a quote bar together in one block."""
    groups: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        bar = _QUOTE.match(line)
        if not groups or groups[-1][0] is not bool(bar): groups.append((bool(bar), []))
        groups[-1][1].append(line[bar.end() :] if bar else line)
    return "".join(_group(lines, quoted=quoted) for quoted, lines in groups)


def _group(lines: list[str], *, quoted: bool) -> str:
    shown = "\n".join(_inline(_ATOM.findall(line), frozenset()) for line in lines)
    return f"<blockquote>{shown}</blockquote>" if quoted else shown


def _inline(atoms: list[str], within: frozenset[str]) -> str:
    """One line; `within` are the marks that are open around it."""
    ends = {mark: _ends(atoms, mark) for mark in WRAPPERS.keys() - within}
    out, at = list[str](), 0
    while at < len(atoms):
        close = _closing(atoms, at, ends)
        if not close: out.append(_atom(atoms[at]))
        else:
            name = WRAPPERS[atoms[at]]
            out.append(f"<{name}>{_inline(atoms[at + 1 : close], within | {atoms[at]})}</{name}>")
            at = close
        at += 1
    return "".join(out)


def _ends(atoms: list[str], mark: str) -> list[int]:
    """Where a mark can close: behind something, and before no letter."""
    last = len(atoms) - 1
    return [
        at for at, atom in enumerate(atoms)
        if atom == mark and at and not atoms[at - 1].isspace() and not (at < last and atoms[at + 1].isalnum())
    ]  # fmt: skip


def _closing(atoms: list[str], at: int, ends: dict[str, list[int]]) -> int:
    """Where the span that opens here closes; 0 if none does."""
    mark = atoms[at]
    if mark not in ends or at + 1 >= len(atoms): return 0
    if atoms[at + 1].isspace() or atoms[at + 1] == mark: return 0
    if at and (atoms[at - 1].isalnum() or atoms[at - 1] == mark): return 0
    found = bisect_left(ends[mark], at + 2)
    return ends[mark][found] if found < len(ends[mark]) else 0


def _atom(atom: str) -> str:
    if len(atom) == 1: return escape(atom, quote=False)
    if atom.startswith("`"): return f"<code>{_code(atom[1:-1])}</code>"
    if atom.startswith("<"): return _angle(atom[1:-1])
    return escape(_unescaped(atom), quote=False)


def _angle(inside: str) -> str:
    """What stands between angle brackets: a link, a date, or a call to somebody."""
    target, bar, label = inside.partition("|")
    shown = escape(_unescaped(label if bar and label else target), quote=False)
    if _ADDRESS.fullmatch(target):
        return f'<a href="{escape(_unescaped(target))}" rel="noopener noreferrer" target="_blank">{shown}</a>'
    if _DATE.fullmatch(target): return f"<time>{shown}</time>"
    if target[:1] in ("@", "#", "!"): return f'<span class="mention">{_called(target, shown if bar else "")}</span>'
    return escape(f"<{_unescaped(inside)}>", quote=False)


def _called(target: str, label: str) -> str:
    sign = "#" if target.startswith("#") else "@"
    name = label or escape(_unescaped(target[1:]), quote=False)
    return name if name.startswith(sign) else f"{sign}{name}"
