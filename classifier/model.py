"""The model as it serves: for each head a linear function of the message's vector and grams, and honest probabilities.

It needs numpy and nothing heavier; `classifier.training` makes it. A file holds arrays and a page of JSON, never code,
and with them the hash of its data and the name of its encoder, so that a model never meets vectors that it was not
trained on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from classifier.grams import Vocabulary, Weights
from classifier.labels import HEADS, Intent, Level, Prediction
from core import arrays
from core.arrays import Arrays, Page
from core.encoder import Vectors

FORMAT = 2  # raised when an older file will not do any more
WHAT = "classifier model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One trained head: log odds of each class, made honest by dividing them by `temperature`.

    `dense` is [dims, classes], `sparse` [grams, classes], `bias` [classes].
    """

    classes: tuple[str, ...]
    dense: Weights
    sparse: Weights
    bias: Weights
    temperature: float

    def scores(self, vector: Vectors, places: NDArray[np.int64], weights: Weights) -> NDArray[np.float64]:
        """Log odds [classes] of one message: its vector [dims], and its grams as `Vocabulary.weigh` gives them."""
        return np.asarray(vector @ self.dense + weights @ self.sparse[places] + self.bias, dtype=np.float64)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds [..., classes] to probabilities of the same shape."""
        return softmax(scores / self.temperature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """All heads, the grams that they share, what they were trained on, and with which encoder."""

    heads: Mapping[str, Head]
    vocabulary: Vocabulary
    encoder: str
    data: str

    def predict(self, vector: Vectors, text: str) -> Prediction:
        """What one message is, from its vector [dims] and its text."""
        places, weights = self.vocabulary.weigh(text)
        found = {name: _likely(head, head.scores(vector, places, weights)) for name, head in self.heads.items()}
        intent, category = found["intent"], found["category"]
        impact, urgency = found["impact"], found["urgency"]
        return Prediction(
            intent=Intent(intent[0]), intent_p=intent[1], intents=intent[2], category=category[0],
            category_p=category[1], categories=category[2], impact=Level(impact[0]), impact_p=impact[1],
            urgency=Level(urgency[0]),
        )

    def probabilities(self, name: str, vectors: Vectors, texts: Sequence[str]) -> NDArray[np.float64]:
        """One head's probabilities [messages, classes]."""
        head = self.heads[name]
        rows = [head.scores(v, *self.vocabulary.weigh(text)) for v, text in zip(vectors, texts, strict=True)]
        return head.probabilities(np.array(rows).reshape(len(rows), len(head.classes)))

    def save(self, path: Path) -> None:
        """Write it to one file; see `core.arrays.save`."""
        heads = {name: {"classes": head.classes, "temperature": head.temperature} for name, head in self.heads.items()}
        page = {
            "format": FORMAT, "heads": heads, "grams": list(self.vocabulary.places), "encoder": self.encoder,
            "data": self.data,
        }  # fmt: skip
        weights = {f"{name}.{part}": getattr(head, part) for name, head in self.heads.items() for part in PARTS}
        arrays.save(path, WHAT, page, {"rarity": self.vocabulary.rarity, **weights})

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a model that was trained with this encoder; see `core.arrays.load`."""
        return arrays.load(path, WHAT, version=FORMAT, encoder=encoder, read=cls._read)

    @classmethod
    def _read(cls, page: Page, found: Arrays) -> Self:
        vocabulary = Vocabulary(places={gram: n for n, gram in enumerate(page["grams"])}, rarity=found["rarity"])
        if vocabulary.rarity.shape != (len(vocabulary.places),): raise ValueError("other grams")
        heads = {name: _head(name, page["heads"][name], found, len(vocabulary.places)) for name in HEADS}
        return cls(heads=heads, vocabulary=vocabulary, encoder=page["encoder"], data=page["data"])


PARTS = ("dense", "sparse", "bias")


def _head(name: str, facts: Mapping[str, Any], arrays: Mapping[str, Any], grams: int) -> Head:
    """A head as it was read, if it can be used."""
    dense, sparse, bias = (np.asarray(arrays[f"{name}.{part}"], dtype=np.float32) for part in PARTS)
    classes, temperature, allowed = tuple(map(str, facts["classes"])), float(facts["temperature"]), HEADS[name]
    if bias.shape != (len(classes),) or not classes: raise ValueError("other classes")
    if (dense.shape[1:], sparse.shape) != ((len(classes),), (grams, len(classes))): raise ValueError("other shapes")
    if not all(np.isfinite(part).all() for part in (dense, sparse, bias)): raise ValueError("no number")
    if not 0 < temperature < np.inf: raise ValueError("no number")
    if allowed is not None and not allowed.issuperset(classes): raise ValueError("other labels")
    return Head(classes=classes, dense=dense, sparse=sparse, bias=bias, temperature=temperature)


def _likely(head: Head, scores: NDArray[np.float64]) -> tuple[str, float, dict[str, float]]:
    row = head.probabilities(scores)
    best = int(row.argmax())
    return head.classes[best], float(row[best]), dict(zip(head.classes, map(float, row), strict=True))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds [..., classes] to shares that sum to 1."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float64)
