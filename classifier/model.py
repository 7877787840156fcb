"""The model: one logistic regression a head over the message's vector, with temperature-calibrated probabilities.

Stored with skops, which loads no code; with it the hash of its data and the name of its encoder, so that a model is
never used with vectors that it was not trained on.
"""

import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import skops.io
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from classifier.examples import Example, digest
from classifier.labels import HEADS, Intent, Level, Prediction
from core.encoder import Encoder, Vectors
from core.errors import BadInput

STRENGTH = 10.0  # inverse regularisation; the best of 1, 3, 10, 30 by 5-fold log loss on data/training/messages.jsonl
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
        return Prediction(
            intent=Intent(intent[0]), intent_p=intent[1], category=category[0], category_p=category[1],
            impact=Level(found["impact"][0]), urgency=Level(found["urgency"][0]), intents=intent[2],
        )

    def _likely(self, name: str, vector: Vectors) -> tuple[str, float, dict[str, float]]:
        head = self.heads[name]
        row = head.probabilities(vector.reshape(1, -1))[0]
        best = int(row.argmax())
        return head.classes[best], float(row[best]), dict(zip(head.classes, map(float, row), strict=True))

    def save(self, path: Path) -> None:
        """Write the model to one file; a reader sees the old one or the new one, never half."""
        content = {"heads": {n: {"model": h.model, "temperature": h.temperature} for n, h in self.heads.items()}}
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        skops.io.dump({**content, "encoder": self.encoder, "data": self.data}, partial)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a model that was trained with this encoder.

        Raises:
            BadInput: there is no model, it is damaged, holds code, or belongs to another encoder; says what to do.
        """
        again = "run `firstline classifier train`"
        try:
            content = skops.io.load(path, trusted=[])
            heads = {name: Head(**content["heads"][name]) for name in HEADS}
            model = cls(heads=heads, encoder=content["encoder"], data=content["data"])
        except FileNotFoundError:
            raise BadInput(f"{path}: there is no classifier model yet; {again}.") from None
        except (zipfile.BadZipFile, json.JSONDecodeError, KeyError, TypeError, ValueError, OSError, AttributeError, skops.io.exceptions.UntrustedTypesFoundException) as error:
            raise BadInput(f"{path}: the classifier model is damaged ({type(error).__name__}); {again}.") from None
        if model.encoder != encoder:
            raise BadInput(f"{path}: the classifier model was trained with {model.encoder}, not {encoder}; {again}.")
        return model


def train(examples: Sequence[Example], encoder: Encoder) -> Classifier:
    """Fit every head on labelled messages; each is calibrated on predictions made without the message itself."""
    vectors = encoder.encode([example.text for example in examples])
    heads = {name: _head(name, examples, vectors) for name in HEADS}
    return Classifier(heads=heads, encoder=encoder.name, data=digest(list(examples)))


def _head(name: str, examples: Sequence[Example], vectors: Vectors) -> Head:
    rows = [n for n, example in enumerate(examples) if name in example.labels]
    x, y = vectors[rows], np.array([examples[n].labels[name] for n in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced" if name != "intent" else None)
    held_out = cross_val_predict(model, x, y, cv=_folds(y), method="decision_function")
    temperature = fit_temperature(_scores(held_out), np.searchsorted(np.unique(y), y))
    return Head(model=model.fit(x, y), temperature=temperature)


def _folds(y: NDArray[Any]) -> StratifiedKFold:
    fewest = int(np.unique(y, return_counts=True)[1].min())
    return StratifiedKFold(n_splits=max(2, min(FOLDS, fewest)), shuffle=True, random_state=SEED)


def fit_temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2)."""

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
