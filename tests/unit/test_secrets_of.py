"""Masking on made-up secrets of every kind, and on what people really write."""

from collections import Counter
from itertools import chain
from pathlib import Path

from tests.secrets_of import NAMED, SHAPED, alarms, missed, ordinary

DATA = Path(__file__).parents[2] / "data"
KINDS = len(SHAPED) + len(NAMED)
ROUNDS = 60  # of each kind
WRITTEN = ("training/messages", "training/questions", "training/replies", "eval/questions")


def test_secrets_of_every_kind_are_masked() -> None:
    """99 of 100 are, and of no kind more than one in twenty is left."""
    lost = missed(7, KINDS * ROUNDS)
    assert KINDS >= 30
    assert len(lost) <= 0.01 * KINDS * ROUNDS
    assert all(count <= 0.05 * ROUNDS for count in Counter(one.kind for one in lost).values())


def test_what_people_write_stays() -> None:
    """Of a thousand messages of the training and evaluation sets not one loses a word."""
    count, told = alarms(chain.from_iterable(ordinary(DATA / f"{name}.jsonl") for name in WRITTEN))
    assert count > 5_000
    assert len(told) < 0.001 * count
