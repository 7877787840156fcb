"""Going through a recipe: one answer at a time, forward and back, with what nobody sees in between."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import BadInput
from kb.cookbook import (
    GOAL,
    OVER,
    READY,
    SKIP,
    Book,
    Done,
    End,
    Kind,
    Outcome,
    Progress,
    Recipe,
    advance,
    back,
    begin,
    can_go_back,
    leave,
    replayed,
    said_at,
    start_over,
    step_of,
    steps_left,
)
from kb.cookbook.playing import LOOP, MOST_NESTED

YES_NO = {"Yes": "solved", "No": "handoff"}


def recipe(steps: dict[str, Any], slug: str = "r", **keys: Any) -> Recipe:
    """A recipe that begins at its first step."""
    top = {"slug": slug, "title": slug, "triggers": [slug], "start": next(iter(steps))}
    return Recipe.model_validate(top | {"steps": steps} | keys)


def book(*recipes: Recipe, **lists: list[str]) -> Book:
    """Recipes that know of each other."""
    return Book(recipes={one.slug: one for one in recipes}, lists=lists)


NET = recipe(
    {
        "net": {"say": "Does it load?", "choices": {"Yes": "code", "No": "article:no-internet", "Again": "net"}},
        "code": {"say": "Which code?", "input": {"name": "code", "label": "Code", "type": "number"}, "next": "when"},
        "when": {"say": "Code {code}. Fixed?", "choices": {**YES_NO, "Other code": "code"}},
    },
    handoff="Look at the gateway.",
)  # fmt: skip
BOOK = book(NET)


def go(*answers: str, in_: Book = BOOK, slug: str = "r", **known: str) -> Progress:
    """Where these answers lead from the beginning."""
    progress = begin(in_, slug, known)
    for answer in answers: progress = advance(in_, progress, answer)
    return progress


class TestAnswers:
    """One answer, one step on."""

    def test_the_beginning(self):
        """A run begins at the start with nothing behind it."""
        assert begin(BOOK, "r") == Progress(root="r", recipe="r", step="net")

    def test_an_answer_is_remembered(self):
        """The trail holds what was said, answered, of which kind and when, the answers hold what was typed."""
        progress = advance(BOOK, go("Yes"), " 42 ", at="2026-11-20T09:00:00", note="by phone")
        first = Done(recipe="r", step="net", said="Does it load?", answer="Yes")
        second = Done(
            recipe="r", step="code", said="Which code?", answer="42", kind=Kind.INPUT, at="2026-11-20T09:00:00",
            note="by phone",
        )  # fmt: skip
        assert progress == Progress(
            root="r", recipe="r", step="when", seen=2, answers={"code": "42"}, trail=(first, second)
        )

    @pytest.mark.parametrize(
        ("answers", "end", "article", "note"),
        [
            (("Yes", "1", "Yes"), End.SOLVED, "", ""),
            (("Yes", "1", "No"), End.HANDOFF, "", "Look at the gateway."),
            (("No",), End.ARTICLE, "no-internet", ""),
        ],
    )
    def test_ends(self, answers, end, article, note):
        """A run ends solved, handed off with what L2 needs, or at an article; the step that it ended at is named."""
        progress = go(*answers)
        assert (progress.end, progress.article, progress.note, progress.seen) == (end, article, note, len(answers))
        assert progress.step == progress.trail[-1].step

    def test_reasons(self):
        """A handoff with a reason takes the reason's words."""
        one = recipe(
            {"a": {"say": "?", "choices": {"x": "handoff:broken", "y": "handoff"}}}, handoff="Look.",
            reasons={"broken": "Order a new one."},
        )  # fmt: skip
        assert [go(answer, in_=book(one)).note for answer in "xy"] == ["Order a new one.", "Look."]

    def test_nothing_moves_a_run_that_has_ended(self):
        """Neither forward nor back, nor over, nor away."""
        ended = go("No")
        assert advance(BOOK, ended, "Yes") is back(BOOK, ended) is start_over(BOOK, ended) is ended
        assert leave(BOOK, ended, End.STOPPED) is ended

    def test_no_choice(self):
        """An answer that is no choice is refused with the choices; labels are matched as they are."""
        with pytest.raises(BadInput, match=r"^Please choose one of: Yes, No, Again\.$"): go("yes")

    def test_saved_choices(self):
        """A choice that is saved is a fact, also for the words of a later step."""
        asks = {"say": "Which?", "save": "kind", "choices": {"A *b*": "b"}}
        both = book(recipe({"a": asks, "b": {"say": "So {kind}?", "choices": YES_NO}}))
        assert go("A *b*", in_=both).answers == {"kind": "A *b*"}
        assert said_at(both, go("A *b*", in_=both)) == r"So A \*b\*?"

    def test_the_goal(self):
        """The goal is the first step, is kept, can be skipped, and is not asked again where it is known."""
        one = book(NET.model_copy(update={"goal": "What for?"}))
        first = begin(one, "r")
        assert (first.step, said_at(one, first)) == (GOAL, "What for?")
        assert advance(one, first, "A talk").facts == {GOAL: "A talk"}
        skipped = advance(one, first, SKIP)
        assert (skipped.step, skipped.answers, skipped.trail[0].outcome) == ("net", {}, Outcome.SKIPPED)
        assert begin(one, "r", {GOAL: "A talk"}).step == "net"

    def test_optional_inputs(self):
        """What was skipped gives no fact; where nothing may be skipped, the same word is an answer."""
        for optional, outcome, kept in ((True, Outcome.SKIPPED, {}), (False, Outcome.DONE, {"x": SKIP})):
            wanted = {"name": "x", "label": "X", "optional": optional}
            progress = go(SKIP, in_=book(recipe({"a": {"say": "?", "input": wanted, "next": "solved"}})))
            assert (progress.trail[0].outcome, progress.answers) == (outcome, kept)


class TestUnseen:
    """Steps that nobody sees."""

    SORTED = recipe(
        {
            "sort": {
                "decide": [
                    {"if": {"platform": ["mac", "linux"], "location": "home"}, "to": "mac"},
                    {"if": {"tries": {"over": 2}}, "to": "handoff"},
                ],
                "otherwise": "tries",
            },
            "tries": {"say": "How often?", "input": {"name": "tries", "label": "T", "type": "number"}, "next": "sort"},
            "mac": {"say": "A Mac.", "choices": YES_NO},
        },
    )

    @pytest.mark.parametrize(
        ("known", "answers", "at"),
        [
            ({"platform": "Mac", "location": "home"}, (), "mac"),
            ({"platform": "mac", "location": "office"}, (), "tries"),
            ({}, ("1",), "tries"),
            ({}, ("3",), "handoff"),
            ({"tries": "9"}, (), "handoff"),
            ({"tries": "1"}, ("3",), "handoff"),
        ],
    )
    def test_decisions(self, known, answers, at):
        """The first row that fits is taken; what was answered counts for more than what was known before."""
        progress = go(*answers, in_=book(self.SORTED), **known)
        assert (progress.end or progress.step) == at
        assert len(progress.trail) == len(answers)

    def test_actions(self):
        """An action leads on by its outcome; what is not written for refused and failed is a handoff."""
        one = book(
            recipe(
                {
                    "do": {"action": "unlock", "say": "I unlock it.", "on": {"done": "try", "not-locked": "article:a"}},
                    "try": {"say": "Until {until}. Better?", "choices": YES_NO},
                }
            )
        )
        done = advance(one, begin(one, "r"), "done", results={"until": "noon"})
        assert (done.step, done.answers, said_at(one, done)) == ("try", {"until": "noon"}, "Until noon. Better?")
        assert go("not-locked", in_=one).article == "a"
        for answer, kept in (("refused", "refused"), ("failed", "failed"), ("what", "failed")):
            ended = go(answer, in_=one)
            assert (ended.end, ended.trail[0].answer, ended.trail[0].outcome) == (End.HANDOFF, kept, Outcome.FAILED)

    def test_the_words_of_an_action(self):
        """A step without words of its own keeps the action's in the trail."""
        one = book(recipe({"do": {"action": "unlock", "on": {"done": "solved"}}}))
        assert advance(one, begin(one, "r"), "done", said="Unlocks it.").trail[0].said == "Unlocks it."

    def test_waits(self):
        """A wait is over when its time has come or when the person says so, and by nothing else."""
        one = book(recipe({"a": {"say": "Charge it.", "wait": "10m", "next": "solved"}}))
        assert step_of(one, begin(one, "r")).wait == timedelta(minutes=10)
        for answer in (READY, OVER): assert go(answer, in_=one).end is End.SOLVED
        with pytest.raises(BadInput, match="wait a little"): go("Yes", in_=one)

    def test_limits(self):
        """Whoever comes to a step once more than its limit goes on elsewhere, each run for itself."""
        limit = {"times": 2, "then": "last"}
        steps = {"a": {"say": "?", "choices": {"Again": "a", "Yes": "solved"}, "limit": limit},
                 "last": {"say": "!", "choices": YES_NO}}  # fmt: skip
        one = book(recipe(steps))
        assert [go(*["Again"] * n, in_=one).step for n in range(3)] == ["a", "a", "last"]
        assert back(one, go("Again", in_=one)) == Progress(root="r", recipe="r", step="a", seen=2, visits={"r/a": 1})
        assert go(in_=one).visits == {"r/a": 1}

    def test_limits_that_lead_to_each_other(self):
        """Two limits that only lead to each other hand over, and say why."""
        steps = {name: {"say": "?", "choices": {"Again": "a", "Yes": "solved"}, "limit": {"times": 1, "then": other}}
                 for name, other in (("a", "b"), ("b", "a"))}  # fmt: skip
        progress = go("Again", "Again", in_=book(recipe(steps)))
        assert (progress.end, progress.note) == (End.HANDOFF, LOOP)


class TestWithin:
    """Recipes within recipes."""

    INNER = recipe(
        {"i": {"say": "Inner?", "choices": {**YES_NO, "Read": "article:a"}, "save": "inner"}}, "inner",
        goal="Never asked within", handoff="What the inner one knows.",
    )  # fmt: skip
    OUTER = recipe(
        {
            "first": {"recipe": "inner", "on": {"solved": "then", "article": "ask"}},
            "ask": {"say": "Read it?", "choices": {"Yes": "first"}},
            "then": {"say": "Inner said {inner}. Fixed?", "choices": YES_NO},
        },
        "outer", handoff="What the outer one knows.",
    )  # fmt: skip
    BOTH = book(INNER, OUTER)

    def test_in_and_out(self):
        """It begins at the inner one's start, goes on where its end leads, and shares the facts."""
        first = begin(self.BOTH, "outer")
        assert (first.root, first.recipe, first.step, first.callers) == ("outer", "inner", "i", (("outer", "first"),))
        then = go("Yes", in_=self.BOTH, slug="outer")
        assert (then.recipe, then.step, then.callers) == ("outer", "then", ())
        assert said_at(self.BOTH, then) == "Inner said Yes. Fixed?"
        assert go("Yes", "Yes", in_=self.BOTH, slug="outer").end is End.SOLVED
        read = go("Read", in_=self.BOTH, slug="outer")
        assert (read.step, read.end, read.article) == ("ask", None, "")

    def test_what_the_inner_one_tells(self):
        """A handoff of the inner one is one of the outer one where nothing else is said, with the inner one's words."""
        ended = go("No", in_=self.BOTH, slug="outer")
        assert (ended.end, ended.note, ended.callers) == (End.HANDOFF, "What the inner one knows.", ())
        assert go("Yes", "No", in_=self.BOTH, slug="outer").note == "What the outer one knows."

    def test_back_into_it(self):
        """Back leads from the outer recipe into the inner one, and out of it again."""
        then = go("Yes", in_=self.BOTH, slug="outer")
        assert back(self.BOTH, then) == Progress(
            root="outer", recipe="inner", step="i", seen=2, callers=(("outer", "first"),)
        )
        again = go("Read", "Yes", in_=self.BOTH, slug="outer")
        assert (again.recipe, back(self.BOTH, again).step) == ("inner", "ask")

    def test_one_that_is_gone(self):
        """A recipe that is not there any more counts as handed over."""
        assert begin(book(self.OUTER), "outer").end is End.HANDOFF

    def test_circles(self):
        """Recipes that contain each other come to an end, as deep as may be."""
        ways = {"solved": "solved"}
        a, b = (recipe({"s": {"recipe": other, "on": ways}}, slug) for slug, other in (("a", "b"), ("b", "a")))
        ended = begin(book(a, b), "a")
        assert (ended.end, ended.callers, ended.trail) == (End.HANDOFF, (), ())

    def test_depth(self):
        """Five within each other are gone through; the sixth hands over."""
        rows = [recipe({"s": {"recipe": f"r{n + 1}", "on": {"solved": "solved"}}}, f"r{n}") for n in range(9)]
        for deep, ended in ((MOST_NESTED, None), (MOST_NESTED + 1, End.HANDOFF)):
            last = recipe({"s": {"say": "?", "choices": YES_NO}}, f"r{deep}")
            assert begin(book(*rows[:deep], last), "r0").end is ended

    def test_an_endless_one(self):
        """A recipe that ends unseen and is begun again and again is stopped, with a word on why."""
        inner = recipe({"s": {"decide": [{"if": {"x": {"known": False}}, "to": "solved"}], "otherwise": "handoff"}},
                       "inner")  # fmt: skip
        outer = recipe({"s": {"recipe": "inner", "on": {"solved": "s", "handoff": "t"}},
                        "t": {"say": "?", "choices": YES_NO}}, "outer")  # fmt: skip
        ended = begin(book(inner, outer), "outer")
        assert (ended.end, ended.note, ended.callers) == (End.HANDOFF, LOOP, ())


class TestBack:
    """Back, over, away."""

    def test_back(self):
        """Back takes the last answer away and counts on, so that an old click stays old."""
        first = Done(recipe="r", step="net", said="Does it load?", answer="Yes")
        assert back(BOOK, go("Yes", "42")) == Progress(root="r", recipe="r", step="code", seen=3, trail=(first,))
        assert back(BOOK, begin(BOOK, "r")) == begin(BOOK, "r")

    def test_back_over_a_second_answer(self):
        """In a cycle the same input may be typed twice; back brings the first one back."""
        progress = go("Yes", "1", "Other code", "2")
        assert progress.answers == {"code": "2"}
        assert back(BOOK, progress).answers == {"code": "1"}

    def test_back_over_waits_and_not_over_actions(self):
        """Back leads over a wait to what was answered before it; what an action did is not undone."""
        one = book(
            recipe(
                {
                    "a": {"say": "?", "choices": {"Wait": "w", "Do": "d"}},
                    "w": {"say": "Wait.", "wait": "1h", "next": "z"},
                    "d": {"action": "x", "on": {"done": "w"}},
                    "z": {"say": "?", "choices": YES_NO},
                }
            )
        )
        waited = go("Wait", OVER, in_=one)
        assert can_go_back(waited)
        assert (back(one, waited).step, back(one, waited).trail) == ("a", ())
        for acted in (go("Do", "done", in_=one), go("Do", "done", READY, in_=one)):
            assert not can_go_back(acted)
            assert back(one, acted) is acted
        assert can_go_back(go("Do", in_=one))

    def test_back_after_a_list_has_changed(self):
        """What was chosen from a list stays chosen, though it is not on the list any more."""
        wanted = {"name": "room", "label": "Room", "type": "device", "list": "rooms"}
        one = recipe({"a": {"say": "?", "input": wanted, "next": "b"}, "b": {"say": "?", "choices": {"Go": "c"}},
                      "c": {"say": "?", "choices": YES_NO}})  # fmt: skip
        there = go("Porto", "Go", in_=book(one, rooms=["Porto"]))
        undone = back(book(one, rooms=["Lisbon"]), there)
        assert (undone.step, undone.facts) == ("b", {"room": "Porto"})

    def test_start_over(self):
        """Over again forgets everything but the goal, and counts on."""
        one = book(NET.model_copy(update={"goal": "What for?"}))
        there = go("A talk", "Yes", "7", in_=one, platform="mac")
        again = start_over(one, there)
        assert (again.step, again.trail, again.seen) == ("net", (), 4)
        assert again.facts == {GOAL: "A talk", "platform": "mac"}
        assert replayed(one, again.root, again.known, again.trail).step == "net"

    @pytest.mark.parametrize(
        ("end", "outcome"),
        [(End.HANDOFF, Outcome.LEFT), (End.STOPPED, Outcome.LEFT), (End.ABANDONED, Outcome.LEFT),
         (End.SOLVED, Outcome.DONE)],
    )  # fmt: skip
    def test_leave(self, end, outcome):
        """Whoever leaves is seen to have left at that step; who says that it works did the step."""
        left = leave(BOOK, go("Yes"), end, at="2026-11-20", answer="it works")
        assert (left.end, left.seen, left.step) == (end, 2, "code")
        assert left.trail[-1] == Done(
            recipe="r", step="code", said="Which code?", answer="it works", kind=Kind.INPUT, outcome=outcome,
            at="2026-11-20",
        )  # fmt: skip
        assert left.note == ("Look at the gateway." if end is End.HANDOFF else "")

    def test_leave_at_once(self):
        """Who wants a person before the first answer tried nothing: L2 is told nothing of it."""
        assert leave(BOOK, begin(BOOK, "r"), End.HANDOFF).note == ""

    def test_leave_within(self):
        """Out of a recipe within a recipe it is out of both."""
        left = leave(TestWithin.BOTH, begin(TestWithin.BOTH, "outer"), End.HANDOFF)
        assert (left.end, left.callers, left.recipe) == (End.HANDOFF, (), "inner")


class TestStepsLeft:
    """How much there is to do at least."""

    def test_the_shortest_way(self):
        """It counts the steps that people see on the shortest way to solved, the present one included."""
        assert [steps_left(BOOK, go(*answers)) for answers in ((), ("Yes",), ("Yes", "1"))] == [3, 2, 1]

    def test_decisions(self):
        """Decisions count by what is known now; where that leads round in a circle, on their shortest way."""
        one = book(TestUnseen.SORTED)
        assert steps_left(one, go(in_=one)) == 2
        assert steps_left(one, go(in_=one, platform="mac", location="home")) == 1

    def test_without_a_way_to_solved(self):
        """Where nothing leads to solved it is the way to any end; a goal is a step more."""
        one = recipe({"a": {"say": "?", "choices": {"x": "b"}}, "b": {"say": "?", "choices": {"y": "handoff"}}})
        assert steps_left(book(one), go(in_=book(one))) == 2
        asks = book(one.model_copy(update={"goal": "What for?"}))
        assert steps_left(asks, begin(asks, "r")) == 3

    def test_within(self):
        """Recipes around it count as one step more each."""
        assert steps_left(TestWithin.BOTH, begin(TestWithin.BOTH, "outer")) == 2

    def test_an_action_that_may_fail(self):
        """That an action fails is no short way."""
        one = recipe({"a": {"action": "x", "on": {"done": "b", "failed": "solved"}},
                      "b": {"say": "?", "choices": YES_NO}})  # fmt: skip
        assert steps_left(book(one), go(in_=book(one))) == 2


@pytest.mark.parametrize(("kind", "named"), [("person", True), ("text", False)])
def test_a_mention_counts_where_a_person_is_asked_for(kind: str, named: bool):  # noqa: FBT001 - a case
    """The same signs at another input name nobody; an address at the input for a person is no mention."""
    wanted = {"name": "who", "type": kind, "label": "Who"}
    made = book(recipe({"who": {"say": "Who?", "input": wanted, "next": "solved"}}))
    assert advance(made, begin(made, "r"), "<@U0LIAMOKAF>").trail[0].named is named
    assert not advance(made, begin(made, "r"), "liam@a.example").trail[0].named
