"""A brief for readers who may not read everything that it names. Pure.

What somebody outside an article's audience sees of it is whom it is for, and nothing of its title, name or words.
"""

from collections.abc import Callable
from dataclasses import replace

from core.people import PUBLIC
from handoff.brief import Brief, Found, Tried

ARTICLE_FOR, RECIPE_FOR = "an article for {name}", "a walk-through for {name}"
STEP_FOR, NOT_SHOWN = "a step of a walk-through for {name}", "not shown here"
UNREAD = "an article that not everybody may read"
UNREAD_STEP = "a step that not everybody may read"
Hidden = Callable[[str, str, str], str]  # by kind, slug and audience the name of whom it is for; empty if readable


def masked(brief: Brief, hidden: Hidden) -> Brief:
    """The brief without what is hidden: it keeps what the person asked, wants and filled in."""
    return replace(
        brief, found=tuple(_found(one, hidden) for one in brief.found),
        tried=tuple(_tried(one, hidden) for one in brief.tried),
    )


def _found(found: Found, hidden: Hidden) -> Found:
    name = hidden(found.kind, found.slug, found.audience)
    if not name: return found
    words = RECIPE_FOR if found.kind == "recipe" else ARTICLE_FOR
    return replace(found, slug="", title=words.format(name=name))


def _tried(tried: Tried, hidden: Hidden) -> Tried:
    name = hidden("recipe", tried.recipe, tried.audience)
    return replace(tried, recipe="", step=STEP_FOR.format(name=name), answer=NOT_SHOWN, note="") if name else tried


def public(brief: Brief) -> Brief:
    """The brief as it may leave Firstline: who reads it elsewhere is not known here."""
    found = tuple(one if one.audience in PUBLIC else replace(one, slug="", title=UNREAD) for one in brief.found)
    tried = tuple(
        one if one.audience in PUBLIC else replace(one, recipe="", step=UNREAD_STEP, answer=NOT_SHOWN, note="")
        for one in brief.tried
    )
    return replace(brief, found=found, tried=tried)
