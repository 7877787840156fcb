"""Why a message was answered as it was: kept whole, and told under headings."""

import json

from bot.confidence import NAMES, TRAITS, Confidence
from bot.decide import Limits, decide
from bot.explain import explained
from bot.judged import Judged, trace_of
from classifier.labels import Intent
from tests.making import candidate, evidence, prediction

LIMITS = Limits(answer=0.6, clarify=0.4)
WEIGHTS = tuple(float(n) for n in range(len(NAMES)))
CONFIDENCE = Confidence(order=(0.0,) * len(TRAITS), weights=WEIGHTS, bias=0.0, limits=LIMITS, data="abc")
CHANCES = {Intent.QUESTION: 0.9, Intent.INCIDENT: 0.06, Intent.REQUEST: 0.03, Intent.STATUS: 0.01}
SEEN = evidence(
    confidence=0.8, candidates=tuple(candidate(f"article-{n}") for n in range(9)),
    prediction=prediction(intents=CHANCES),
)
FEATURES = dict.fromkeys(NAMES, 0.5)
JUDGED = Judged(read="how do I", evidence=SEEN, decision=decide(SEEN, LIMITS), features=FEATURES)
TRACE = trace_of(JUDGED, CONFIDENCE, {"encoder": "mini"})


def test_a_trace_is_whole():
    """What was read, found and weighed, the limits and the models; as JSON, and without chances that say nothing."""
    assert json.loads(json.dumps(TRACE)) == TRACE
    assert TRACE["read"] == "how do I"
    assert len(TRACE["candidates"]) == 5
    assert list(TRACE["prediction"]["intents"]) == ["question", "incident", "request"]
    assert TRACE["features"][NAMES[2]] == [0.5, 1.0]
    assert TRACE["limits"] == {"answer": 0.6, "clarify": 0.4}
    assert (TRACE["decision"], TRACE["shown"]) == ("answer", [["article", "article-0"]])


def test_it_is_told_under_headings():
    """Each with its lines, the decision first."""
    told = dict(explained(TRACE))
    assert list(told) == ["Decided", "Read", "Taken for", "Found", "How sure", "Models"]
    assert told["Read"] == ("how do I",)
    assert told["Taken for"][0] == "intent question (0.90), then incident 0.06, request 0.03"
    assert told["Found"][0] == "0.700  cosine 0.600  BM25   8.00  article article-0"
    assert told["How sure"][:2] == ("0.80; answers from 0.60, asks back from 0.40", f"{NAMES[0]} 0.500 (+0.00)")
    assert told["Decided"] == ("answer: confidence 0.80 is at least 0.60",)
    assert told["Models"] == ("encoder mini",)


def test_a_part_and_a_follow_up_say_so():
    """What else the decision hung on."""
    told = dict(explained(TRACE | {"part": [2, 3], "leans": True}))
    assert told["Decided"][1:] == ("part 2 of 3 of the message", "read together with what the thread was about")


def test_an_older_trace_tells_what_it_has():
    """A trace of a former release has fewer parts; an empty one has none."""
    kept = {"intent": "question", "category": "vpn", "impact": "low", "urgency": "low"}
    assert dict(explained({"prediction": kept, "why": "small talk"}))["Decided"] == ("small talk",)
    assert explained({}) == []
