"""Choosing the limits on cases worked out by hand, fitting on made-up questions, and reading question sets."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.calibrate import Seen, choose_limits, fit, lowest, risk_coverage, safely
from bot.confidence import NAMES, Point
from bot.decide import Limits
from bot.question_set import Labelled, digest, read_questions
from classifier.examples import Example
from classifier.model import Classifier
from classifier.training import train
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import BadInput
from kb.service import KnowledgeBase
from kb.writing import article_draft
from tests.fakes import FakeClock

RIGHT, WRONG = False, True


class TestLowest:
    """The lowest limit at or above which at most so many are bad."""

    @pytest.mark.parametrize(
        ("sure", "bad", "allowed", "limit"),
        [
            ([0.9, 0.8, 0.7, 0.6], [RIGHT, WRONG, RIGHT, WRONG], 0, 0.9),  # 0.8 would let the first bad one in
            ([0.9, 0.8, 0.7, 0.6], [RIGHT, WRONG, RIGHT, WRONG], 1, 0.7),
            ([0.9, 0.8, 0.7, 0.6], [RIGHT, WRONG, RIGHT, WRONG], 2, 0.6),
            ([0.6, 0.9, 0.7, 0.8], [WRONG, RIGHT, RIGHT, WRONG], 1, 0.7),  # the order of the cases is no matter
            ([0.9, 0.8], [WRONG, RIGHT], 0, 1.01),  # the surest is bad: no limit does
            ([0.9, 0.5, 0.5], [RIGHT, RIGHT, WRONG], 0, 0.9),  # equals stand above a limit together or not at all
            ([0.5, 0.5], [RIGHT, WRONG], 0, 1.01),
            ([0.5, 0.5], [RIGHT, RIGHT], 0, 0.5),
            ([], [], 3, 1.01),
        ],
    )
    def test_by_hand(self, sure, bad, allowed, limit):
        """Cases worked out by hand."""
        assert lowest(np.array(sure, dtype=float), np.array(bad, dtype=bool), allowed) == limit

    def test_what_it_promises(self):
        """At or above the limit there are at most so many bad ones, and one step lower there would be more."""
        some = np.random.default_rng(5)
        for _ in range(200):
            sure, bad = some.integers(0, 12, 30) / 12, some.random(30) < 0.4
            allowed = int(some.integers(0, 8))
            limit = lowest(sure, bad, allowed)
            assert bad[sure >= limit].sum() <= allowed
            below = sure[sure < limit]
            if below.size: assert bad[sure >= below.max()].sum() > allowed


def look(*, right: bool = True, answerable: bool = True, real: bool = True) -> Seen:
    """One question as it was looked up."""
    return Seen(inputs=(), right=right, answerable=answerable, real=real)


class TestChooseLimits:
    """2 % of the real questions may be answered wrongly, safely; a fifth of those without an answer may be bothered."""

    def test_by_hand(self):
        """Of 1,000 real questions 15 may be wrong: the limit stands just above the 16th; holes count for nothing."""
        looks = [look(right=n < 984) for n in range(1000)] + [look(right=False, answerable=False, real=False)] * 20
        sure = np.array([1 - n / 2000 for n in range(1000)] + [0.9] * 20)
        limit = pytest.approx(1 - 998 / 2000)  # the 984 right ones, and 15 wrong ones
        assert choose_limits(sure, looks) == Limits(answer=limit, clarify=limit)

    def test_clarify_is_lower(self):
        """Asking back begins where at most a fifth of those without an answer are asked."""
        looks = [look(right=n < 50) for n in range(90)] + [look(right=False, answerable=False)] * 10
        sure = np.array([0.99 - n / 200 for n in range(90)] + [0.7, 0.6, *[0.3 - n / 100 for n in range(8)]])
        limits = choose_limits(sure, looks)
        assert limits.answer == pytest.approx(0.99 - 49 / 200)  # the 50 right ones: none of 100 may be wrong
        assert limits.clarify == pytest.approx(0.6)  # two of the ten

    def test_a_question_without_answer_that_is_real(self):
        """A real question without an answer counts for both limits: wrong if it is answered, bothered if asked."""
        looks = [look(right=False, answerable=False)] * 10 + [look()] * 10
        sure = np.array([0.9 - n / 100 for n in range(10)] + [0.95] * 10)
        assert choose_limits(sure, looks) == Limits(answer=0.95, clarify=0.89)

    def test_nobody_to_bother(self):
        """Without questions that have no answer, it asks back only where it would answer."""
        limits = choose_limits(np.array([0.9, 0.8]), [look(), look()])
        assert limits == Limits(answer=0.8, clarify=0.8)

    @pytest.mark.parametrize(("count", "allowed"), [(0, 0), (50, 0), (415, 5), (10_000, 186)])
    def test_a_promise_of_few_questions_is_kept_wide(self, count, allowed):
        """One standard error below the share: nothing of fifty, nearly the share of ten thousand."""
        assert safely(0.02, count) == allowed


def test_risk_coverage():
    """From the surest alone to all: how many are answered, and how many of those wrongly. Holes are not on it."""
    seen = [look(), look(right=False), look(), look(right=False, answerable=False), look(right=False, real=False)]
    assert risk_coverage(np.array([0.9, 0.8, 0.7, 0.6, 0.99]), seen) == (
        Point(limit=0.9, coverage=0.25, risk=0.0), Point(limit=0.8, coverage=0.5, risk=0.5),
        Point(limit=0.7, coverage=0.75, risk=pytest.approx(1 / 3)), Point(limit=0.6, coverage=1.0, risk=0.5),
    )  # fmt: skip


class TestReadQuestions:
    """The question set: what it takes, and one clear line for what it does not."""

    def read(self, folder: Path, *lines: str) -> list[Labelled]:
        """Read a file of these lines."""
        path = folder / "set.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        return read_questions(path)

    def test_what_it_takes(self, tmp_path):
        """Articles and recipes that are right, outside, handoff, no expectation at all; an id is made where none is."""
        rows = [
            {"id": "q1", "text": "one", "expect": {"articles": ["a", "b"], "recipes": ["r"]}},
            {"id": 2, "text": "two", "expect": {"outside": True}}, {"text": "three", "expect": {"handoff": True}},
            {"text": "four\u2028still four"},
        ]  # fmt: skip
        found = self.read(tmp_path, *(json.dumps(row, ensure_ascii=False) for row in rows), "", "  ")
        assert found == [
            Labelled(id="q1", text="one", right=frozenset({("article", "a"), ("article", "b"), ("recipe", "r")})),
            Labelled(id="2", text="two", right=frozenset(), outside=True),
            Labelled(id="set.jsonl:3", text="three", right=frozenset()),
            Labelled(id="set.jsonl:4", text="four\u2028still four", right=frozenset()),
        ]

    def test_a_mark_of_byte_order(self, tmp_path):
        """A file from an editor that puts a byte order mark first is read all the same."""
        assert self.read(tmp_path, '\ufeff{"text": "one"}')[0].text == "one"

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("{", r"set.jsonl:2: not JSON \("), ("[" * 100_000, r"set.jsonl:2: not JSON \("),
            ("[]", 'set.jsonl:2: needs a "text"'), ('{"id": "x"}', 'set.jsonl:2: needs a "text"'),
            ('{"text": 5}', 'set.jsonl:2: needs a "text"'), ('{"text": null}', 'set.jsonl:2: needs a "text"'),
            ('{"text": "a", "expect": "handoff"}', 'set.jsonl:2: "expect" must be an object'),
            ('{"text": "a", "expect": ["handoff"]}', 'set.jsonl:2: "expect" must be an object'),
            ('{"text": "a", "expect": {"articles": "vpn"}}', 'set.jsonl:2: "articles" must be a list of slugs'),
            ('{"text": "a", "expect": {"recipes": [1]}}', 'set.jsonl:2: "recipes" must be a list of slugs'),
            ('{"text": "\\ud800"}', "set.jsonl:2: the \\w+ has a character that cannot be read"),
            ('{"text": "a", "id": "\\u0000"}', "set.jsonl:2: the \\w+ has a character that cannot be read"),
        ],
    )  # fmt: skip
    def test_a_bad_line(self, tmp_path, line, message):
        """A bad line is named by file and number."""
        with pytest.raises(BadInput, match=message): self.read(tmp_path, '{"text": "fine"}', line)

    def test_a_bad_file(self, tmp_path):
        """A file that is missing, a folder, not UTF-8 or empty is one line that names it."""
        binary = tmp_path / "binary.jsonl"
        binary.write_bytes(b"\xff\xfe\x00")
        for path in (tmp_path / "none.jsonl", tmp_path, binary):
            with pytest.raises(BadInput, match="cannot be read"): read_questions(path)
        with pytest.raises(BadInput, match="there is nothing in it"): self.read(tmp_path, "", "")


def test_digest():
    """The digest tells sets apart by id, text and what is right, and by nothing that changes from run to run."""
    one = Labelled(id="1", text="a", right=frozenset({("article", "x"), ("article", "y")}))
    same = Labelled(id="1", text="a", right=frozenset({("article", "y"), ("article", "x")}))
    other = Labelled(id="1", text="a", right=frozenset({("article", "x")}))
    assert digest([one]) == digest([same]) != digest([other])


TOPICS = ("vpn", "printer", "mail", "phone", "badge", "screen", "mouse", "laptop", "calendar", "wifi")


@pytest.fixture
def knowledge(sqlite_database: Database, clock: FakeClock) -> KnowledgeBase:
    """Ten articles, each about one thing."""
    kb = KnowledgeBase(sqlite_database, HashingEncoder(), clock)
    for topic in TOPICS:
        source = f"---\ntitle: The {topic}\n---\n\nHow to set up the {topic} and mend it.\n"
        draft = article_draft(f"{topic}.md", source)
        assert not isinstance(draft, list)
        kb.save(draft, by="test")
    return kb


def classifier() -> Classifier:
    """A classifier of two kinds of messages."""
    rows = {
        "how do I set up the vpn": {"intent": "question", "category": "it", "impact": "high", "urgency": "low"},
        "what is for lunch today": {"intent": "outside", "category": "other", "impact": "low", "urgency": "high"},
    }
    examples = [Example(text=f"{text} {n}", labels=labels) for n in range(6) for text, labels in rows.items()]
    return train(examples, HashingEncoder())


class TestFit:
    """Fitting on questions over a small knowledge base."""

    def test_it_learns_what_is_known(self, knowledge):
        """A question whose article is there looks surer than one about something that nobody wrote about."""
        questions = [
            Labelled(id=f"{t}{n}", text=f"{word} the {t}", right=frozenset({("article", t)}))
            for t in TOPICS for n, word in enumerate(("set up", "mend", "how to mend"))
        ]  # fmt: skip
        questions += [Labelled(id=f"x{n}", text=f"lunch tram weather {n}", right=frozenset()) for n in range(20)]
        seen: list[tuple[int, int]] = []
        model = fit(questions, knowledge, classifier(), HashingEncoder(), lambda done, of: seen.append((done, of)))
        assert seen == [(n, 50) for n in range(1, 51)]
        assert model.data == digest(questions)
        assert 0 < model.limits.clarify <= model.limits.answer <= 1.01
        known = dict.fromkeys(NAMES, 0.0) | {"cosine": 0.9, "words": 1.0, "lead": 0.4, "agreement": 2.0}
        stranger = dict.fromkeys(NAMES, 0.0) | {"cosine": 0.1, "words": 0.2, "no question about IT": 0.5}
        assert model.of(tuple(known.values())) > model.of(tuple(stranger.values()))
        assert [point.coverage for point in model.curve] == sorted(point.coverage for point in model.curve)

    @pytest.mark.parametrize("count", [0, 10])
    def test_too_few(self, knowledge, count):
        """A handful of questions is refused in one line that says how many it needs."""
        right = frozenset({("article", "vpn")})
        questions = [Labelled(id=str(n), text=f"the vpn {n}", right=right) for n in range(count)]
        with pytest.raises(BadInput, match="at least 50 questions"):
            fit(questions, knowledge, classifier(), HashingEncoder())

    def test_all_of_one_kind(self, knowledge):
        """So is a set in which nothing has an answer."""
        questions = [Labelled(id=str(n), text=f"lunch {n}", right=frozenset()) for n in range(60)]
        with pytest.raises(BadInput, match="some with and some without an answer"):
            fit(questions, knowledge, classifier(), HashingEncoder())
