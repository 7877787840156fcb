"""Going through a recipe: one answer at a time, forward and back."""

import pytest

from core.errors import BadInput
from kb.cookbook import Done, End, Input, Progress, Recipe, Step, advance, back, begin

RECIPE = Recipe.model_validate(
    {
        "slug": "r",
        "title": "R",
        "triggers": ["r"],
        "start": "net",
        "steps": {
            "net": {"say": "Does it load?", "choices": {"Yes": "code", "No": "article:no-internet", "Again": "net"}},
            "code": {
                "say": "Which code?",
                "input": {"name": "code", "label": "The code", "type": "number"},
                "next": "when",
            },
            "when": {"say": "Fixed?", "choices": {"Yes": "solved", "No": "handoff", "Other code": "code"}},
        },
    }
)


def go(*answers: str) -> Progress:
    """Where these answers lead from the beginning."""
    progress = begin(RECIPE)
    for answer in answers:
        progress = advance(RECIPE, progress, answer)
    return progress


def test_a_run_begins_at_the_start_with_nothing_behind_it() -> None:
    """No moves, no trail, no end."""
    assert begin(RECIPE) == Progress(step="net")


def test_an_answer_leads_on_and_is_remembered() -> None:
    """The trail holds what was said and answered, the answers hold what was typed."""
    assert go("Yes", " 42 ") == Progress(
        step="when",
        seen=2,
        answers={"code": "42"},
        trail=(
            Done(step="net", said="Does it load?", answer="Yes"),
            Done(step="code", said="Which code?", answer="42"),
        ),
    )


@pytest.mark.parametrize(
    ("answers", "end", "article"),
    [
        (("Yes", "1", "Yes"), End.SOLVED, ""),
        (("Yes", "1", "No"), End.HANDOFF, ""),
        (("No",), End.ARTICLE, "no-internet"),
    ],
)
def test_a_run_ends_solved_handed_off_or_at_an_article(answers: tuple[str, ...], end: End, article: str) -> None:
    """The step it ended at stays named."""
    progress = go(*answers)
    assert (progress.end, progress.article, progress.seen) == (end, article, len(answers))
    assert progress.step == progress.trail[-1].step


def test_nothing_moves_a_run_that_has_ended() -> None:
    """Neither forward nor back."""
    ended = go("No")
    assert advance(RECIPE, ended, "Yes") is ended
    assert back(RECIPE, ended) is ended


def test_an_answer_that_is_no_choice_is_refused_with_the_choices() -> None:
    """Labels are matched as they are."""
    with pytest.raises(BadInput, match="Please choose one of: Yes, No, Again"):
        go("yes")


def test_back_takes_the_last_answer_away_and_counts_on() -> None:
    """An old click stays old."""
    assert back(RECIPE, go("Yes", "42")) == Progress(
        step="code", seen=3, trail=(Done(step="net", said="Does it load?", answer="Yes"),)
    )
    assert back(RECIPE, begin(RECIPE)) == begin(RECIPE)


def test_back_over_a_second_answer_brings_the_first_one_back() -> None:
    """In a cycle the same input may be typed twice."""
    progress = go("Yes", "1", "Other code", "2")
    assert progress.answers == {"code": "2"}
    assert back(RECIPE, progress).answers == {"code": "1"}


@pytest.mark.parametrize(
    ("kind", "good", "wrong", "says"),
    [
        ("text", ["x", "ü 😀"], ["", "   ", "y" * 11], "please type something|at most 10 characters"),
        ("number", ["42", "-1", "3.5", "3,5"], ["4 2", "1e5", "x", "--1", "1."], "such as 42"),
        ("email", ["a@b.co"], ["a@b", "a b@c.d", "@b.co", "a@b@c.d"], "an e-mail address"),
        ("date", ["2026-02-28"], ["2026-02-30", "28.2.2026", "20260228", "2026-W01-1"], "such as 2026-03-31"),
    ],
)
def test_what_is_typed_must_fit_its_type(kind: str, good: list[str], wrong: list[str], says: str) -> None:
    """Refused in one sentence that begins with the input's label."""
    wanted = Input.model_validate({"name": "x", "label": "The thing", "type": kind, "max": 10})
    recipe = RECIPE.model_copy(update={"steps": {"net": Step(say="a", input=wanted, next="solved")}})
    for answer in good:
        assert advance(recipe, begin(recipe), f" {answer} ").answers == {"x": answer}
    for answer in wrong:
        with pytest.raises(BadInput, match=f"^The thing: .*({says})"):
            advance(recipe, begin(recipe), answer)
