"""What other systems write into Markdown for themselves - Liquid, Jinja, Hugo, DocFX, Kramdown -, made readable.

It works on prose alone (`kb.taking.prose`); nothing of it is ever carried out.
"""

import re
from collections.abc import Callable

_ARG = r"""["']([^"'\n]*)["']"""
_Change = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _image(found: re.Match[str]) -> str:
    """`:::image source="a.png" alt-text="b":::` and the like."""
    source = re.search(r'source="([^"]*)"', found[1])
    words = re.search(r'alt-text="([^"]*)"', found[1])
    return f"![{words[1] if words else ''}]({source[1].replace(' ', '%20')})" if source else ""


def _liquid_image(found: re.Match[str]) -> str:
    words = re.findall(_ARG, found[1])
    return f"![{words[-1] if len(words) > 1 else ''}]({words[0].replace(' ', '%20')})" if words else ""


def _note(found: re.Match[str]) -> str:
    """A note's first line; a list, table or heading in it begins on a line of its own."""
    start = f"{found[1]}> **{found[2].capitalize()}:**"
    return f"{start}\n{found[1]}>\n{found[1]}> " if _BLOCK.match(found.string, found.end()) else f"{start} "


_BLOCK = re.compile(r"[-*+|#\ue000] |[|#\ue000]|\d+[.)] ")


DOCFX: tuple[_Change, ...] = (
    (
        re.compile(
            r"^([ \t]*(?:[-*] )?)>[ \t]*\\?\[!(\w{3,12})\][ \t]*\n(?:[ \t]*>[ \t]*\n)*[ \t]*>[ \t]*", re.MULTILINE
        ),
        _note,
    ),
    (re.compile(r"^([ \t]*+)(?:>[ \t]*+)?\\?\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.MULTILINE), _note),
    (re.compile(r"(?<!:):{3,}[ \t]*image((?:(?!:::)[^\n]){1,2000}):{3,}"), _image),
    (re.compile(r":{3}no-loc[ \t]+text=\"([^\"\n]*)\"[^:\n]*:{3}"), r"\1"),
    (re.compile(r"^[ \t>]*:{3,}.*$\n?", re.MULTILINE), ""),
    (re.compile(r"\\?\[!INCLUDE[ \t]*\[[^\[\]\n]*\]\([^()\n]*\)\]", re.IGNORECASE), ""),
    (re.compile(r"\\?\[!VIDEO[ \t]+([^\[\]\s]+)\]", re.IGNORECASE), r"[Video](\1)"),
    (re.compile(r"^[ \t]*+(?:>[ \t]*+)?\[!div[^\]\n]*\][ \t]*$\n?", re.MULTILINE | re.IGNORECASE), ""),
    (re.compile(r"^(#+ )\[([^\]\n]+)\]\(#tab/[^)\n]*\)", re.MULTILINE), r"\1\2"),
    (re.compile(r"<xref:[^<>\s]+>|<a (?:name|id)=\"[^\"]*\">\s*(?:</a>)?"), ""),
)  # fmt: skip

LIQUID: tuple[_Change, ...] = (
    (
        re.compile(
            r"\{%-?\s*comment\s*-?%\}(?:(?!\{%-?\s*+(?:end)?comment).){0,20000}\{%-?\s*endcomment\s*-?%\}", re.DOTALL
        ),
        "",
    ),
    (re.compile(rf"\{{%-?\s*(?:page|link|download|post_url|ref|relref)\s+{_ARG}[^%\n]*%\}}"), r"\1"),
    (re.compile(r"\{%-?\s*(?:link|post_url)\s+([^\s%]+)\s*-?%\}"), r"\1"),
    (re.compile(r"\{%-?\s*image\w*\s++([^%\n]*)%\}"), _liquid_image),
    (re.compile(rf"\{{%-?\s*slack_channel\s+{_ARG}[^%\n]*%\}}"), r"#\1"),
    (
        re.compile(rf"\{{%-?\s*(?:alert|note|warning|tip|callout)\s+{_ARG}[^%\n]*%\}}"),
        lambda found: f"**{found[1]}**" if found[1] else "",
    ),
    (re.compile(r"^[ \t]*\{%[^%\n]{0,500}%\}[ \t]*$\n?", re.MULTILINE), ""),
    (re.compile(r"\{%(?:(?!%\}|\{%).){0,500}%\}", re.DOTALL), ""),
    (re.compile(rf"\{{\{{[<%]-?\s*(?:ref|relref)\s+{_ARG}\s*-?[>%]\}}\}}"), r"\1"),
    (re.compile(r"\{\{[<%]-?\s*figure\s([^{}\n]*)[>%]\}\}"), lambda m: _figure(m[1])),
    (re.compile(r"\{\{[<%](?:(?![>%]\}\}|\{\{[<%]).){0,500}[>%]\}\}", re.DOTALL), ""),
    (re.compile(r"\{\{-?\s*(?:site|page|base|layout|include)\.[\w.| \"'-]{1,200}\}\}"), ""),
    (re.compile(r"^[ \t]*\{:[^{}\n]{0,200}\}[ \t]*$\n?|\{:[.#:\w][^{}\n]{0,200}\}", re.MULTILINE), ""),
)  # fmt: skip


def _figure(words: str) -> str:
    source, alt = re.search(r'src="([^"]*)"', words), re.search(r'(?:alt|caption|title)="([^"]*)"', words)
    return f"![{alt[1] if alt else ''}]({source[1]})" if source else ""


def without_markers(prose: str) -> str:
    """Notes become quotes that say so, pictures and links become Markdown's own, and the rest goes."""
    for pattern, instead in (*DOCFX, *LIQUID): prose = pattern.sub(instead, prose)
    return prose
