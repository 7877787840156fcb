"""New models beside the live ones: which questions can be asked, and what is compared."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.comparing import FEWEST, evaluation_set, question_changes
from bot.measure import Outcome
from classifier.evaluation import held_out_hits
from classifier.examples import Example
from classifier.labels import HEADS
from core.encoder import HashingEncoder
from tests.fakes import FakeClock

VPN, WIFI = ("article", "vpn"), ("article", "wifi")


def outcome(decision: str, shown: tuple[tuple[str, str], ...] = (), right: frozenset = frozenset({VPN})) -> Outcome:
    """What became of a question about VPN."""
    return Outcome(right=right, outside=False, decision=decision, shown=shown, ranked=shown, ms=1.0)


def test_what_is_compared():
    """Settled is of the questions with an answer, asked back or answered right; wrong of all, whatever is right."""
    before = [
        outcome("answer", (VPN,)), outcome("clarify", (WIFI, VPN)), outcome("answer", (WIFI,)), outcome("handoff"),
        outcome("handoff", right=frozenset()),
    ]  # fmt: skip
    after = [*before[:3], outcome("answer", (VPN,)), outcome("answer", (WIFI,), right=frozenset())]
    settled, wrong = question_changes(before, after)
    assert (settled.name, settled.old, settled.new) == ("settled", 0.5, 0.75)
    assert (wrong.name, wrong.old, wrong.new) == ("wrong", 0.2, 0.4)
    assert settled.loss < 0 < wrong.loss


class TestQuestions:
    """Which of the data folder's questions can be asked."""

    @pytest.fixture
    def found(self, tmp_path):
        """What there is of a file with these rows, where these slugs are in the knowledge base."""
        def made(rows: list | None, slugs: list[str]) -> tuple[list, str]:
            if rows is not None:
                (tmp_path / "eval").mkdir()
                (tmp_path / "eval" / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
            index = SimpleNamespace(by_slug={("article", slug): None for slug in slugs})
            core = SimpleNamespace(
                settings=SimpleNamespace(data_dir=Path(tmp_path)), kb=SimpleNamespace(index=lambda: index),
                clock=FakeClock(),
            )
            return evaluation_set(core)

        return made

    def test_all_that_have_their_answer_here(self, found):
        """Those whose articles are gone are left out, those without an answer stay."""
        rows = [{"id": str(n), "text": "q", "expect": {"articles": ["vpn"]}} for n in range(FEWEST)]
        rows += [{"id": "gone", "text": "q", "expect": {"articles": ["gone"]}}]
        rows += [{"id": "none", "text": "q", "expect": {"handoff": True}}]
        questions, why = found(rows, ["vpn"])
        assert why == ""
        assert {one.id for one in questions} == {row["id"] for row in rows} - {"gone"}

    def test_another_knowledge_base(self, found):
        """With less than half of the answers here nothing is asked; the reason is told."""
        rows = [{"id": str(n), "text": "q", "expect": {"articles": ["vpn" if n % 3 == 0 else "x"]}} for n in range(300)]
        questions, why = found(rows, ["vpn"])
        assert questions == []
        assert "100 of 300 questions" in why

    def test_too_few(self, found):
        """A handful of questions cannot tell."""
        questions, why = found([{"id": "1", "text": "q", "expect": {"articles": ["vpn"]}}], ["vpn"])
        assert questions == []
        assert "1 of 1 questions" in why

    def test_no_file(self, found):
        """A company without questions of its own."""
        assert found(None, ["vpn"])[1].endswith("questions.jsonl is not there")

    def test_a_broken_file(self, found):
        """File and line; training goes on without it."""
        questions, why = found([{"id": "1"}], ["vpn"])
        assert questions == []
        assert "questions.jsonl:1" in why


def test_held_out_messages_are_compared_one_by_one():
    """A hit or a miss for each message that has the head, in the same parts whatever is learnt beside them."""
    rows = [("vpn tunnel", "incident", "low"), ("printer toner", "request", "high")]
    examples = [
        Example(text=f"{text} {n}", labels={"intent": intent, "category": text, "impact": level, "urgency": level})
        for text, intent, level in rows for n in range(10)
    ]  # fmt: skip
    examples.append(Example(text="hello", labels={"intent": "incident"}))
    spoilt = [Example(text=e.text, labels={"category": "vpn tunnel"}) for e in examples[:20] for _ in range(9)]
    alone, beside = (
        held_out_hits(examples, extra, HashingEncoder(), lambda _done, _all: None) for extra in ((), spoilt)
    )
    assert list(alone) == list(HEADS)
    assert (len(alone["intent"]), len(alone["category"])) == (21, 20)
    assert all(alone["category"])
    assert sum(beside["category"]) < 20
    assert beside["urgency"] == alone["urgency"]
