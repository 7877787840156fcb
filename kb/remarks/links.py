"""Remarks on links: to articles that are not there, or not for the same people, and to no address at all."""

import re
from collections.abc import Iterator

from kb.articles import ARTICLE, RUNBOOK
from kb.remarks.reading import LINK, TO_ARTICLE, Other, Remark, Rule, Written

EVERYBODY = "employees"
_ADDRESS = re.compile(r"(?:https?://\S|mailto:|tel:)", re.IGNORECASE)


def articles(written: Written) -> Iterator[Remark]:
    """A link to an article that is missing, was taken down, or is for fewer people."""
    if written.around.others is None: return
    known = {one.slug: one for one in written.around.others if one.kind in _kinds(written)}
    for number, target in _targets(written):
        match = TO_ARTICLE.fullmatch(target)
        slug = (match[1] or match[2]) if match else ""
        if slug and slug != written.slug and (text := _wrong(written, slug, known.get(slug))):
            yield Remark(line=number, text=text)


def addresses(written: Written) -> Iterator[Remark]:
    """A link that leads nowhere in Slack."""
    for number, target in _targets(written):
        if _ADDRESS.match(target) or TO_ARTICLE.fullmatch(target): continue
        shown = f'"{target[:60]}" is' if target else "an empty link is"
        yield Remark(line=number, text=f"{shown} no address: write https://…, or name.md for another article")


def _kinds(written: Written) -> tuple[str, ...]:
    return (ARTICLE, RUNBOOK) if written.kind == RUNBOOK else (ARTICLE,)


def _targets(written: Written) -> Iterator[tuple[int, str]]:
    for line in written.lines:
        for match in LINK.finditer(line.plain):
            if not match[1]: yield line.number, match[3]


def _wrong(written: Written, slug: str, other: Other | None) -> str:
    if other is None and slug in written.around.retired: return f'the article "{slug}" was retired; its link is dead'
    if other is None: return f'there is no article "{slug}"'
    own = written.article.audience if written.article else EVERYBODY
    if other.audience in (EVERYBODY, own): return ""
    called = (written.around.audiences or {}).get(other.audience, other.audience)
    return f'"{other.title}" is only for {called}: not everybody who reads this can open it'


RULES: tuple[Rule, ...] = (articles, addresses)
