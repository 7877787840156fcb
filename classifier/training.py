"""Training: a logistic regression a head over vectors and grams, and the temperature that makes it honest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from classifier.examples import FEWEST, Example, digest
from classifier.grams import Vocabulary
from classifier.labels import HEADS
from classifier.model import Classifier, Head, softmax
from core.encoder import Encoder, Vectors
from core.errors import BadInput

# Inverse regularisation, and the length of the grams beside the vector's 1. Accuracy in 5 folds of data/training with
# grams of 0, .5 and 1: intent .828, .842, .860; category .766, .783, .796; impact .836, .868, .893; urgency about .68.
STRENGTH, GRAMS = 10.0, 1.0
ROUNDS, EXACT = 300, 1e-3  # of the solver; more of either moves no figure
FOLDS = 5
SEED = 7


@dataclass(frozen=True, slots=True)
class Seen:
    """Messages as the heads see them: one sparse matrix [messages, dims + grams], and its parts."""

    matrix: Any
    dims: int
    vocabulary: Vocabulary
    share: float

    def head(self, model: Any, temperature: float) -> Head:
        """A trained linear model in the form that serves; two classes get a column each."""
        weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
        if len(bias) == 1: weights, bias = np.hstack([0 * weights, weights]), np.concatenate([0 * bias, bias])
        return Head(
            classes=tuple(map(str, model.classes_)), dense=np.ascontiguousarray(weights[: self.dims]),
            sparse=np.ascontiguousarray(weights[self.dims :] * np.float32(self.share)), bias=bias,
            temperature=temperature,
        )


def see(texts: Sequence[str], vectors: Vectors, share: float = GRAMS) -> Seen:
    """Messages for training. `share` is the length of a message's grams, beside its vector's 1."""
    known = Vocabulary.of(texts)
    rows = [known.weigh(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([np.empty(0, dtype=np.int64), *(row for row, _ in rows)])
    weights = np.concatenate([np.empty(0, dtype=np.float32), *(row for _, row in rows)])
    sparse = csr_matrix((weights * share, places, ends), shape=(len(texts), len(known.places)))
    return Seen(hstack([csr_matrix(vectors), sparse]).tocsr(), vectors.shape[1], known, share)


def train(examples: Sequence[Example], encoder: Encoder, vectors: Vectors | None = None) -> Classifier:
    """Fit every head on labelled messages; each is calibrated on predictions made without the message itself.

    `vectors` [messages, dims] are the messages' own, if they are there already.

    Raises:
        BadInput: a head has fewer than two labels with two messages each.
    """
    texts = [example.text for example in examples]
    seen = see(texts, encoder.encode(texts) if vectors is None else vectors)
    heads = {name: _head(name, examples, seen) for name in HEADS}
    return Classifier(heads=heads, vocabulary=seen.vocabulary, encoder=encoder.name, data=digest(list(examples)))


def _head(name: str, examples: Sequence[Example], seen: Seen) -> Head:
    rows = [n for n, example in enumerate(examples) if name in example.labels]
    x, y = seen.matrix[rows], np.array([examples[n].labels[name] for n in rows])
    labels, counts = np.unique(y, return_counts=True)
    if (counts >= FEWEST).sum() < 2: raise BadInput(f"There are too few messages to learn {name} from.")  # noqa: PLR2004 - a choice needs two
    model = learner(name)
    tested = np.isin(y, labels[counts >= FEWEST])
    scores, truth = held_out(model, x[tested], y[tested])
    return seen.head(model.fit(x, y), fit_temperature(scores, truth))


def learner(head: str) -> LogisticRegression:
    """The untrained model of one head."""
    return regression("balanced" if head != "intent" else None)


def regression(weights: str | None = None) -> LogisticRegression:
    """The learner, with balanced weights of the classes or plain ones."""
    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=EXACT, class_weight=weights)


def held_out(model: LogisticRegression, x: Any, y: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Log odds [messages, classes] by models that did not see the message, and its own class's place."""
    scores = cross_val_predict(model, x, y, cv=folds(y), method="decision_function")
    return as_columns(scores), np.searchsorted(np.unique(y), y)


def folds(y: NDArray[Any]) -> StratifiedKFold:
    """Five parts, or as many as the rarest class has messages."""
    fewest = int(np.unique(y, return_counts=True)[1].min())
    return StratifiedKFold(n_splits=max(2, min(FOLDS, fewest)), shuffle=True, random_state=SEED)


def fit_temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least log loss.

    Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.
    """

    def loss(log_t: float) -> float:
        p = softmax(scores / np.exp(log_t))[np.arange(len(truth)), truth]
        return float(-np.log(np.clip(p, 1e-12, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))


def as_columns(decision: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two classes come as one column of log odds; give them two."""
    return np.column_stack([np.zeros_like(decision), decision]) if decision.ndim == 1 else decision
