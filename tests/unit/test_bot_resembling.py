"""Solved tickets that are like an open one: by meaning, a few new texts at a time."""

from collections.abc import Sequence

from bot.assistant.resembling import LIKE_AT, NEW_AT_ONCE, Resembling
from core.encoder import Encoder, Vectors
from core.onnx_encoder import OnnxEncoder
from handoff.solved import Solved


class Counting:
    """An encoder that remembers how many texts it was given each time."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the real one."""
        self.name, self.dims, self._encoder, self.counts = encoder.name, encoder.dims, encoder, list[int]()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The real vectors."""
        self.counts.append(len(texts))
        return self._encoder.encode(texts)


def solved(*asked: str) -> list[Solved]:
    """Solved tickets, the newest first."""
    last = len(asked)
    return [
        Solved(id=last - n, number=f"INC-{last - n:06d}", asked=text, code="fixed", resolution="Done.")
        for n, text in enumerate(asked)
    ]  # fmt: skip


def test_by_meaning(onnx_encoder: OnnxEncoder) -> None:
    """What is about the same is found without the same words; what is about something else is not."""
    found = Resembling(onnx_encoder).like(
        "my screen stays black after I dock the laptop",
        solved("the printer on floor 3 jams", "external monitor shows nothing on the docking station", "", "vpn drops"),
    )  # fmt: skip
    assert [one.number for one in found] == ["INC-000003"]


def test_nothing_to_compare(onnx_encoder: OnnxEncoder) -> None:
    """Without words, or without solved tickets, there is none."""
    likes = Resembling(onnx_encoder)
    assert likes.like("", solved("vpn drops")) == ()
    assert likes.like("vpn drops", []) == ()


def test_at_most_three_and_the_newest_of_equals(onnx_encoder: OnnxEncoder) -> None:
    """Of more, the nearest three; of equally near ones the newest."""
    found = Resembling(onnx_encoder).like("the vpn drops", solved(*["the vpn drops"] * 5))
    assert [one.number for one in found] == ["INC-000005", "INC-000004", "INC-000003"]
    assert LIKE_AT < 1


def test_a_drawing_encodes_a_few_texts_only(onnx_encoder: OnnxEncoder) -> None:
    """Each look takes on a few new texts, until all are known; then the model does not run any more."""
    counting = Counting(onnx_encoder)
    likes, many = Resembling(counting), solved(*(f"problem number {n} with the vpn" for n in range(20)))
    for _ in range(8): likes.like("the vpn drops", many)
    assert counting.counts == [NEW_AT_ONCE + 1, *[NEW_AT_ONCE] * 4]
