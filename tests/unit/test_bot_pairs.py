"""Pairs of models: which one serves, what steps in for a damaged one, what is kept, and the way back."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.confidence import NAMES, TRAITS, Confidence
from bot.decide import Limits
from bot.pairs import ABOUT, CLASSIFIER, CONFIDENCE, KEPT, About, Pairs, as_row, table
from classifier.examples import Example
from classifier.model import Classifier, Head
from classifier.training import train
from core.encoder import HashingEncoder
from core.errors import BadInput, NotFound, Unavailable

ENCODER = HashingEncoder()
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CONFIDENT = Confidence(
    order=(1.0,) * len(TRAITS), weights=(0.0,) * len(NAMES), bias=0.0, limits=Limits(answer=0.6, clarify=0.3), data="q"
)
Keep = Callable[..., str]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """A small one."""
    labels = [("vpn", "incident", "low"), ("printing", "request", "high")]
    return train([
        Example(text=f"{name} {n}", labels={"intent": intent, "category": name, "impact": level, "urgency": level})
        for name, intent, level in labels for n in range(4)
    ], ENCODER)  # fmt: skip


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    """An empty store."""
    return Pairs(tmp_path)


@pytest.fixture
def keep(pairs: Pairs, classifier: Classifier) -> Keep:
    """Trains the next pair, an hour after the one before, and puts it live unless it is worse; its name."""
    hours = iter(range(99))

    def made(aside: str = "", confidence: Confidence = CONFIDENT) -> str:
        at = (START + timedelta(hours=next(hours))).isoformat()
        about = About(at=at, encoder=ENCODER.name, messages="m", questions="q", examples=8, aside=aside)
        name = pairs.keep(classifier, confidence, about).id
        if not aside: pairs.put_live(name)
        pairs.forget()
        return name

    return made


def serving(pairs: Pairs) -> str:
    """The pair that serves, when all is well."""
    pair, problem = pairs.serving(ENCODER.name)
    assert problem == ""
    return pair.about.id


class TestServing:
    """The live pair, or the last good one."""

    def test_none_yet(self, pairs, tmp_path):
        """One line with the way out; files of an older version beside the folder are none of it."""
        (tmp_path / CLASSIFIER).write_bytes(b"old")
        with pytest.raises(BadInput, match="no classifier model yet; run `firstline classifier train`"):
            pairs.serving(ENCODER.name)
        assert (pairs.live(), pairs.history()) == ("", [])

    def test_the_newest_that_was_put_live(self, pairs, keep):
        """One that was kept aside does not serve."""
        first, second = keep(), keep()
        assert (first, second) == ("20261120-090000", "20261120-100000")
        keep(aside="wrong rose")
        assert serving(pairs) == pairs.live() == second

    @pytest.mark.parametrize("file", [CLASSIFIER, CONFIDENCE, ABOUT])
    @pytest.mark.parametrize("harm", ["half", "gone"])
    def test_a_damaged_one_is_stood_in_for(self, pairs, keep, tmp_path, file, harm):
        """By the last good one that was live, with one line; the pair that was kept aside never steps in."""
        good, bad = keep(), keep()
        keep(aside="wrong rose")
        path = tmp_path / "models" / bad / file
        if harm == "gone": path.unlink()
        else: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        pair, problem = pairs.serving(ENCODER.name)
        assert pair.about.id == good
        assert str(path) in problem
        assert problem.endswith(f"run `firstline classifier train`. Until then the models of {good} go on serving.")
        assert "\n" not in problem

    @pytest.mark.parametrize("file", [CLASSIFIER, CONFIDENCE])
    def test_files_of_two_trainings(self, pairs, keep, tmp_path, file, classifier):
        """A sound file that came from another pair is found out."""
        good = keep(confidence=Confidence(**{**_values(), "bias": 1.0}))
        bad = keep()
        if file == CLASSIFIER: Classifier(
            heads=classifier.heads, vocabulary=classifier.vocabulary, encoder=classifier.encoder, data="other"
        ).save(tmp_path / "models" / bad / file)
        else: shutil.copy(tmp_path / "models" / good / file, tmp_path / "models" / bad / file)
        with pytest.raises(BadInput, match="belongs to another training"): pairs.load(bad, ENCODER.name)
        assert pairs.serving(ENCODER.name)[0].about.id == good

    def test_values_that_are_no_numbers(self, pairs, keep):
        """A training that went wrong is found out when it is read, and the last good one serves."""
        good = keep()
        keep(confidence=Confidence(**{**_values(), "bias": float("nan")}))
        pair, problem = pairs.serving(ENCODER.name)
        assert pair.about.id == good
        assert "no usable confidence model" in problem

    def test_weights_that_are_no_numbers(self, pairs, keep, classifier):
        """The same of the classifier."""
        good, head = keep(), classifier.heads["category"]
        broken = {**classifier.heads, "category": _with_nan(head)}
        about = About(at=(START + timedelta(days=1)).isoformat(), encoder=ENCODER.name, messages="m", questions="q",
                      examples=8)  # fmt: skip
        spoilt = Classifier(heads=broken, vocabulary=classifier.vocabulary, encoder=ENCODER.name, data="d")
        pairs.put_live(pairs.keep(spoilt, CONFIDENT, about).id)
        pair, problem = pairs.serving(ENCODER.name)
        assert pair.about.id == good
        assert "the classifier model is damaged" in problem

    def test_another_encoder(self, pairs, keep):
        """Models meet no vectors that they were not trained on."""
        keep()
        with pytest.raises(BadInput, match=r"was trained with .*, not other"): pairs.serving("other")

    def test_live_is_damaged(self, pairs, keep, tmp_path):
        """Without its name the newest that was not kept aside serves."""
        keep()
        second = keep()
        keep(aside="wrong rose")
        for content in (b"", b"\xff\xfe", b"nothing"):
            (tmp_path / "models" / "live").write_bytes(content)
            assert pairs.serving(ENCODER.name)[0].about.id == second


class TestChanges:
    """Keeping, forgetting, going back."""

    def test_the_last_five_are_kept(self, pairs, keep):
        """The oldest go first, but never the live one, nor the one that would step in for it."""
        names = [keep() for _ in range(7)]
        assert [about.id for about in pairs.history()] == names[:1:-1]
        refused = [keep(aside="wrong rose") for _ in range(6)]
        kept = [about.id for about in pairs.history()]
        assert len(kept) == KEPT
        assert kept == [*refused[:-4:-1], names[6], names[5]]
        assert serving(pairs) == names[6]

    def test_back_and_further_back(self, pairs, keep):
        """Each time one step, past those that were kept aside, until there is none; by name to any."""
        first, second = keep(), keep()
        aside = keep(aside="wrong rose")
        third = keep()
        for expected in (second, first):
            assert pairs.roll_back("", ENCODER.name).about.id == expected == serving(pairs)
        with pytest.raises(BadInput, match="no earlier models"): pairs.roll_back("", ENCODER.name)
        for name in (third, aside): assert pairs.roll_back(name, ENCODER.name).about.id == name == serving(pairs)

    def test_a_folder_that_was_copied(self, pairs, keep, tmp_path):
        """A pair goes by its own name: one that lies in another's folder is none."""
        name = keep()
        shutil.copytree(tmp_path / "models" / name, tmp_path / "models" / "mine")
        assert [about.id for about in pairs.history()] == [name]

    @pytest.mark.parametrize("name", ["20200101-000000", "../..", "live", "/"])
    def test_back_to_nothing(self, pairs, keep, name):
        """What is not there is told, and the live one stays."""
        live = keep()
        with pytest.raises(NotFound, match="see `firstline classifier history`"): pairs.roll_back(name, ENCODER.name)
        assert serving(pairs) == live

    def test_back_to_a_damaged_one(self, pairs, keep, tmp_path):
        """It is not put live."""
        first, second = keep(), keep()
        (tmp_path / "models" / first / CLASSIFIER).write_bytes(b"half")
        with pytest.raises(BadInput, match="is damaged"): pairs.roll_back(first, ENCODER.name)
        assert serving(pairs) == second

    def test_two_in_one_second(self, pairs, classifier):
        """Each has a name of its own, in their order."""
        about = About(at=START.isoformat(), encoder=ENCODER.name, messages="m", questions="q", examples=8)
        names = [pairs.keep(classifier, CONFIDENT, about).id for _ in range(3)]
        assert names == ["20261120-090000", "20261120-090000-2", "20261120-090000-3"]

    def test_no_room(self, tmp_path, classifier):
        """One line, and nothing is left behind."""
        (tmp_path / "models").write_text("in the way")
        about = About(at=START.isoformat(), encoder=ENCODER.name, messages="m", questions="q", examples=8)
        with pytest.raises(Unavailable, match="could not be written"):
            Pairs(tmp_path).keep(classifier, CONFIDENT, about)
        with pytest.raises(Unavailable, match="could not be written"): Pairs(tmp_path).put_live("x")
        assert [path.name for path in tmp_path.iterdir()] == ["models"]

    def test_nothing_half_is_left(self, keep, tmp_path):
        """Beside the pairs and the name of the live one there is nothing."""
        name = keep()
        assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [name, "live"]


def test_history(pairs, keep):
    """Newest first: when, how much was learnt, the figures, which one is live, and why one is not."""
    first = keep()
    second = keep(aside="wrong 1.7% before, 3.0% now")
    lines = table(pairs.history(), pairs.live()).splitlines()
    assert [line.split()[0] for line in lines] == ["models", second, first]
    assert "kept aside: wrong 1.7% before" in lines[1]
    assert lines[2].split()[1] == "live"
    rows = json.loads(json.dumps([as_row(about, pairs.live()) for about in pairs.history()]))
    assert [(row["id"], row["live"]) for row in rows] == [(second, False), (first, True)]


def _values() -> dict:
    return {name: getattr(CONFIDENT, name) for name in ("order", "weights", "bias", "limits", "data", "curve")}


def _with_nan(head: Head) -> Head:
    return Head(
        classes=head.classes, dense=head.dense * np.float32("nan"), sparse=head.sparse, bias=head.bias,
        temperature=head.temperature,
    )
