"""A recipe's first draft: sound, short enough for a Slack form, and not to be published before it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.articles import Article, parse_article
from kb.cookbook import Recipe, Surroundings, check_together, parse_recipe, read_recipe
from kb.drafting import FILL, MOST, SAID_MOST, Solved, recipe_text, said_article, title_of, unfinished


def solved(**changes: object) -> Solved:
    """A ticket whose fix worked."""
    values: dict[str, object] = {
        "number": "INC-000012", "category": "vpn", "asked": ("the vpn drops every ten minutes", "only at home"),
        "tried": ("Restart the client.", "Try another network."), "note": "Updated the Wi-Fi driver.",
    }  # fmt: skip
    return Solved(**(values | changes))  # type: ignore[arg-type]  # tests give each part its type


def read(text: str) -> Recipe:
    """A draft as the checker reads it."""
    recipe = parse_recipe("draft.yaml", text)
    assert isinstance(recipe, Recipe), recipe
    return recipe


def test_it_holds_what_the_ticket_knew() -> None:
    """Asked words are triggers, the steps come in their order, the fix is told, and the end is checked."""
    text = recipe_text(solved())
    recipe = read(text)
    assert (recipe.title, recipe.category) == ("the vpn drops every ten minutes", "vpn")
    assert recipe.triggers[:2] == ["the vpn drops every ten minutes", "only at home"]
    assert [step.say for step in recipe.steps.values()][:2] == ["Restart the client.", "Try another network."]
    assert "This is what L2 did: Updated the Wi-Fi driver." in recipe.steps["fix"].say
    assert [choice.to for choice in recipe.steps["works"].choices.values()] == ["solved", "handoff"]
    assert recipe.steps["works"].check
    assert "INC-000012" in text.splitlines()[0]


def test_what_is_still_to_be_written_is_told_by_line() -> None:
    """Each marked line, and no comment; none once an author has written them."""
    text = recipe_text(solved())
    rows = unfinished("draft.yaml", text)
    assert [text.splitlines()[row.line - 1].count(FILL) for row in rows] == [1, 1, 1]
    assert str(rows[0]).startswith("draft.yaml:")
    assert "three more at least" in str(rows[0])
    assert unfinished("draft.yaml", text.replace(FILL, "Ask")) == []


def test_braces_stay_braces() -> None:
    """A brace that somebody typed begins no fact."""
    text = recipe_text(solved(tried=("Open {settings}.",), note="Set {x}."))
    assert check_together([read_recipe("a.yaml", text)], Surroundings()) == []


def test_a_title_without_gaps() -> None:
    """What was taken out leaves no mark in it."""
    assert title_of(solved(asked=("[name] [name] is locked out [removed: password]",))) == "is locked out"


def test_little_known() -> None:
    """A ticket without words, steps or note still gives a sound draft."""
    bare = solved(asked=(), tried=(), note="", category="")
    assert read(recipe_text(bare)).start == "fix"
    assert title_of(bare).startswith(FILL)


def test_a_message_is_in_the_article_to_its_end() -> None:
    """Not only its first line; it is marked, so that nobody publishes it as it is. A cut is told."""
    message = "\n".join(f"{n}. Turn the wheel." for n in range(60))
    text = said_article(message, "")
    assert message in text
    assert "what people need of this message" in str(unfinished("a.md", text))
    assert "What was said" not in said_article("how do I turn the wheel?", "Gently.")
    assert message in said_article(message, "Gently.")
    for long in (said_article("x" * (SAID_MOST + 1), ""), said_article("", "x" * (SAID_MOST + 1))):
        assert f"{FILL}: the message goes on from here" in long
        assert "x" * SAID_MOST in long
        assert isinstance(parse_article("a.md", long), Article)


NASTY = st.text(st.characters(codec="utf-8"), max_size=4_000)


@given(st.lists(NASTY, max_size=8).map(tuple), st.lists(NASTY, max_size=12).map(tuple), NASTY)
def test_any_draft_is_sound_and_fits(asked: tuple[str, ...], tried: tuple[str, ...], note: str) -> None:
    """Whatever people wrote: the checker takes it and a Slack input holds it."""
    text = recipe_text(solved(asked=asked, tried=tried, note=note))
    read(text)
    assert len(text) <= MOST


@pytest.mark.parametrize("text", ["yes", "1", "- a", "key: value", "#", "'\"", "{x}", "null", "2026-01-01", "!tag x"])
def test_words_stay_words(text: str) -> None:
    """What YAML would take for something else is quoted."""
    assert read(recipe_text(solved(asked=(text,)))).triggers[0] == text
