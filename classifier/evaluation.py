"""How good a classifier is, head by head, on messages it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, matthews_corrcoef

from classifier.examples import Example
from classifier.labels import HEADS
from classifier.model import Classifier
from classifier.training import FOLDS, SEED, train
from core.encoder import Encoder, Vectors

BINS = 10  # of the expected calibration error (Naeini et al. 2015)

_Row = tuple[str, str, float]  # the true label, the guessed one, and how sure the guess was


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One head's figures on held-out messages; all are 0 to 1 but `mcc`, which is -1 to 1."""

    head: str
    messages: int
    accuracy: float
    macro_f1: float
    mcc: float
    ece: float


def cross_validate(examples: Sequence[Example], encoder: Encoder) -> list[Score]:
    """Train on four fifths, look at the fifth part, five times over."""
    parts = _parts(examples)
    seen: dict[str, list[_Row]] = {head: [] for head in HEADS}
    for part in range(FOLDS):
        model = train([e for e, p in zip(examples, parts, strict=True) if p != part], encoder)
        held = [e for e, p in zip(examples, parts, strict=True) if p == part]
        for head, rows in _judged(model, held, encoder).items(): seen[head] += rows
    return [_score(head, rows) for head, rows in seen.items() if rows]


def _parts(examples: Sequence[Example]) -> NDArray[np.int64]:
    """The fifth that each example belongs to; equal labels are dealt out in turn, so that no fifth goes without."""
    mixed = np.random.default_rng(SEED).permutation(len(examples))
    dealt = sorted(mixed, key=lambda n: sorted(examples[n].labels.items()))
    parts = np.empty(len(examples), dtype=np.int64)
    parts[dealt] = np.arange(len(examples)) % FOLDS
    return parts


def evaluate(model: Classifier, examples: Sequence[Example], encoder: Encoder) -> list[Score]:
    """A trained model's figures on other messages."""
    return [_score(head, rows) for head, rows in _judged(model, examples, encoder).items() if rows]


def _judged(model: Classifier, examples: Sequence[Example], encoder: Encoder) -> dict[str, list[_Row]]:
    vectors: Vectors = encoder.encode([example.text for example in examples])
    judged: dict[str, list[_Row]] = {}
    for name, head in model.heads.items():
        chances = model.probabilities(name, vectors, [example.text for example in examples])
        rows = [(e.labels[name], row) for e, row in zip(examples, chances, strict=True) if name in e.labels]
        judged[name] = [(label, head.classes[int(row.argmax())], float(row.max())) for label, row in rows]
    return judged


def _score(head: str, rows: Sequence[_Row]) -> Score:
    truth, guess, sure = zip(*rows, strict=True)
    mcc = float(matthews_corrcoef(truth, guess)) if len({*truth, *guess}) > 1 else 0.0  # by its definition
    right = np.array([t == g for t, g in zip(truth, guess, strict=True)])
    return Score(
        head=head, messages=len(rows), accuracy=float(right.mean()),
        macro_f1=float(f1_score(truth, guess, average="macro")), mcc=mcc,
        ece=calibration_error(np.array(sure), right),
    )


def calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The mean gap between how sure it was and how often it was right, over `BINS` equal bins, weighted by size."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))
