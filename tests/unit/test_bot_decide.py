"""The decision table: every rule, and which of two rules goes first."""

from typing import Any

import pytest

from bot.decide import (
    OPTIONS,
    SURE_OF_INTENT,
    SURE_OF_PERSON,
    SURE_OF_STRAIGHT,
    SURE_OF_WIDESPREAD,
    Answer,
    Chat,
    Clarify,
    Evidence,
    Form,
    HandOff,
    KnownOutage,
    Limits,
    OfferForm,
    OfferRecipe,
    Reason,
    SayOutside,
    SmallTalk,
    TellStatus,
    decide,
)
from classifier.labels import Intent, Level
from handoff.outages import Outage
from tests.making import NOW, candidate, evidence, prediction

LIMITS = Limits(answer=0.8, clarify=0.4)
OUTAGE = Outage(id=1, text="The VPN in Lisbon is down.", declared_at=NOW)
FORM = Form(slug="access", title="Access", likeness=0.7)
UNSURE = min(SURE_OF_INTENT, SURE_OF_PERSON) - 0.01
MANY = prediction(Intent.INCIDENT, impact=Level.HIGH, impact_p=SURE_OF_WIDESPREAD)

# Each row: what is seen, and the decision on it.
ROWS: list[tuple[str, dict[str, Any], object]] = [
    ("no words", {"has_words": False}, SmallTalk(chat=Chat.NO_WORDS)),
    ("a ticket number", {"ticket_number": "INC-000042"}, TellStatus(number="INC-000042")),
    ("may not wait", {"straight": True}, HandOff(reason=Reason.STRAIGHT)),
    ("wants a person", {"intent": Intent.PERSON}, HandOff(reason=Reason.ASKED)),
    ("a known outage", {"intent": Intent.INCIDENT, "outage": OUTAGE}, KnownOutage(outage=OUTAGE)),
    ("asks how the outage is doing", {"intent": Intent.STATUS, "outage": OUTAGE}, KnownOutage(outage=OUTAGE)),
    ("hits many", {"prediction": MANY}, HandOff(reason=Reason.WIDESPREAD)),
    ("wants the status", {"intent": Intent.STATUS}, TellStatus(number="")),
    ("small talk", {"intent": Intent.SMALLTALK}, SmallTalk(chat=Chat.HELLO)),
    ("foreign", {"foreign": True, "intent": Intent.OUTSIDE}, HandOff(reason=Reason.FOREIGN)),
    ("outside", {"intent": Intent.OUTSIDE, "confidence": 0.3}, SayOutside()),
    ("a request with a form", {"intent": Intent.REQUEST, "form": FORM}, OfferForm(form=FORM)),
    ("sure", {"confidence": 0.8}, Answer(best=candidate())),
    ("not quite sure", {"confidence": 0.4}, Clarify(options=(candidate(),))),
    ("not sure", {"confidence": 0.39}, HandOff(reason=Reason.NOT_SURE, nearest=candidate())),
    ("nothing found", {"candidates": (), "confidence": 0.0}, HandOff(reason=Reason.NOT_SURE)),
]


def seen_as(intent: Intent = Intent.QUESTION, **changes: Any) -> Evidence:
    """Evidence of a message that was surely taken for this."""
    return evidence(intent, **changes)


@pytest.mark.parametrize(("seen", "outcome"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_rule(seen, outcome):
    """Each rule, when it is the only one that applies, decides."""
    decision = decide(seen_as(**seen), LIMITS)
    assert decision.outcome == outcome
    assert decision.why


ORDER: list[tuple[str, dict[str, Any]]] = [
    ("smalltalk", {"has_words": False}), ("handoff", {"straight": True}), ("status", {"ticket_number": "INC-000042"}),
    ("outage", {"outage": OUTAGE}), ("handoff", {"prediction": MANY}), ("answer", {"confidence": 0.9}),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_the_order_of_rules(place):
    """Of all the rules that apply, the first of the table decides, whatever comes after it."""
    seen: dict[str, Any] = {"prediction": prediction(Intent.INCIDENT)}
    for _, row in ORDER[place:]: seen |= row
    assert decide(evidence(**seen), LIMITS).name == ORDER[place][0]


@pytest.mark.parametrize("intent", [Intent.PERSON, Intent.STATUS, Intent.REQUEST])
def test_intents_that_go_before_what_is_found(intent):
    """Who asks for a person, a status or something with a form gets that, however sure an article looks."""
    assert decide(evidence(intent, form=FORM, confidence=0.99), LIMITS).name in ("handoff", "status", "catalogue")


def test_danger_on_a_hint():
    """Where nothing else is sure, a hint of danger is enough; where something is, it must be likely."""
    hint = prediction(Intent.INCIDENT, category_p=SURE_OF_STRAIGHT - 0.01)
    likely = prediction(Intent.INCIDENT, category_p=SURE_OF_STRAIGHT)
    assert decide(evidence(prediction=hint, straight=True, confidence=0.79), LIMITS).name == "handoff"
    assert decide(evidence(prediction=hint, straight=True, confidence=0.8), LIMITS).name == "answer"
    assert decide(evidence(prediction=likely, straight=True, confidence=0.99), LIMITS).name == "handoff"


@pytest.mark.parametrize(
    ("intent", "impact", "sure"),
    [(Intent.QUESTION, Level.HIGH, 0.99), (Intent.INCIDENT, Level.MEDIUM, 0.99),
     (Intent.INCIDENT, Level.HIGH, SURE_OF_WIDESPREAD - 0.01)],
)  # fmt: skip
def test_what_is_not_widespread(intent, impact, sure):
    """A question, a fault of one team, or a mere guess at high impact is answered as any other."""
    seen = evidence(prediction=prediction(intent, impact=impact, impact_p=sure), confidence=0.9)
    assert decide(seen, LIMITS).name == "answer"


@pytest.mark.parametrize("intent", [Intent.PERSON, Intent.STATUS, Intent.SMALLTALK, Intent.OUTSIDE])
def test_an_unsure_intent_decides_nothing(intent):
    """Below `SURE_OF_INTENT`, or `SURE_OF_PERSON`, these intents leave the decision to what was found."""
    assert decide(evidence(intent, UNSURE, confidence=0.8), LIMITS).name == "answer"
    assert decide(evidence(intent, UNSURE, confidence=0.1), LIMITS).name == "handoff"


@pytest.mark.parametrize("intent", [Intent.SMALLTALK, Intent.OUTSIDE])
def test_a_sure_find_goes_before_small_talk_and_outside(intent):
    """A greeting with a question in it, or a question that only sounds foreign, is answered when the answer is sure."""
    assert decide(evidence(intent, confidence=0.8), LIMITS).name == "answer"


@pytest.mark.parametrize("intent", [Intent.QUESTION, Intent.REQUEST, Intent.SMALLTALK, Intent.OUTSIDE])
def test_an_outage_answers_faults_only(intent):
    """Only something broken, or the question how it is doing, is answered with an outage."""
    assert decide(evidence(intent, outage=OUTAGE), LIMITS).name != "outage"


def test_a_form_is_only_offered_for_a_request():
    """A question about laptops is answered even where a form for laptops is near."""
    assert decide(evidence(Intent.QUESTION, form=FORM, confidence=0.9), LIMITS).name == "answer"


class TestWhatIsFound:
    """Which of the candidates is shown, and how."""

    def test_a_recipe_is_offered(self):
        """A sure recipe is begun, not quoted."""
        fix = candidate("vpn-fix", kind="recipe")
        decision = decide(evidence(Intent.INCIDENT, candidates=(fix,), confidence=0.9), LIMITS)
        assert decision.outcome == OfferRecipe(best=fix)

    def test_others_are_articles(self):
        """Under an answer stand at most two further articles, never a recipe."""
        found = (candidate("a"), candidate("r", kind="recipe", score=0.5),
                 *(candidate(s, score=0.4) for s in ("b", "c", "d")))  # fmt: skip
        decision = decide(evidence(candidates=found, confidence=0.9), LIMITS)
        assert isinstance(decision.outcome, Answer)
        assert [other.slug for other in decision.outcome.others] == ["b", "c"]

    def test_few_options(self):
        """A clarifying question offers at most three things, best first."""
        found = tuple(candidate(s, score=0.9 - n / 5) for n, s in enumerate("abcde"))
        decision = decide(evidence(candidates=found, confidence=0.5), LIMITS)
        assert isinstance(decision.outcome, Clarify)
        assert [option.slug for option in decision.outcome.options] == ["a", "b", "c"]
        assert len(decision.outcome.options) == OPTIONS


def test_why_names_the_limits():
    """The reason of a decision by confidence tells the confidence and the limits, for the person who tunes them."""
    assert decide(evidence(confidence=0.5), LIMITS).why == "confidence 0.50 is between 0.40 and 0.80"
