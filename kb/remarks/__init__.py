"""Remarks on what somebody writes, line by line, while they write it. Pure.

What stops publishing is told with the rest: `Remark.stops`. Everything else is advice; nobody has to follow it.
"""

from collections.abc import Sequence

from core.files import Problem
from kb.cookbook.checking import advice, read_recipe
from kb.drafting import unfinished
from kb.remarks import front, links, people, shape
from kb.remarks.reading import Around, Other, Remark, Rule, Written, linked, read
from kb.writing import RECIPE

__all__ = ["MOST", "RULES", "Around", "Other", "Remark", "linked", "remarks"]

MOST = 200  # remarks on one text; whoever has so many begins with the first
RULES: Sequence[Rule] = (*front.RULES, *shape.RULES, *links.RULES, *people.RULES)


def remarks(kind: str, slug: str, source: str, around: Around | None = None) -> list[Remark]:
    """What there is to say about a text of some kind, by line: what stops publishing it first, where lines are equal.

    `around` is what it will stand beside; without it, rules that look there say nothing.
    """
    written = read(kind, slug, source, around or Around())
    found = _on_recipe(written) if kind == RECIPE else [one for rule in RULES for one in rule(written)]
    last = source.count("\n") + 1
    placed = {Remark(line=min(max(one.line, 1), last), text=one.text, stops=one.stops) for one in found}
    return sorted(placed, key=lambda one: (one.line, not one.stops, one.text))[:MOST]


def _on_recipe(written: Written) -> list[Remark]:
    """What the cookbook's own checker says, alone and beside what is published; then its advice."""
    file = f"{written.slug}.yaml"
    own = read_recipe(file, written.source)
    stops = [*own.problems, *written.around.problems, *unfinished(file, written.source)]
    return [*map(_stop, stops), *(_hint(one) for one in advice(own)), *people.remarks_on(written)]


def _stop(problem: Problem) -> Remark:
    return Remark(line=problem.line, text=problem.message, stops=True)


def _hint(problem: Problem) -> Remark:
    return Remark(line=problem.line, text=problem.message)
