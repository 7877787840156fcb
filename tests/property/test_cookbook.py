"""What holds for every recipe and every way through it."""

import random
from dataclasses import replace
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from kb.articles import Article, parse_article, passages
from kb.cookbook import (
    GOAL,
    OVER,
    READY,
    SKIP,
    Book,
    End,
    Kind,
    Progress,
    advance,
    back,
    begin,
    can_go_back,
    check_together,
    leave,
    parse_recipe,
    read_recipe,
    replayed,
    said_at,
    start_over,
    step_of,
    steps_left,
)
from kb.cookbook.checking import Surroundings, advice
from kb.cookbook.language import SEEN
from kb.cookbook.testing import coverage
from tests.budgets import tries
from tests.recipes import books, some_answer

WALK = 30  # moves of one walk
RULES = settings(max_examples=tries(50), deadline=None)


def walked(book: Book, dice: random.Random, moves: int) -> Progress:
    """A run somewhere on its way."""
    progress = begin(book, "r0", {"platform": dice.choice(["mac", "linux", ""])})
    for _ in range(moves):
        if progress.end: break
        progress = advance(book, progress, some_answer(book, progress, dice), results={"found": dice.choice("12")})
    return progress


@RULES
@given(books(), st.randoms(use_true_random=False))
def test_every_move_ends_or_waits_for_an_answer(book: Book, dice: random.Random) -> None:
    """Also in cycles, at limits and within recipes; each move grows the count and the trail by one."""
    progress = begin(book, "r0")
    for moves in range(1, WALK):
        if progress.end: return
        before = progress
        progress = advance(book, progress, some_answer(book, progress, dice))
        assert progress.seen == moves == len(progress.trail)
        assert progress.trail[:-1] == before.trail
        assert (progress.trail[-1].recipe, progress.trail[-1].step) == (before.recipe, before.step)
        assert progress.end or step_of(book, progress).kind in SEEN
        assert not (progress.end and progress.callers)
        assert progress.end or steps_left(book, progress) >= 1


@RULES
@given(books(), st.randoms(use_true_random=False), st.text(max_size=600))
def test_whatever_is_answered_nothing_raises_but_bad_input(book: Book, dice: random.Random, text: str) -> None:
    """An answer that a step does not take is refused as bad input; else the run is at a place again."""
    progress = walked(book, dice, dice.randrange(6))
    for answer in (text, text * 20, "", SKIP, READY, OVER, "Yes", "solved"):
        try:
            moved = advance(book, progress, answer)
        except BadInput:
            continue
        assert moved.end or step_of(book, moved).kind in SEEN
        said_at(book, moved)


@RULES
@given(books(), st.randoms(use_true_random=False))
def test_from_anywhere_an_ending_can_be_reached(book: Book, dice: random.Random) -> None:
    """Whoever takes the way that the steps left are counted on comes to an end, sooner or later.

    Only a decision can prevent that: for one person's facts it may always go the same way, round a circle.
    """
    progress = walked(book, dice, dice.randrange(12))
    fair = random.Random(7)  # drawn dice could go in circles on purpose
    for _ in range(300):
        if progress.end: return
        options = [advance(book, progress, answer) for answer in answers(book, progress)]
        ended = [one for one in options if one.end]
        progress = ended[0] if ended else fair.choice(options)
    assert progress.end or any(step.decide for recipe in book.recipes.values() for step in recipe.steps.values())


def answers(book: Book, progress: Progress) -> list[str]:
    """Answers that the present step takes, one of each kind."""
    step = step_of(book, progress)
    match step.kind:
        case Kind.CHOICE: return list(step.choices)
        case Kind.ACTION: return [*step.on, "refused"]
        case Kind.WAIT: return [READY]
        case _: return [some_answer(book, progress, random.Random(0))]


@RULES
@given(books(), st.randoms(use_true_random=False))
def test_back_undoes_a_move_but_never_the_count(book: Book, dice: random.Random) -> None:
    """Place, trail, facts and visits are as before the last answer of the person, and the count has grown."""
    progress = begin(book, "r0")
    for _ in range(WALK):
        if progress.end: return
        moved = advance(book, progress, some_answer(book, progress, dice))
        if can_go_back(moved) and moved.trail[-1].kind is not Kind.WAIT:
            assert replace(back(book, moved), seen=progress.seen) == progress
            assert back(book, moved).seen == progress.seen + 2
            moved = moved if dice.random() < 0.7 else back(book, moved)
        elif not can_go_back(moved): assert back(book, moved) is moved
        progress = moved


@RULES
@given(books(), st.randoms(use_true_random=False))
def test_a_trail_played_again_leads_to_the_same_place(book: Book, dice: random.Random) -> None:
    """What nobody sees depends on nothing but what was answered."""
    progress = walked(book, dice, dice.randrange(WALK))
    assert replayed(book, "r0", progress.known, progress.trail) == progress


@RULES
@given(books(), st.randoms(use_true_random=False), st.sampled_from(End))
def test_over_and_away_work_everywhere(book: Book, dice: random.Random, end: End) -> None:
    """Wherever a run stands it can be begun again and left; what has ended stays as it is."""
    progress = walked(book, dice, dice.randrange(WALK))
    again, left = start_over(book, progress), leave(book, progress, end)
    if progress.end: assert again is left is progress
    else:
        goal = {GOAL: progress.facts[GOAL]} if GOAL in progress.facts else {}
        assert replace(again, seen=0, earlier=()) == begin(book, "r0", {**progress.known, **goal})
        assert again.earlier == tuple(done for done in progress.trail if done.kind is Kind.ACTION)
        assert (left.end, left.callers, left.seen) == (end, (), progress.seen + 1)


YAMLISH = st.text(alphabet=st.sampled_from(list("absy :-\n\t[]{}&*!|>'\"#?,0127é\u2028\x00\ud800")), max_size=200)


@settings(max_examples=tries(300), deadline=None)
@given(st.one_of(st.text(max_size=300), YAMLISH))
def test_parsing_never_raises(text: str) -> None:
    """Whatever stands in a file, it is a recipe or an article, or its problems in one line each."""
    for found in (
        parse_recipe("r.yaml", text),
        parse_article("a.md", text),
        parse_article("a.md", f"---\n{text}\n---\nx"),
    ):
        assert found
        if isinstance(found, list):
            assert all(len(str(problem).splitlines()) == 1 for problem in found)
        if isinstance(found, Article):
            assert passages(found)


TARGETS = ["a", "b", "solved", "handoff", "handoff:x", "article:a", "other"]
VALUES = st.one_of(
    st.sampled_from([*TARGETS, "10m", "yes", "{a} {b}", "text", "device", "10.5", "2026-01-01", "[", "#"]),
    st.integers(-1, 60), st.booleans(), st.none(), st.floats(allow_nan=False), st.text(max_size=20),
)  # fmt: skip
KEYS = [
    "say", "choices", "input", "next", "decide", "if", "to", "otherwise", "action", "with", "on", "done", "wait",
    "recipe", "limit", "times", "then", "save", "name", "label", "type", "form", "list", "options", "solved", "picture",
    "file", "alt", "check", "help", "over", "not", "known", "words", "a", "b",
]  # fmt: skip
PLAIN = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
STEP = st.dictionaries(st.sampled_from(KEYS), PLAIN, max_size=5)
STEPS = st.dictionaries(st.sampled_from(["a", "b", "solved"]), STEP, max_size=3)


@settings(max_examples=tries(200), deadline=None)
@given(STEPS | PLAIN, st.lists(PLAIN, max_size=2) | PLAIN, PLAIN)
def test_checking_never_raises_on_any_plain_data(steps: Any, tests: Any, top: Any) -> None:
    """Lists for mappings, numbers for words, nothing for anything: each problem is one line."""
    data = {"title": "A", "triggers": ["a"], "start": "a", "steps": steps, "tests": tests, "goal": top}
    read = read_recipe("r.yaml", yaml.safe_dump(data))
    for problem in (*read.problems, *check_together([read], Surroundings()), *advice(read)):
        assert len(str(problem).splitlines()) == 1
    if read.recipe and not read.problems: coverage(read.recipe)
