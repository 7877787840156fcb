"""Mallard, the XML of GNOME's help (projectmallard.org), to Markdown."""

import re
from collections.abc import Callable, Iterable, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # it has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # as above

from kb.taking.pages import LeftOut, Page, stem

CODE = frozenset({"code", "cmd", "file", "sys", "input", "output"})
STRONG = frozenset({"gui", "app"})
BLOCKS = frozenset({"p", "steps", "list", "terms", "note", "screen", "listing", "example", "table", "section", "code"})
_ID = "{http://www.w3.org/XML/1998/namespace}id"


def mallard_page(path: str, data: bytes, beside: Mapping[str, bytes]) -> Page:
    """A .page file; `beside` are the XML files of its folder, pieces of which it may include."""
    root = _parsed(data)
    if _name(root) != "page": raise LeftOut("is not a Mallard page")
    _include(root, beside)
    info = _child(root, "info")
    title = _words(_child(root, "title")) or stem(path)
    body = _blocks(root, 1)
    desc = _words(_child(info, "desc"))
    links = [one for one in (info if info is not None else ()) if _name(one) == "link"]
    also = [_link(one) for one in links if one.get("type") == "seealso"]
    if not body.strip(): body = desc
    if also: body += "\n\n## See also\n\n" + "\n".join(f"- {one}" for one in also)
    guides = tuple(f"{_target(one)}" for one in links if one.get("type") == "guide" and one.get("xref"))
    return Page(path=path, title=title, body=body.strip(), guides=guides)


def _parsed(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise LeftOut("declares XML entities, which are not opened") from None
    except (ParseError, ValueError, LookupError) as error:
        raise LeftOut(f"is not well-formed XML ({error})", getattr(error, "position", (1, 0))[0]) from None
    return root


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def _child(element: Element | None, name: str) -> Element | None:
    return next((one for one in (element if element is not None else ()) if _name(one) == name), None)


def _include(root: Element, beside: Mapping[str, bytes]) -> None:
    """Put in what is included from a file of the same folder by its id; what is not found stays out."""
    for parent in list(root.iter()):
        for at, one in reversed(list(enumerate(parent))):
            wanted = re.search(r"@xml:id='([^']+)'", one.get("xpointer", "")) if _name(one) == "include" else None
            if wanted is None: continue
            file = beside.get(one.get("href", ""))
            found = [e for e in _parsed(file).iter() if e.get(_ID) == wanted[1]] if file else []
            parent[at : at + 1] = found[:1]


# -- blocks --------------------------------------------------------------------------------------------------------


def _blocks(element: Element, level: int) -> str:
    """The blocks in an element, one after another; `level` is that of the heading above."""
    parts, line = [], ""
    for one in _chosen(element):
        if _name(one) in _BLOCK:
            parts += [line, _BLOCK[_name(one)](one, level)]
            line = ""
        elif _name(one) not in ("info", "title", "desc", "links", "cite", "include", "comment", "subtitle"):
            line += _inline(one)
    return "\n\n".join(part.strip("\n") for part in (*parts, line) if part.strip())


def _chosen(element: Element) -> Iterable[Element]:
    """The children that this reader gets: of conditions those that do not ask for a platform."""
    for one in element:
        name = _name(one)
        if name == "choose": yield from _choice(one)
        elif name == "if":
            if _holds(one.get("test", "")): yield from _chosen(one)
        else: yield one


def _choice(choose: Element) -> Iterable[Element]:
    for one in choose:
        if _name(one) == "when":
            if _holds(one.get("test", "")): return (yield from _chosen(one))
        elif _name(one) == "else": return (yield from _chosen(one))
    yield from (one for one in choose if _name(one) != "when")
    return None


def _holds(test: str) -> bool:
    return all(word.startswith("!") for word in test.split())


def _paragraph(element: Element, _level: int) -> str:
    return _words(element)


def _section(element: Element, level: int) -> str:
    title = _words(_child(element, "title"))
    heading = f"{'#' * min(level + 1, 4)} {title}\n\n" if title else ""
    text = _blocks(element, level + 1)
    return heading + text if text else ""


def _items(element: Element, level: int) -> str:
    numbered = _name(element) == "steps" or element.get("type") in ("numbered", "decimal")
    title = _words(_child(element, "title"))
    rows = [_blocks(item, level) for item in _chosen(element) if _name(item) == "item"]
    marks = [f"{n}. " if numbered else "- " for n in range(1, len(rows) + 1)]
    listed = "\n".join(mark + row.replace("\n", "\n" + " " * len(mark)) for mark, row in zip(marks, rows, strict=True))
    listed = re.sub(r"^[ ]+$", "", listed, flags=re.MULTILINE)
    return f"**{title}**\n\n{listed}" if title else listed


def _terms(element: Element, level: int) -> str:
    rows = [
        (_words(_child(item, "title")), _blocks(item, level)) for item in _chosen(element) if _name(item) == "item"
    ]
    return "\n\n".join(f"**{title}**\n\n{text}" for title, text in rows)


def _note(element: Element, level: int) -> str:
    kind = element.get("style", "note").split()[0] if element.get("style") else "note"
    title = _words(_child(element, "title"))
    text = f"**{title or kind.capitalize()}:** {_blocks(element, level)}"
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _code(element: Element, _level: int) -> str:
    text = "".join(element.itertext()).strip("\n")
    return f"```\n{text}\n```"


def _framed(element: Element, level: int) -> str:
    title = _words(_child(element, "title"))
    return (f"**{title}**\n\n" if title else "") + _blocks(element, level)


def _table(element: Element, level: int) -> str:
    rows = [
        [_cell(_blocks(cell, level) or _words(cell)) for cell in row if _name(cell) in ("td", "th")]
        for row in element.iter() if _name(row) == "tr"
    ]  # fmt: skip
    width = max(map(len, rows), default=0)
    if not width: return ""
    head, *rest = [row + [""] * (width - len(row)) for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *rest))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


_BLOCK: Mapping[str, Callable[[Element, int], str]] = {
    "p": _paragraph, "section": _section, "steps": _items, "list": _items, "tree": _items, "terms": _terms,
    "note": _note, "code": _code, "screen": _code, "listing": _framed, "example": _framed, "figure": _framed,
    "quote": _framed, "div": _framed, "table": _table, "media": lambda element, _level: _media(element),
}  # fmt: skip


# -- words ---------------------------------------------------------------------------------------------------------


def _words(element: Element | None) -> str:
    """The running text of an element with its marks."""
    if element is None: return ""
    return " ".join(_inside(element).split())


def _inside(element: Element) -> str:
    return (element.text or "") + "".join(_inline(one) + (one.tail or "") for one in element)


def _branch(choose: Element) -> str:
    """What a condition inside of a line says to this reader."""
    for one in choose:
        if _name(one) == "else" or (_name(one) == "when" and _holds(one.get("test", ""))): return _inside(one)
    return "".join(_inline(one) + (one.tail or "") for one in choose if _name(one) != "when")


def _inline(element: Element) -> str:
    name = _name(element)
    if name == "if" and not _holds(element.get("test", "")): return ""
    if name in ("comment", ""): return ""
    if name in _INLINE: return _INLINE[name](element)
    text = _inside(element)
    core = " ".join(text.split())
    if not core: return text
    if element.get("xref") and name == "gui": return f"[{core}]({_target(element)})"
    if name in CODE: return f"`{core}`"
    if name == "key": return f"`{core}`"
    if name in STRONG: return core if "](" in core or "**" in core else f"**{core}**"
    return f"*{core}*" if name == "em" else text


def _link(element: Element) -> str:
    target, words = _target(element), " ".join(_inside(element).split())
    return f"[{words}]({target})" if target else words


def _target(element: Element) -> str:
    """Where a link leads: an address, or `id.page#section` of the same help."""
    if element.get("href"): return element.get("href", "")
    page, _, part = element.get("xref", "").partition("#")
    return (f"{page}.page" if page else "") + (f"#{part}" if part else "")


def _sequence(element: Element) -> str:
    return " ▸ ".join(_inline(one) for one in element)


def _keys(element: Element) -> str:
    return " + ".join(_inline(one) for one in element)


def _media(element: Element) -> str:
    words = " ".join("".join(element.itertext()).split())
    picture = element.get("type", "image") == "image" and element.get("src")
    return f"![{words}]({element.get('src')})" if picture else words


_INLINE: Mapping[str, Callable[[Element], str]] = {
    "link": _link, "guiseq": _sequence, "keyseq": _keys, "media": _media, "choose": _branch,
}  # fmt: skip
