"""The confidence: a logistic regression by hand, and its file."""

import json
import math

import pytest

from bot.confidence import NAMES, Confidence, inputs
from bot.decide import Limits
from classifier.labels import Intent
from core.errors import BadInput
from tests.making import candidate, prediction

LIMITS = Limits(answer=0.7, clarify=0.3)
MODEL = Confidence(weights=(1.0, 2.0, 0.0, 0.0, 0.0, -3.0), bias=-1.0, limits=LIMITS, data="abc")


def test_of():
    """It is the logistic function of bias plus weighted inputs: here of -1 + 0.5 + 2 * 0.25 - 3 * 0 = 0."""
    assert MODEL.of((0.5, 0.25, 9.0, 9.0, 9.0, 0.0)) == 0.5
    assert MODEL.of((0.0, 0.0, 0.0, 0.0, 0.0, 1.0)) == pytest.approx(1 / (1 + math.exp(4)))


def test_extreme_inputs():
    """Whatever comes in, it is a probability and no overflow."""
    assert 0 <= MODEL.of((-1e9, 0, 0, 0, 0, 0)) < 1e-20
    assert MODEL.of((1e9, 0, 0, 0, 0, 0)) == pytest.approx(1.0)


def test_other_inputs():
    """A different number of inputs is a mistake, not a smaller sum."""
    with pytest.raises(ValueError, match="zip"): MODEL.of((1.0, 2.0))


def test_inputs():
    """The inputs are the features of the ranking, and the probability of what is no question about IT."""
    aside = {Intent.OUTSIDE: 0.2, Intent.SMALLTALK: 0.1, Intent.PERSON: 0.05, Intent.STATUS: 0.05}
    taken_for = prediction(intents=aside | {Intent.QUESTION: 0.6})
    seen = inputs([candidate(), candidate("b", score=0.5, lexical=0.5)], 4, taken_for)
    assert seen == pytest.approx((0.6, 0.2, 1.0, 2.0, 1.0, 0.4))
    assert len(seen) == len(NAMES)


def test_inputs_of_nothing():
    """Without candidates every feature of the ranking is nought."""
    assert inputs([], 0, prediction()) == (0.0,) * len(NAMES)


def test_round_trip(tmp_path):
    """What was saved is what is loaded, in a folder that did not exist; no other file is left."""
    path = tmp_path / "new" / "confidence.json"
    MODEL.save(path)
    assert Confidence.load(path) == MODEL
    assert [file.name for file in path.parent.iterdir()] == ["confidence.json"]


GOOD = {"weights": [1, 2, 0, 0, 0, -3], "bias": -1, "limits": {"answer": 0.7, "clarify": 0.3}, "data": "abc"}


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", json.dumps(GOOD | {"weights": [1, 2]}), json.dumps(GOOD | {"bias": "much"}),
        json.dumps(GOOD | {"limits": {"answer": 1}}), json.dumps({k: v for k, v in GOOD.items() if k != "data"}),
        json.dumps(GOOD | {"weights": [math.nan] * 6}), json.dumps(GOOD | {"limits": {"answer": "x", "clarify": None}}),
        "\xff",
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
    with pytest.raises(OSError, match="confidence"): Confidence(weights=(), bias=0, limits=LIMITS, data="").save(path)
    assert Confidence.load(path) == MODEL
