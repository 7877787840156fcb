"""What a change is to a question: gain, loss, change, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decide import (
    Answer,
    Clarify,
    Decision,
    Form,
    HandOff,
    OfferForm,
    OfferRecipe,
    Reason,
    SayOutside,
)
from bot.question_set import Labelled
from bot.rehearsal import Asked, Side, Tally, Verdict, side_of, side_of_books, verdict
from tests.making import candidate

VPN, MAIL = ("article", "vpn"), ("article", "mail")
EVERYBODY = frozenset({"employees"})


def asked(**changes: object) -> Asked:
    """A question of which nothing is known."""
    values: dict[str, object] = {"question": "vpn?", "text": "vpn?", "audiences": EVERYBODY}
    return Asked(**(values | changes))  # type: ignore[arg-type]


def side(outcome: object) -> Side:
    """What a person sees of an outcome."""
    return side_of(Decision(outcome=outcome, why=""))  # type: ignore[arg-type]


ANSWER, OTHER = side(Answer(best=candidate("vpn"))), side(Answer(best=candidate("mail")))
RECIPE = side(OfferRecipe(best=candidate("vpn", kind="recipe")))
CHOICE = side(Clarify(options=(candidate("mail"), candidate("vpn"))))
TURNED = side(Clarify(options=(candidate("vpn"), candidate("mail"))))
NOBODY, DANGER = side(HandOff(reason=Reason.NOT_SURE)), side(HandOff(reason=Reason.STRAIGHT))
OUTSIDE, FORM = side(SayOutside()), side(OfferForm(form=Form(slug="f", title="F", likeness=0.9)))
SIDES = (ANSWER, OTHER, RECIPE, CHOICE, NOBODY, DANGER, OUTSIDE, FORM)


@pytest.mark.parametrize(("before", "after", "wanted"), [
    (NOBODY, ANSWER, Verdict.GAIN), (OUTSIDE, RECIPE, Verdict.GAIN), (CHOICE, ANSWER, Verdict.GAIN),
    (ANSWER, NOBODY, Verdict.LOSS), (RECIPE, CHOICE, Verdict.LOSS), (ANSWER, DANGER, Verdict.LOSS),
    (ANSWER, OTHER, Verdict.CHANGE), (NOBODY, CHOICE, Verdict.CHANGE), (DANGER, ANSWER, Verdict.CHANGE),
    (FORM, ANSWER, Verdict.CHANGE), (NOBODY, OUTSIDE, Verdict.CHANGE),
    (ANSWER, ANSWER, Verdict.SAME), (CHOICE, TURNED, Verdict.SAME),
])
def test_where_nobody_knows_what_is_right(before: Side, after: Side, wanted: Verdict) -> None:
    """An answer where there was none is a gain, none where there was one a loss; another answer is to be looked at."""
    assert verdict(asked(), before, after) is wanted


@pytest.mark.parametrize(("before", "after", "wanted"), [
    (ANSWER, OTHER, Verdict.LOSS), (ANSWER, CHOICE, Verdict.LOSS), (CHOICE, NOBODY, Verdict.LOSS),
    (OTHER, ANSWER, Verdict.GAIN), (NOBODY, CHOICE, Verdict.GAIN), (NOBODY, OTHER, Verdict.CHANGE),
    (ANSWER, ANSWER, Verdict.SAME),
])
def test_what_was_confirmed_is_right(before: Side, after: Side, wanted: Verdict) -> None:
    """To lose it to another answer is a loss; it need not be the answer today to be a gain."""
    assert verdict(asked(confirmed=frozenset({VPN})), before, after) is wanted


@pytest.mark.parametrize(("before", "after", "wanted"), [
    (ANSWER, OTHER, Verdict.GAIN), (ANSWER, NOBODY, Verdict.CHANGE), (NOBODY, ANSWER, Verdict.CHANGE),
    (OTHER, ANSWER, Verdict.CHANGE), (OTHER, NOBODY, Verdict.LOSS),
])
def test_what_did_not_help_is_no_answer(before: Side, after: Side, wanted: Verdict) -> None:
    """To get rid of it is no loss, to get it no gain."""
    assert verdict(asked(unhelpful=frozenset({VPN})), before, after) is wanted


@pytest.mark.parametrize(("right", "before", "after", "wanted"), [
    ({VPN}, OTHER, ANSWER, Verdict.GAIN), ({VPN}, CHOICE, ANSWER, Verdict.GAIN), ({VPN}, OTHER, NOBODY, Verdict.GAIN),
    ({VPN}, ANSWER, OTHER, Verdict.LOSS), ({VPN}, ANSWER, CHOICE, Verdict.LOSS), ({VPN}, NOBODY, OTHER, Verdict.LOSS),
    ({VPN}, NOBODY, OUTSIDE, Verdict.CHANGE),
    (set(), NOBODY, ANSWER, Verdict.LOSS), (set(), ANSWER, NOBODY, Verdict.GAIN), (set(), NOBODY, CHOICE, Verdict.LOSS),
])
def test_labels_say_what_is_right(right: set[tuple[str, str]], before: Side, after: Side, wanted: Verdict) -> None:
    """Also that nothing is: then an answer is a loss."""
    labelled = Labelled(id="1", text="vpn?", right=frozenset(right))
    assert verdict(asked(labelled=labelled), before, after) is wanted


@given(
    st.sampled_from(SIDES), st.sampled_from(SIDES),
    st.sampled_from([{}, {"confirmed": frozenset({VPN})}, {"unhelpful": frozenset({MAIL})}]),
)
def test_what_stays_is_the_same_and_what_does_not_is_told(before: Side, after: Side, known: dict[str, object]) -> None:
    """Nothing that a person would see differently is counted as the same, and the other way round."""
    same = verdict(asked(**known), before, after) is Verdict.SAME
    assert same == before.same_as(after)


def test_questions_that_come_out_the_same_way_are_one() -> None:
    """Asked by people who see different things, they are told once with all their times; confirmed ones come first."""
    tally = Tally()
    tally.add(asked(times=2), NOBODY, ANSWER)
    tally.add(asked(times=3, audiences=frozenset({"employees", "staff"})), NOBODY, ANSWER)
    tally.add(asked(question="mail?", confirmed=frozenset({MAIL})), NOBODY, OTHER)
    tally.add(asked(question="same?"), ANSWER, ANSWER)
    found = tally.rehearsal(1.0)
    assert (found.questions, found.asked, found.same) == (4, 7, 1)
    assert [(one.question, one.times, one.confirmed) for one in found.gains] == [("mail?", 1, True), ("vpn?", 5, False)]
    assert (found.losses, found.changes) == ((), ())


def test_a_card_shows_all_its_run_books() -> None:
    """The first by name, all by title; none where there is none."""
    shown = side_of_books("runbook", [("a", "First"), ("b", "Second")])
    assert (shown.shown.decision, shown.shown.slug, shown.shown.title) == ("suggested", "a", "First / Second")
    nothing = side_of_books("runbook", [])
    assert (nothing.shown.decision, nothing.open) == ("none", True)
    assert verdict(asked(), nothing, shown) is Verdict.GAIN
    assert verdict(asked(), shown, nothing) is Verdict.LOSS
