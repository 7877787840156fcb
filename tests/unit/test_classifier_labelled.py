"""Any labelled set: read from a file, learnt from, and judged by itself in parts."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from classifier.folds import Remembering, deal, judge_in_folds
from classifier.labelled import Labelled, judge, named, read_labelled, threshold
from classifier.labelled_files import enough, known_labels
from classifier.settings import MANY, SETTINGS, Trial, clearly_best, near, splits
from classifier.training import see
from core.encoder import HashingEncoder, Vectors
from core.errors import BadInput

ENCODER = HashingEncoder()
GOOD = 'text,label\nvpn is down,vpn\n"printer, the big one,\nis stuck",printing\n'
TOPICS = {"vpn": "vpn tunnel globalprotect", "printing": "printer paper toner", "email": "outlook mail inbox"}


def written(folder: Path, content: str | bytes, name: str = "set.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def made_up(each: int = 12) -> list[Labelled]:
    """Messages of words that give their label away, from line 2 on."""
    dice = np.random.default_rng(1)
    rows = [(" ".join(dice.choice(words.split(), 2)), label) for label, words in TOPICS.items() for _ in range(each)]
    return [Labelled(text=text, label=label, line=n) for n, (text, label) in enumerate(rows, 2)]


def silent(_what: str, _done: int, _all: int) -> None:
    """Tell nobody."""


class TestReading:
    """CSV and JSON lines."""

    def test_csv(self, tmp_path):
        """A quoted text may hold commas and lines; each row knows the line that it begins on."""
        path = written(tmp_path, f"\ufeff{GOOD}\nlast one, vpn \n")
        found = read_labelled(path, "text", "label")
        assert [(row.text, row.label, row.line) for row in found] == [
            ("vpn is down", "vpn", 2), ("printer, the big one,\nis stuck", "printing", 3), ("last one", "vpn", 6),
        ]  # fmt: skip

    def test_other_columns(self, tmp_path):
        """Columns are found by name, in any order, among others."""
        path = written(tmp_path, "id,queue,body\n1,vpn,it is down\n2,email,no mail\n")
        assert read_labelled(path, "body", "queue") == [
            Labelled(text="it is down", label="vpn"), Labelled(text="no mail", label="email"),
        ]  # fmt: skip

    def test_an_empty_text_is_a_message(self, tmp_path):
        """Some people send nothing but a subject; it is learnt from and judged like any other."""
        found = read_labelled(written(tmp_path, "text,label\na,vpn\n,vpn\nb,email\nc,email\n"), "text", "label")
        assert [row.text for row in found] == ["a", "", "b", "c"]
        assert len(judge(found, found, ENCODER, None, silent).guesses) == 4

    @pytest.mark.parametrize("mark", [";", "\t"])
    def test_other_separators(self, tmp_path, mark):
        """Semicolons and tabs separate as well."""
        path = written(tmp_path, f"text{mark}label\nno, not now{mark}vpn\n")
        assert read_labelled(path, "text", "label") == [Labelled(text="no, not now", label="vpn")]

    @pytest.mark.parametrize("name", ["set.jsonl", "set.json", "set.ndjson", "set.txt", "set"])
    def test_json_lines(self, tmp_path, name):
        """By the file's name or its content; labels may be whole numbers; empty lines are passed over."""
        lines = [{"text": "a\u2028b", "label": "vpn", "id": 1}, {"label": 7, "text": "c"}]
        path = written(tmp_path, "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), name)
        found = read_labelled(path, "text", "label")
        assert [(row.text, row.label, row.line) for row in found] == [("a\u2028b", "vpn", 1), ("c", "7", 3)]

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "there is nothing in it."),
            (b" \n\n ", "there is nothing in it."),
            (b"text,label\nfine,vpn\nna\xefve,vpn\n", "set.csv:3: not UTF-8; save the file as UTF-8."),
            (GOOD.encode("utf-16"), "set.csv:1: not UTF-8; save the file as UTF-8."),
            (b"body,queue\nx,y\n", 'set.csv:1: there is no column "text"; there is body, queue.'),
            (b"text,queue\nx,y\n", 'set.csv:1: there is no column "label"; there is text, queue.'),
            (b"text,label\n", "there is no row in it that can be used."),
            (b"text,label\na,vpn\nb, \n", "set.csv:3: the label is empty."),
            (b'text,label\n"a\nb",vpn\nc\n', "set.csv:4: fields: 1, but the header has 2."),
            (b"text,label\na,vpn,more\n", "set.csv:2: fields: 3, but the header has 2."),
            (b'text,label\na,vpn\n"open,vpn\nb,vpn\n', "set.csv:3: not CSV (unexpected end of data)."),
            (b"text,label\na\0b,vpn\n", "set.csv:2: has a character that cannot be read."),
            (b"text,label\na,vpn\n" + b"x" * 10_000_000 + b",vpn\n",
             "set.csv:3: not CSV (field larger than field limit (131072))."),
        ],
    )  # fmt: skip
    def test_bad_csv(self, tmp_path, content, says):
        """One line that names the file and where."""
        with pytest.raises(BadInput) as caught: read_labelled(written(tmp_path, content), "text", "label")
        assert str(caught.value).removeprefix(f"{tmp_path}/set.csv: ") == says

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("{oops", "not JSON (Expecting property name enclosed in double quotes"),
            ("[" * 100_000, "not JSON ("),
            ('["a", "vpn"]', "needs an object, such as {...}, on each line."),
            ('{"body": "a", "label": "b"}', 'there is no column "text"; there is body, label.'),
            ("{}", 'there is no column "text"; there is none.'),
            ('{"text": 5, "label": "b"}', "the text is no text."),
            ('{"text": "a", "label": null}', "the label is empty."),
            ('{"text": "a\\u0000", "label": "b"}', "has a character that cannot be read."),
            ('{"text": "a", "label": "\\ud800"}', "has a character that cannot be read."),
            (json.dumps({"text": "x" * 10_000_000, "label": "b"}), "is longer than 131,072 characters."),
        ],
    )
    def test_bad_json(self, tmp_path, line, says):
        """The same for JSON lines."""
        path = written(tmp_path, '{"text": "a", "label": "b"}\n' + line, "set.jsonl")
        with pytest.raises(BadInput) as caught: read_labelled(path, "text", "label")
        assert str(caught.value).startswith(f"set.jsonl:2: {says}")
        assert len(str(caught.value)) < 200

    def test_no_file(self, tmp_path):
        """A missing file, or a folder."""
        with pytest.raises(BadInput, match=r"none.csv: cannot be read \(No such file or directory\)"):
            read_labelled(tmp_path / "none.csv", "text", "label")
        with pytest.raises(BadInput, match=r"cannot be read \(Is a directory\)"):
            read_labelled(tmp_path, "text", "label")

    def test_bad_rows_are_left_out_when_wanted(self, tmp_path):
        """All of them are told, the rest is read."""
        path, told = written(tmp_path, 'text,label\na,vpn\nb\nd,\n"x"y,vpn\nc,email\n'), []
        found = read_labelled(path, "text", "label", told.append)
        assert [row.text for row in found] == ["a", "c"]
        assert [line.split(":")[1] for line in told] == ["3", "4", "5"]


class TestEnough:
    """Whether a training set and a test set go together."""

    def test_one_example(self):
        """One example of a class is told with its line; of the out-of-scope label it is no class."""
        rows = [*made_up(2), Labelled(text="x", label="wifi", line=99)]
        with pytest.raises(BadInput, match=r'^t.csv:99: label "wifi" has only one example; give it at least 2.$'):
            enough(Path("t.csv"), rows, None)
        assert enough(Path("t.csv"), rows, "wifi") == rows

    def test_left_out_when_wanted(self):
        """Then the class is not learnt."""
        rows, told = [*made_up(3), Labelled(text="x", label="wifi", line=99)], []
        assert enough(Path("t.csv"), rows, None, told.append) == rows[:-1]
        assert len(told) == 1

    def test_one_class(self):
        """With one class, or one beside out of scope, there is no choice."""
        rows = [row for row in made_up() if row.label != "email"]
        for some, oos in (([row for row in rows if row.label == "vpn"], None), (rows, "vpn")):
            with pytest.raises(BadInput, match=r"t.csv: there must be at least two labels to choose from"):
                enough(Path("t.csv"), some, oos)

    def test_a_label_that_was_not_learnt(self):
        """In the test file it is told with its line, and what to do about it."""
        rows, classes = [*made_up(1), Labelled(text="x", label="wifi", line=7)], frozenset(TOPICS)
        with pytest.raises(BadInput, match=r't.csv:7: label "wifi" is not in the training file; .* --oos-label'):
            known_labels(Path("t.csv"), rows, classes, None)
        assert known_labels(Path("t.csv"), rows, classes, "wifi") == rows
        assert known_labels(Path("t.csv"), rows, classes, None, lambda _: None) == rows[:-1]
        with pytest.raises(BadInput, match="no label in it is in the training file"):
            known_labels(Path("t.csv"), rows[-1:], classes, None, lambda _: None)


class TestJudging:
    """Learning and judging."""

    def test_words_that_give_it_away(self):
        """Each guess stands beside its truth, in the order of the test set; what looks like nothing is known less."""
        test = [Labelled(text="tunnel vpn", label="vpn"), Labelled(text="lunch weather", label="oos"),
                Labelled(text="paper toner", label="printing")]  # fmt: skip
        found = judge(made_up(), test, ENCODER, "oos", silent)
        assert [g.truth for g in found.guesses] == ["vpn", "oos", "printing"]
        assert [found.guesses[n].guess for n in (0, 2)] == ["vpn", "printing"]
        assert found.guesses[1].known < min(found.guesses[0].known, found.guesses[2].known)
        assert set(found.classes) == set(TOPICS)
        assert all(0 <= value <= 1 for g in found.guesses for value in (g.sure, g.known))

    def test_the_out_of_scope_label_is_no_class(self):
        """Messages that carry it are never a guess."""
        rows = [*made_up(), *(Labelled(text=f"lunch weather {n}", label="oos") for n in range(5))]
        found = judge(rows, rows, ENCODER, "oos", silent)
        assert "oos" not in found.classes
        assert all(g.guess in TOPICS for g in found.guesses)

    def test_two_classes(self):
        """Two are a choice as well."""
        rows = [row for row in made_up() if row.label != "email"]
        assert {g.guess for g in judge(rows, rows, ENCODER, None, silent).guesses} == {"vpn", "printing"}


    def test_strangers_are_told_without_having_seen_one(self):
        """Of many classes, words of none of them are known less than words of one; nearly all of those are known."""
        dice = np.random.default_rng(2)
        words = [f"{a}{b}ing" for a in "bdfgklmnprst" for b in ("ana", "olo", "iki", "uru")]
        topics = {f"topic {n}": words[n * 4 : n * 4 + 4] for n in range(8)}
        rows = [
            Labelled(text=" ".join(dice.choice(own, 3)), label=label)
            for label, own in topics.items() for _ in range(20)
        ]
        strange = [Labelled(text=" ".join(dice.choice(words[32:], 3)), label="oos") for _ in range(30)]
        found = judge(rows, [*rows, *strange], ENCODER, "oos", silent)
        known = np.array([guess.known for guess in found.guesses])
        assert (known[: len(rows)] >= found.threshold).mean() > 0.9
        assert known[: len(rows)].mean() > known[len(rows) :].mean()
        with_some = judge([*rows, *strange[:15]], [*rows, *strange[15:]], ENCODER, "oos", silent)
        assert "oos" not in with_some.classes
        assert np.median([g.known for g in with_some.guesses[len(rows) :]]) < with_some.threshold

    def test_names_of_classes_are_examples_when_there_are_few(self):
        """As words; not when there are many examples, when a name is a code, and never the out-of-scope label."""
        few = [Labelled(text="x", label=label) for label in ("card_arrival", "PIN-change", "oos")]
        assert [(row.text, row.label) for row in named(few, "oos")] == [
            ("card arrival", "card_arrival"), ("PIN change", "PIN-change"),
        ]  # fmt: skip
        assert named([*few, Labelled(text="x", label="17")], "oos") == []
        assert named(few * 20, "oos") == []


class TestFolds:
    """A set judged by itself."""

    def test_each_message_once_and_in_order(self):
        """Every message is judged by what was learnt from others."""
        rows = made_up()
        found = judge_in_folds(rows, 4, ENCODER, None, silent)
        assert [g.text for g in found.guesses] == [row.text for row in rows]
        assert np.mean([g.guess == g.truth for g in found.guesses]) > 0.9

    def test_it_does_not_see_what_it_judges(self):
        """Labels without a pattern stay a guess."""
        dice = np.random.default_rng(2)
        rows = [Labelled(text=f"word{n}", label=str(dice.choice(["a", "b"]))) for n in range(120)]
        found = judge_in_folds(rows, 3, ENCODER, None, silent)
        assert 0.3 < np.mean([g.guess == g.truth for g in found.guesses]) < 0.7

    def test_three_of_a_class_are_enough(self):
        """Then two are always left to learn from, whatever the number of parts."""
        assert len(judge_in_folds(made_up(3), 3, ENCODER, None, silent).guesses) == 9
        assert len(judge_in_folds(made_up(3), 9, ENCODER, None, silent).guesses) == 9

    def test_dealing(self):
        """Equal labels are spread over the parts, and parts differ in size by one at most."""
        labels = ["a"] * 10 + ["b"] * 5 + ["c"]
        parts = deal(labels, 5)
        assert sorted(np.bincount(parts)) == [3, 3, 3, 3, 4]
        assert np.bincount(parts[:10]).tolist() == [2] * 5
        assert (deal(labels, 5) == parts).all()

    def test_each_text_is_encoded_once(self):
        """However often it is asked for; the vectors are the encoder's own."""
        counting = Counting()
        once, told = Remembering(counting), []
        once.encode_all(["a", "b", "a"], lambda what, done, all_: told.append((what, done, all_)))
        rows = once.encode(["b", "c", "b"])
        assert counting.seen == ["a", "b", "c"]
        assert (rows == ENCODER.encode(["b", "c", "b"])).all()
        assert once.encode([]).shape == (0, ENCODER.dims)
        assert told == [("encoding", 0, 3), ("encoding", 3, 3)]


class Counting(HashingEncoder):
    """Keeps what it was asked to encode."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode, and keep."""
        self.seen += texts
        return super().encode(texts)


class TestChoosing:
    """Which way to learn suits a set."""

    @pytest.mark.parametrize(
        ("accuracies", "held", "chosen"),
        [
            ((0.9, 0.91, 0.91), 100, 0),  # a standard error is .03: noise
            ((0.9, 0.91, 0.905), 10_000, 1),  # .003: better, and the third not better than the second
            ((0.9, 0.905, 0.92), 10_000, 2),
            ((1.0, 1.0, 0.9), 50, 0),
        ],
    )
    def test_only_what_is_clearly_better(self, accuracies, held, chosen):
        """The first one, unless another is better by more than a standard error."""
        seen = see(["a", "a"], ENCODER.encode(["a", "a"]))
        trials = [
            Trial(setting=setting, seen=seen, scores=(), accuracy=accuracy)
            for setting, accuracy in zip(SETTINGS, accuracies, strict=True)
        ]
        assert clearly_best(trials, held) is trials[chosen]

    def test_threshold(self):
        """Without strangers 2 % are missed; with some, as many as it takes to refuse them, within bounds."""
        known = np.linspace(0, 1, 1001)
        assert threshold(known, np.empty(0)) == pytest.approx(0.02)
        assert 0.03 < threshold(known, np.full(20, 0.03)) <= 0.035
        assert threshold(known, np.full(20, 0.5)) == pytest.approx(0.005)  # beyond reach: then miss few

    def test_splits(self):
        """Each message is held out once; of many messages a third is, once."""
        y = np.array(["a"] * 5 + ["b"] * 2)
        held = np.sort(np.concatenate([part.held for part in splits(y)]))
        assert held.tolist() == list(range(7))
        many = splits(np.array(["a", "b"] * (MANY // 2)))
        assert [len(part.held) for part in many] == [MANY // 3]

    def test_near(self):
        """The mean cosine to the nearest, of as many as there are, however many are worked out at once."""
        rows = np.eye(4, dtype=np.float32)
        assert near(rows, rows[:2], count=1, at_once=1).tolist() == [1.0, 1.0, 0.0, 0.0]
        assert near(rows, rows[:2], count=3).tolist() == [0.5, 0.5, 0.0, 0.0]
        assert near(rows[:0], rows).tolist() == []
