"""Remarks on the front matter: what an article is called, whom it is for, who looks after it."""

import re
from collections.abc import Iterator
from datetime import timedelta

from kb.articles import ARTICLE, PERIODS, RUNBOOK
from kb.remarks.reading import Other, Remark, Rule, Written

ALIKE = 0.75  # share of the words that two titles have in common; "Set up the VPN" and "Set up a VPN"
SHORT_TITLE = 3  # words that make two titles worth comparing
FEW_WORDS = frozenset({"a", "an", "and", "the", "to", "of", "in", "on", "for", "your", "my", "with", "or", "is", "it"})
SELDOM = 2 * PERIODS["y"]  # days; what is looked at less often is not looked at
OLD = timedelta(days=10 * PERIODS["y"])


def unsound(written: Written) -> Iterator[Remark]:
    """What the check before every save says."""
    for problem in written.problems: yield Remark(line=problem.line, text=problem.message, stops=True)


def audience(written: Written) -> Iterator[Remark]:
    """An audience that the desk file does not have."""
    if written.article is None or written.around.audiences is None: return
    wanted, known = written.article.audience, ", ".join(sorted(written.around.audiences))
    if wanted in written.around.audiences: return
    yield Remark(line=written.at("audience"), text=f'there is no audience "{wanted}"; there are {known}', stops=True)


def dates(written: Written) -> Iterator[Remark]:
    """A day of the last check that cannot be right."""
    if written.article is None or written.article.verified is None or written.around.today is None: return
    day, today, line = written.article.verified, written.around.today, written.at("verified")
    if day > today: yield Remark(line=line, text=f"last checked on {day}, which is still to come")
    elif today - day > OLD: yield Remark(line=line, text=f"last checked on {day}: is that the right year?")


def period(written: Written) -> Iterator[Remark]:
    """No day on which somebody looks at it again, or one far away."""
    if written.article is None: return
    days, line = written.article.review_every, written.at("review_every")
    if not days: yield Remark(line=line, text="no review period: nobody is reminded to check this again")
    elif days > SELDOM: yield Remark(line=line, text=f"a check every {days} days is seldom; once a year is usual")


def owner(written: Written) -> Iterator[Remark]:
    """Nobody looks after it."""
    if written.article is None or written.article.owner: return
    yield Remark(line=written.at("owner"), text="no owner: whoever publishes it will be")


def other_words(written: Written) -> Iterator[Remark]:
    """No other words for it, or the same ones twice."""
    if written.article is None or written.article.kind != ARTICLE: return
    aliases, line = written.article.aliases, written.at("aliases")
    if not aliases: yield Remark(line=line, text="no other words for it: write two or three ways in which people ask")
    seen = {_same(written.article.title)}
    for number, alias in enumerate(aliases):
        if _same(alias) in seen: yield Remark(line=written.at("aliases", number), text=f'"{alias}" is said already')
        seen.add(_same(alias))


def taken_words(written: Written) -> Iterator[Remark]:
    """A title or other words that another item has too: which of the two would be found is chance."""
    if written.article is None: return
    others = {_same(name): one for one in _others(written) for name in (*one.aliases, one.title)}
    own = [(written.at("title"), written.article.title)]
    own += [(written.at("aliases", n), alias) for n, alias in enumerate(written.article.aliases)]
    for line, name in own:
        if other := others.get(_same(name)):
            yield Remark(line=line, text=f'"{name}" also stands for {_called(other)}')


def alike(written: Written) -> Iterator[Remark]:
    """A title that is nearly another one."""
    if written.article is None: return
    own = _words(written.article.title)
    if len(own) < SHORT_TITLE: return
    for other in _others(written):
        theirs = _words(other.title)
        if _same(other.title) == _same(written.article.title) or not theirs: continue
        if len(own & theirs) >= ALIKE * len(own | theirs):
            yield Remark(line=written.at("title"), text=f"nearly the title of {_called(other)}")


def _others(written: Written) -> Iterator[Other]:
    own = (written.kind, written.slug)
    yield from (one for one in written.around.others or () if (one.kind, one.slug) != own)


def _called(other: Other) -> str:
    return f'the {"run-book" if other.kind == RUNBOOK else other.kind} "{other.title}"'


def _same(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.lower())) or name


def _words(title: str) -> frozenset[str]:
    return frozenset(_same(title).split()) - FEW_WORDS


RULES: tuple[Rule, ...] = (unsound, audience, dates, period, owner, other_words, taken_words, alike)
