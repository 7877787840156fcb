"""The encoder that remembers."""

from collections.abc import Sequence

import numpy as np

from core.encoder import HashingEncoder, Vectors
from core.remembering import KEPT, Remembering


class Counting(HashingEncoder):
    """Notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        self.asked += texts
        return super().encode(texts)


def test_a_text_is_encoded_once() -> None:
    """Asked again, alone or among others, a text has the same vector and the model is not run for it."""
    inner = Counting()
    encoder = Remembering(inner)
    first = encoder.encode(["vpn", "printer"])
    again = encoder.encode(["printer", "mouse", "vpn", "mouse"])
    assert inner.asked == ["vpn", "printer", "mouse"]
    assert np.array_equal(again, HashingEncoder().encode(["printer", "mouse", "vpn", "mouse"]))
    assert np.array_equal(first, again[[2, 0]])


def test_only_the_last_ones_are_kept() -> None:
    """What was asked long ago is encoded anew: memory does not grow."""
    inner = Counting()
    encoder = Remembering(inner)
    for number in range(KEPT + 1): encoder.encode([str(number)])
    encoder.encode([str(KEPT)])
    assert len(inner.asked) == KEPT + 1
    encoder.encode(["0"])
    assert inner.asked[-1] == "0"


def test_nothing_is_nothing() -> None:
    """No texts give no rows."""
    assert Remembering(HashingEncoder()).encode([]).shape == (0, 256)
