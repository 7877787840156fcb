"""The confidence: a logistic regression by hand, and its file."""

import json
import math
from dataclasses import replace

import pytest

from bot.confidence import LOOKED_AT, NAMES, TRAITS, Confidence, Point, inputs, traits
from bot.decide import Limits
from classifier.labels import Intent
from core.errors import BadInput
from tests.making import candidate, prediction

LIMITS = Limits(answer=0.7, clarify=0.3)
COSINE_ALONE = (1.0,) + (0.0,) * (len(TRAITS) - 1)
WEIGHTS = (1.0, 2.0) + (0.0,) * (len(NAMES) - 3) + (-3.0,)
MODEL = Confidence(
    order=COSINE_ALONE, weights=WEIGHTS, bias=-1.0, limits=LIMITS, data="abc",
    curve=(Point(limit=0.9, coverage=0.1, risk=0.0), Point(limit=0.2, coverage=1.0, risk=0.25)),
)


def seen(**named: float) -> tuple[float, ...]:
    """Inputs by name, the others nought."""
    return tuple(named.get(name, 0.0) for name in NAMES)


def test_of():
    """It is the logistic function of bias plus weighted inputs: here of -1 + 0.5 + 2 * 0.25 - 3 * 0 = 0."""
    assert MODEL.of(seen(cosine=0.5, title=0.25, lead=9.0)) == 0.5
    assert MODEL.of(seen(length=1.0)) == pytest.approx(1 / (1 + math.exp(4)))


def test_parts():
    """What each input adds, by name; together with the bias they are the log odds."""
    parts = MODEL.parts(seen(cosine=0.5, title=0.5, length=1.0))
    assert (parts["cosine"], parts["title"], parts["length"], parts["lead"]) == (0.5, 1.0, -3.0, 0.0)
    assert list(parts) == list(NAMES)


def test_extreme_inputs():
    """Whatever comes in, it is a probability and no overflow."""
    assert 0 <= MODEL.of(seen(cosine=-1e9)) < 1e-20
    assert MODEL.of(seen(cosine=1e9)) == pytest.approx(1.0)


def test_other_inputs():
    """A different number of inputs is a mistake, not a smaller sum."""
    with pytest.raises(ValueError, match="zip"): MODEL.of((1.0, 2.0))


def test_rank():
    """The order is that of the weighted traits; equal ones come by kind and slug; only so many are looked at."""
    found = [candidate("b", cosine=0.5), candidate("a", cosine=0.5), candidate("c", cosine=0.9, score=0.0)]
    assert [(one.slug, one.score) for one in MODEL.rank(found, prediction())] == [("c", 0.9), ("a", 0.5), ("b", 0.5)]
    many = [candidate(f"n{n}", cosine=n / 100) for n in range(LOOKED_AT + 5)]
    assert MODEL.rank(many, prediction())[0].slug == f"n{LOOKED_AT - 1}"
    assert MODEL.rank([], prediction()) == []


def test_traits():
    """A category counts for as much as it is likely; a kind for as much as the intent that wants it."""
    taken_for = prediction(intents={Intent.QUESTION: 0.6, Intent.INCIDENT: 0.3}, categories={"vpn": 0.8, "mail": 0.1})
    article = candidate(title_cosine=0.1, name_cosine=0.2, passage_cosine=0.3, three_cosine=0.4, whole_cosine=0.5)
    assert traits(article, taken_for) == (0.6, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0, 0.8, 0.0, 0.6, 0.0)
    recipe = candidate(kind="recipe", category="never heard of")
    assert traits(recipe, taken_for)[-4:] == (0.0, 0.3, 0.0, 1.0)
    assert len(traits(recipe, taken_for)) == len(TRAITS)


def test_inputs():
    """The first one's traits, its leads, agreement, words, and what the message was taken for."""
    aside = {Intent.OUTSIDE: 0.2, Intent.SMALLTALK: 0.1, Intent.PERSON: 0.05, Intent.STATUS: 0.05}
    taken_for = prediction(intents=aside | {Intent.QUESTION: 0.6})
    ranked = [candidate(), candidate("b", score=0.5, lexical=0.5), candidate("c", score=0.4, lexical=0.1)]
    found = dict(zip(NAMES, inputs(ranked, 4, taken_for), strict=True))
    assert found == pytest.approx(dict.fromkeys(NAMES, 0.0) | {
        "cosine": 0.6, "words": 1.0, "article for a question": 0.6, "lead": 0.2, "lead over the third": 0.3,
        "agreement": 2.0, "BM25 a word": 2.0, "no question about IT": 0.4, "outside": 0.2, "sure of the category": 0.8,
        "length": math.log(5),
    })  # fmt: skip


def test_inputs_of_one_or_none():
    """One candidate leads nobody; without any, all inputs are nought; no words divide by one."""
    found = dict(zip(NAMES, inputs([candidate(bm25=2.0, lexical=0.0)], 0, prediction()), strict=True))
    assert (found["lead"], found["lead over the third"], found["BM25 a word"], found["agreement"]) == (0, 0, 2.0, 1.0)
    assert inputs([], 0, prediction()) == (0.0,) * len(NAMES)


def test_round_trip(tmp_path):
    """What was saved is what is loaded, in a folder that did not exist; no other file is left."""
    path = tmp_path / "new" / "confidence.json"
    MODEL.save(path)
    assert Confidence.load(path) == MODEL
    assert [file.name for file in path.parent.iterdir()] == ["confidence.json"]


GOOD = {
    "order": list(COSINE_ALONE), "weights": list(WEIGHTS), "bias": -1, "limits": {"answer": 0.7, "clarify": 0.3},
    "data": "abc", "curve": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", json.dumps(GOOD | {"weights": [1, 2]}), json.dumps(GOOD | {"bias": "much"}),
        json.dumps(GOOD | {"limits": {"answer": 1}}), json.dumps({k: v for k, v in GOOD.items() if k != "data"}),
        json.dumps(GOOD | {"weights": [math.nan] * len(NAMES)}), json.dumps(GOOD | {"order": [math.inf] * len(TRAITS)}),
        json.dumps(GOOD | {"limits": {"answer": "x", "clarify": None}}), json.dumps(GOOD | {"order": [1]}),
        json.dumps(GOOD | {"curve": [1]}), json.dumps(GOOD | {"curve": [{"risk": 1}]}), "\xff",
    ],
)  # fmt: skip
def test_a_damaged_file(tmp_path, content):
    """A damaged file is one clear line that says what to do."""
    path = tmp_path / "confidence.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(BadInput, match=r"no usable confidence model .* run `firstline classifier train`"):
        Confidence.load(path)


def test_a_missing_file(tmp_path):
    """So is a missing one."""
    with pytest.raises(BadInput, match="run `firstline classifier train`"): Confidence.load(tmp_path / "none.json")


def test_a_full_disk_or_no_right_keeps_the_old_one(tmp_path):
    """A save that fails leaves the old model whole."""
    path = tmp_path / "confidence.json"
    MODEL.save(path)
    path.with_suffix(".partial").mkdir()  # now the new one cannot be written
    with pytest.raises(OSError, match="confidence"): replace(MODEL, data="new").save(path)
    assert Confidence.load(path) == MODEL
