"""The classifier: its examples, training, calibration, and a file that runs no code."""

import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier.evaluation import calibration_error, cross_validate, evaluate
from classifier.examples import Example, digest, read_examples
from classifier.grams import Vocabulary, grams
from classifier.labels import HEADS, Intent, Level, Prediction
from classifier.model import Classifier
from classifier.training import fit_temperature, train
from core.encoder import HashingEncoder
from core.errors import BadInput, Unavailable

ENCODER = HashingEncoder()
WORDS = {
    "question": "how do i where can", "incident": "broken fails error not working", "request": "please order need new",
    "smalltalk": "hello thanks bye", "outside": "lunch weather football",
}  # fmt: skip
TOPICS = {"vpn": "vpn globalprotect tunnel", "printing": "printer paper toner", "email": "outlook mail inbox"}
LINE = {"text": "vpn is down", "intent": "incident", "category": "vpn", "impact": "low", "urgency": "high"}


def made_up(count: int = 240) -> list[Example]:
    """Messages of words that give their labels away."""
    dice = np.random.default_rng(1)
    found = []
    for n in range(count):
        intent, topic = list(WORDS)[n % 5], list(TOPICS)[n % 3]
        labels = {"intent": intent}
        words = list(dice.choice(WORDS[intent].split(), 2))
        if intent in ("question", "incident", "request"):
            labels["category"] = topic
            words += list(dice.choice(TOPICS[topic].split(), 2))
        if intent == "incident":
            impact, urgency = list(Level)[n // 5 % 3], list(Level)[n // 15 % 3]
            labels |= {"impact": impact, "urgency": urgency}
            words += [f"impact{impact}", f"urgency{urgency}"]
        found.append(Example(text=" ".join(words), labels=labels))
    return found


@pytest.fixture(scope="module")
def model() -> Classifier:
    """A model of made-up messages."""
    return train(made_up(), ENCODER)


@pytest.fixture(scope="module")
def stored(model: Classifier, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of its file."""
    path = tmp_path_factory.mktemp("model") / "classifier.npz"
    model.save(path)
    return path.read_bytes()


def said(model: Classifier, text: str) -> Prediction:
    """What a model takes a text for."""
    return model.predict(ENCODER.encode([text])[0], text)


class TestExamples:
    """Reading the training data."""

    def read(self, tmp_path: Path, *lines: Any) -> list[Example]:
        """The examples of a file with these lines."""
        path = tmp_path / "m.jsonl"
        rows = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(rows), encoding="utf-8")
        return read_examples(path)

    def enough(self) -> list[dict[str, str]]:
        """Lines with two labels of each head, twice each."""
        other = {"text": "hi", "intent": "question", "category": "email", "impact": "high", "urgency": "low"}
        return [LINE, LINE, other, other]

    def test_lines_become_examples(self, tmp_path: Path) -> None:
        """Blank lines, a byte order mark and odd separators inside a text do no harm; heads may be missing."""
        found = self.read(
            tmp_path, "\ufeff" + json.dumps(LINE), *self.enough()[1:], "", {"text": "a\u2028b", "intent": "question"}
        )
        assert found[0] == Example(text="vpn is down", labels={key: LINE[key] for key in HEADS})
        assert found[-1] == Example(text="a\u2028b", labels={"intent": "question"})

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("{oops", "m.jsonl:2: not JSON"),
            ("[" * 100_000, "m.jsonl:2: not JSON"),
            ("[1]", 'm.jsonl:2: needs a "text"'),
            ({"intent": "question"}, 'm.jsonl:2: needs a "text"'),
            (LINE | {"text": 5}, 'm.jsonl:2: needs a "text"'),
            (LINE | {"text": "  "}, 'm.jsonl:2: needs a "text"'),
            ({"text": "x"}, 'm.jsonl:2: needs an "intent"'),
            (
                LINE | {"intent": "complaint"},
                'm.jsonl:2: "complaint" is no intent; it is one of incident, outside, person',
            ),
            (LINE | {"urgency": "very"}, 'm.jsonl:2: "very" is no urgency; it is one of high, low, medium'),
            (LINE | {"category": 7}, 'm.jsonl:2: "7" is no category'),
            (LINE | {"category": ""}, 'm.jsonl:2: "" is no category'),
            (LINE | {"category": "x" * 41}, "is no category; it is a word of up to 40 characters"),
            (LINE | {"intent": None}, 'm.jsonl:2: "None" is no intent'),
            ('{"text": "\\ud800", "intent": "question"}', "m.jsonl:2: the text has a character that cannot be read"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, line: Any, says: str) -> None:
        """File and line, and what it should be."""
        with pytest.raises(BadInput) as caught:
            self.read(tmp_path, LINE, line)
        assert says in str(caught.value)

    @pytest.mark.parametrize(
        ("lines", "says"),
        [
            ([], "there is nothing in it"),
            (
                [LINE, LINE, *[LINE | {"intent": "question"}] * 2, LINE | {"category": "wifi"}],
                'category "wifi" has only 1 example; give it at least 2',
            ),
            ([LINE, LINE], "intent needs at least two labels"),
        ],
    )
    def test_too_few_examples_are_told(self, tmp_path: Path, lines: list[Any], says: str) -> None:
        """One of a kind cannot be tested on."""
        with pytest.raises(BadInput, match=says):
            self.read(tmp_path, *lines)

    def test_a_file_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        """Missing, or not text."""
        (tmp_path / "m.jsonl").write_bytes(b"\xff\xfe")
        for name in ("m.jsonl", "missing.jsonl"):
            with pytest.raises(BadInput, match="cannot be read"):
                read_examples(tmp_path / name)

    def test_equal_data_has_an_equal_digest(self) -> None:
        """A label or a letter changed is other data."""
        assert digest(made_up()) == digest(made_up())
        assert digest(made_up()) != digest(made_up()[1:])


class TestModel:
    """What a trained model says."""

    def test_it_learns_what_words_give_away(self, model: Classifier) -> None:
        """All heads at once, from one vector."""
        found = said(model, "printer broken fails impacthigh urgencylow")
        assert (found.intent, found.category, found.impact, found.urgency) == (
            Intent.INCIDENT, "printing", Level.HIGH, Level.LOW,
        )  # fmt: skip
        assert found.intents[Intent.INCIDENT] == found.intent_p

    @settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text=st.text(max_size=60))
    def test_probabilities_sum_to_one(self, model: Classifier, text: str) -> None:
        """For any text and head, and the likeliest is the one named."""
        for name in model.heads:
            row = model.probabilities(name, ENCODER.encode([text]), [text])[0]
            assert row.sum() == pytest.approx(1.0)
            assert ((row >= 0) & (row <= 1)).all()
        found = said(model, text)
        assert sum(found.intents.values()) == pytest.approx(1.0)
        assert found.intent_p == max(found.intents.values())

    def test_two_classes_are_a_choice_as_well(self) -> None:
        """scikit-learn gives one column for two classes."""
        found = train([e for e in made_up(600) if e.labels["intent"] in ("incident", "question")], ENCODER)
        assert found.probabilities("intent", ENCODER.encode(["broken"]), ["broken"]).shape == (1, 2)
        assert said(found, "vpn broken").intent is Intent.INCIDENT

    def test_the_same_data_gives_the_same_model(self, model: Classifier) -> None:
        """Training has no luck in it."""
        again = train(made_up(), ENCODER)
        assert said(again, "vpn broken") == said(model, "vpn broken")
        assert again.data == model.data

    def test_too_few_messages_are_told(self) -> None:
        """One of each label is nothing to learn from."""
        one_each = [
            Example(text="a", labels=dict.fromkeys(("intent",), "question")),
            Example(text="b", labels={"intent": "person"}),
        ]
        with pytest.raises(BadInput, match="too few messages to learn intent"):
            train(one_each, ENCODER)

    def test_a_rare_label_is_learnt_too(self) -> None:
        """With two examples it is in the model, though calibration can hardly use it."""
        rare = [Example(text=f"zebra stripes {n}", labels={"intent": "person"}) for n in range(2)]
        found = train([*made_up(), *rare], ENCODER)
        assert said(found, "zebra stripes").intents[Intent.PERSON] > 0.1


class TestFile:
    """A model on disk."""

    def test_a_stored_model_predicts_the_same(self, model: Classifier, tmp_path: Path) -> None:
        """And knows its encoder and its data; nothing else is left in the folder."""
        path = tmp_path / "deep" / "classifier.npz"
        model.save(path)
        model.save(path)
        found = Classifier.load(path, ENCODER.name)
        for text in ("vpn broken", "hello", ""):
            assert said(found, text) == said(model, text)
        assert (found.encoder, found.data) == (ENCODER.name, digest(made_up()))
        assert [p.name for p in path.parent.iterdir()] == ["classifier.npz"]

    def test_no_model_yet_says_what_to_do(self, tmp_path: Path) -> None:
        """The command that makes one."""
        with pytest.raises(BadInput, match="there is no classifier model yet; run `firstline classifier train`"):
            Classifier.load(tmp_path / "none.npz", ENCODER.name)

    def test_a_model_of_another_encoder_is_refused(self, model: Classifier, tmp_path: Path) -> None:
        """Its vectors would mean something else."""
        model.save(tmp_path / "m")
        with pytest.raises(BadInput, match="was trained with hashing-256, not other; run `firstline"):
            Classifier.load(tmp_path / "m", "other")

    @pytest.mark.parametrize("content", [b"", b"garbage", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x80\x04K\x01."])
    def test_what_is_no_model_is_damaged(self, tmp_path: Path, content: bytes) -> None:
        """One line, and the way out."""
        (tmp_path / "m").write_bytes(content)
        with pytest.raises(BadInput, match=r"is damaged \(\w+\); run `firstline classifier train`"):
            Classifier.load(tmp_path / "m", ENCODER.name)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(places=st.lists(st.integers(0, 10**9), max_size=5), end=st.none() | st.integers(0, 10**9))
    def test_damage_anywhere_is_told_or_harmless(
        self, stored: bytes, tmp_path: Path, places: list[int], end: int | None
    ) -> None:
        """Bytes flipped or the end cut off: a line or a working model, never a traceback."""
        broken = bytearray(stored)
        for place in places: broken[place % len(broken)] ^= 0xFF
        (tmp_path / "m").write_bytes(broken if end is None else broken[: end % len(broken)])
        told = ""
        try:
            assert said(Classifier.load(tmp_path / "m", ENCODER.name), "vpn").intent in Intent
        except BadInput as error:
            told = str(error)
        assert len(told.splitlines()) <= 1

    def test_no_pickle_is_executed(self, tmp_path: Path, stored: bytes) -> None:
        """Neither as the whole file nor smuggled into the archive, as bytes or as an array of objects."""
        witness = tmp_path / "witness"
        evil = pickle.dumps(Evil(witness))
        for content in (evil, with_pickles(stored, evil), with_pickles(stored, objects(evil))):
            (tmp_path / "m").write_bytes(content)
            with pytest.raises(BadInput, match="is damaged"):
                Classifier.load(tmp_path / "m", ENCODER.name)
        assert not witness.exists()
        assert pickle.loads(evil) is None  # noqa: S301 - ours: shows that it would have worked
        assert witness.exists()

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [
            ("page", np.frombuffer(b"[]", dtype=np.uint8)),
            ("page", np.frombuffer(b'{"format": 1}', dtype=np.uint8)),
            ("rarity", np.ones(3, dtype=np.float32)),
            ("intent.bias", np.full(5, np.nan, dtype=np.float32)),
            ("intent.bias", np.ones(3, dtype=np.float32)),
            ("impact.dense", np.ones((256, 4), dtype=np.float32)),
            ("impact.sparse", np.ones((2, 3), dtype=np.float32)),
            ("urgency.dense", np.array([["text"]])),
        ],
    )
    def test_other_contents_are_damaged(self, stored: bytes, tmp_path: Path, name: str, wrong: Any) -> None:
        """Well-formed, but of the wrong kind or shape, another version's, or with numbers that are none."""
        with np.load(io.BytesIO(stored)) as arrays: content = dict(arrays)
        assert name in content
        with (tmp_path / "m").open("wb") as file: np.savez(file, **content | {name: wrong})
        with pytest.raises(BadInput, match="is damaged"):
            Classifier.load(tmp_path / "m", ENCODER.name)

    def test_labels_that_nobody_knows_are_damaged(self, model: Classifier, tmp_path: Path) -> None:
        """A page that names an intent which this version does not have."""
        heads = dict(model.heads) | {"impact": replace(model.heads["impact"], classes=("spam", "ham", "egg"))}
        replace(model, heads=heads).save(tmp_path / "m")
        with pytest.raises(BadInput, match="is damaged"):
            Classifier.load(tmp_path / "m", ENCODER.name)

    def test_a_model_that_cannot_be_written_is_told(self, model: Classifier, tmp_path: Path) -> None:
        """The folder is a file; what was there stays."""
        (tmp_path / "state").write_text("mine", encoding="utf-8")
        with pytest.raises(Unavailable, match="could not be written"):
            model.save(tmp_path / "state" / "m")
        assert (tmp_path / "state").read_text(encoding="utf-8") == "mine"


class Evil:
    """Touches a file when it is unpickled."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> Any:
        """What pickle is to call."""
        return exec, (f"import pathlib; pathlib.Path({str(self.witness)!r}).touch()",)


def archive(files: dict[str, bytes]) -> bytes:
    """A zip file's bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


def with_pickles(stored: bytes, evil: bytes) -> bytes:
    """A stored model whose arrays are replaced by a pickle."""
    with zipfile.ZipFile(io.BytesIO(stored)) as whole:
        files = {name: whole.read(name) for name in whole.namelist()}
    return archive({name: evil if name.endswith(".npy") else content for name, content in files.items()})


def objects(evil: bytes) -> bytes:
    """An array's file whose content is a pickle, as numpy would write an array of objects."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    return buffer.getvalue() + evil


class TestGrams:
    """What a message is written with."""

    def test_words_pairs_and_pieces(self) -> None:
        """Case and punctuation do not matter; a word's ends count as letters of its pieces."""
        pieces = ["#<my", "#my>", "#<my>", "#<vp", "#vpn", "#pn>", "#<vpn", "#vpn>"]
        assert grams("My VPN!") == ["my", "vpn", "my vpn", *pieces]
        assert grams(" ?! ") == []

    def test_weights_are_those_of_scikit_learn(self) -> None:
        """The vocabulary and the weights of TfidfVectorizer with the same grams, sublinear, from two texts on."""
        texts = [example.text for example in made_up(60)]
        reference = TfidfVectorizer(analyzer=grams, sublinear_tf=True, min_df=2)
        wanted, own = reference.fit_transform(texts).toarray(), Vocabulary.of(texts)
        assert list(reference.get_feature_names_out()) == list(own.places)
        for text, row in zip(texts, wanted, strict=True):
            places, weights = own.weigh(text)
            assert weights == pytest.approx(row[places], abs=1e-6)
            assert np.linalg.norm(weights) == pytest.approx(1.0, abs=1e-5)

    def test_unknown_words_weigh_nothing(self) -> None:
        """And an empty text does not divide by zero."""
        for text in ("", "xylophone"): assert len(Vocabulary.of(["vpn", "vpn"]).weigh(text)[0]) == 0


class TestCalibration:
    """Honest probabilities."""

    @pytest.mark.parametrize("true_temperature", [0.25, 1.0, 4.0])
    def test_the_temperature_that_made_the_data_is_found(self, true_temperature: float) -> None:
        """Scores that are too sure or too shy are put right, and the log loss never gets worse."""
        dice = np.random.default_rng(3)
        honest = dice.normal(size=(4000, 4)) * 2
        chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
        truth = np.array([dice.choice(4, p=row) for row in chances])
        scores = honest * true_temperature
        found = fit_temperature(scores, truth)
        assert found == pytest.approx(true_temperature, rel=0.1)

        def loss(temperature: float) -> float:
            scaled = scores / temperature
            return float((np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(4000), truth]).mean())

        assert loss(found) <= loss(1.0)
        if true_temperature != 1.0:
            assert loss(found) < loss(1.0) - 0.01

    def test_a_temperature_changes_how_sure_and_never_what(self, model: Classifier) -> None:
        """The order of the labels stays."""
        head, scores = model.heads["intent"], np.random.default_rng(1).normal(size=(30, 5)) * 3
        warm = replace(head, temperature=head.temperature * 5)
        assert (head.probabilities(scores).argmax(axis=1) == warm.probabilities(scores).argmax(axis=1)).all()
        assert warm.probabilities(scores).max(axis=1).mean() < head.probabilities(scores).max(axis=1).mean()

    @pytest.mark.parametrize(
        ("sure", "right", "error"),
        [
            ([1.0, 1.0], [True, True], 0.0),
            ([1.0, 1.0], [True, False], 0.5),
            ([0.75, 0.75, 0.75, 0.75], [True, True, True, False], 0.0),
            # a bin of two: |0.95 - 0.5| * 2/3, a bin of one: |0.35 - 0| * 1/3
            ([0.95, 0.95, 0.35], [True, False, False], 0.45 * 2 / 3 + 0.35 / 3),
            # 0.61 and 0.69 share a bin: |0.65 - 1|
            ([0.61, 0.69], [True, True], 0.35),
            ([0.0], [False], 0.0),
        ],
    )
    def test_the_calibration_error_is_what_it_is_by_hand(
        self, sure: list[float], right: list[bool], error: float
    ) -> None:
        """The gap between sure and right, bin by bin."""
        assert calibration_error(np.array(sure), np.array(right)) == pytest.approx(error)


class TestEvaluation:
    """Figures on messages not trained on."""

    def test_cross_validation_of_words_that_give_it_away_is_nearly_right(self) -> None:
        """Every head on every message that has it, once."""
        scores = {score.head: score for score in cross_validate(made_up(), ENCODER)}
        assert set(scores) == set(HEADS)
        assert [scores[head].messages for head in HEADS] == [240, 144, 48, 48]
        for score in scores.values():
            assert 0.8 < score.accuracy <= 1
            assert 0.8 < score.macro_f1 <= 1
            assert 0.6 < score.mcc <= 1
            assert 0 <= score.ece < 0.3

    def test_cross_validation_of_labels_without_a_pattern_is_a_guess(self) -> None:
        """It does not see the labels that it is tested on."""
        dice = np.random.default_rng(5)
        noise = [Example(text=f"word{n}", labels={
            "intent": str(dice.choice(["question", "incident"])), "category": str(dice.choice(["a", "b"])),
            "impact": str(dice.choice(["low", "high"])), "urgency": str(dice.choice(["low", "high"])),
        }) for n in range(200)]  # fmt: skip
        for score in cross_validate(noise, ENCODER):
            assert 0.3 < score.accuracy < 0.7
            assert abs(score.mcc) < 0.35

    def test_rare_labels_do_not_stop_it(self) -> None:
        """Two examples of a category are the fewest that the reader takes."""
        rare = [Example(text=f"zebra {n}", labels={"intent": "question", "category": "zoo"}) for n in range(2)]
        assert len(cross_validate([*made_up(), *rare], ENCODER)) == len(HEADS)

    def test_a_model_is_near_perfect_on_what_it_has_seen(self, model: Classifier) -> None:
        """A head without messages has no figures."""
        scores = evaluate(model, [e for e in made_up() if e.labels["intent"] == "smalltalk"], ENCODER)
        assert [(score.head, score.accuracy) for score in scores] == [("intent", 1.0)]
