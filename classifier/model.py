"""The model: one logistic regression a head over the message's vector, with temperature-calibrated probabilities.

Stored with skops, which loads no code; with it the hash of its data and the name of its encoder, so that a model is
never used with vectors that it was not trained on.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import skops.io
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from classifier.examples import FEWEST, Example, digest
from classifier.labels import HEADS, Intent, Level, Prediction
from core.encoder import Encoder, Vectors
from core.errors import BadInput, Unavailable

# Inverse regularisation. Calibrated 5-fold log loss on data/training/messages.jsonl, the mean of the four heads:
# 0.629 at 1, 0.604 at 3, 0.605 at 10, 0.620 at 30; intent, on which most hangs, is at its best as well.
STRENGTH = 3.0
FOLDS = 5
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One trained head: log odds from `model`, made honest by dividing them by `temperature`."""

    model: LogisticRegression
    temperature: float

    def probabilities(self, vectors: Vectors) -> NDArray[np.float64]:
        """Vectors [n, dims] to probabilities [n, classes], in the order of `classes`."""
        return _softmax(_scores(self.model.decision_function(vectors)) / self.temperature)

    @property
    def classes(self) -> list[str]:
        """The labels, in the order of the columns."""
        return [str(label) for label in self.model.classes_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """All heads, what they were trained on, and with which encoder."""

    heads: Mapping[str, Head]
    encoder: str
    data: str

    def predict(self, vector: Vectors) -> Prediction:
        """What one message is, from its vector [dims]."""
        found = {name: self._likely(name, vector) for name in HEADS}
        intent, category = found["intent"], found["category"]
        impact, urgency = found["impact"], found["urgency"]
        return Prediction(
            intent=Intent(intent[0]), intent_p=intent[1], intents=intent[2], category=category[0],
            category_p=category[1], impact=Level(impact[0]), impact_p=impact[1], urgency=Level(urgency[0]),
        )

    def _likely(self, name: str, vector: Vectors) -> tuple[str, float, dict[str, float]]:
        head = self.heads[name]
        row = head.probabilities(vector.reshape(1, -1))[0]
        best = int(row.argmax())
        return head.classes[best], float(row[best]), dict(zip(head.classes, map(float, row), strict=True))

    def save(self, path: Path) -> None:
        """Write the model to one file; a reader sees the old one or the new one, never half.

        Raises:
            Unavailable: there is no room for it, or no right to write there.
        """
        content = {"heads": {n: {"model": h.model, "temperature": h.temperature} for n, h in self.heads.items()}}
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            skops.io.dump({**content, "encoder": self.encoder, "data": self.data}, partial)
            partial.replace(path)
        except OSError as error:
            with suppress(OSError): partial.unlink()
            raise Unavailable(f"{path}: the classifier model could not be written ({error.strerror}).") from None

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a model that was trained with this encoder.

        Raises:
            BadInput: there is no model, it is damaged, holds code, or belongs to another encoder; says what to do.
        """
        again = "run `firstline classifier train`"
        try:
            content = skops.io.load(path, trusted=[])
            heads = {name: _checked(name, Head(**content["heads"][name])) for name in HEADS}
            model = cls(heads=heads, encoder=content["encoder"], data=content["data"])
        except FileNotFoundError:
            raise BadInput(f"{path}: there is no classifier model yet; {again}.") from None
        except Exception as error:  # noqa: BLE001 - damaged bytes fail anywhere in skops, zipfile or numpy; it means the same
            raise BadInput(f"{path}: the classifier model is damaged ({type(error).__name__}); {again}.") from None
        if model.encoder != encoder:
            raise BadInput(f"{path}: the classifier model was trained with {model.encoder}, not {encoder}; {again}.")
        return model


def _checked(name: str, head: Head) -> Head:
    """A head as it was read, if it can be used."""
    allowed = HEADS[name]
    if not isinstance(head.model, LogisticRegression): raise TypeError("no logistic regression")
    if not 0 < head.temperature < np.inf or not np.isfinite(head.model.coef_).all(): raise ValueError("no number")
    if allowed is not None and not allowed.issuperset(head.classes): raise ValueError("other labels")
    return head


def train(examples: Sequence[Example], encoder: Encoder) -> Classifier:
    """Fit every head on labelled messages; each is calibrated on predictions made without the message itself.

    Raises:
        BadInput: a head has fewer than two labels with two messages each.
    """
    vectors = encoder.encode([example.text for example in examples])
    heads = {name: _head(name, examples, vectors) for name in HEADS}
    return Classifier(heads=heads, encoder=encoder.name, data=digest(list(examples)))


def _head(name: str, examples: Sequence[Example], vectors: Vectors) -> Head:
    rows = [n for n, example in enumerate(examples) if name in example.labels]
    x, y = vectors[rows], np.array([examples[n].labels[name] for n in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced" if name != "intent" else None)
    labels, counts = np.unique(y, return_counts=True)
    common = labels[counts >= FEWEST]
    if len(common) < 2: raise BadInput(f"There are too few messages to learn {name} from.")  # noqa: PLR2004 - a choice needs two
    tested = np.isin(y, common)
    held_out = cross_val_predict(model, x[tested], y[tested], cv=_folds(y[tested]), method="decision_function")
    temperature = fit_temperature(_scores(held_out), np.searchsorted(common, y[tested]))
    return Head(model=model.fit(x, y), temperature=temperature)


def _folds(y: NDArray[Any]) -> StratifiedKFold:
    fewest = int(np.unique(y, return_counts=True)[1].min())
    return StratifiedKFold(n_splits=max(2, min(FOLDS, fewest)), shuffle=True, random_state=SEED)


def fit_temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
    """

    def loss(log_t: float) -> float:
        p = _softmax(scores / np.exp(log_t))[np.arange(len(truth)), truth]
        return float(-np.log(np.clip(p, 1e-12, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def _scores(decision: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two classes come as one column of log odds; give them two."""
    return np.column_stack([np.zeros_like(decision), decision]) if decision.ndim == 1 else decision


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float64)
