"""How good a classifier is, head by head, on messages it was not trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, matthews_corrcoef

from classifier.curves import calibration_error
from classifier.examples import Example
from classifier.folds import Remembering, deal
from classifier.labelled import Note
from classifier.labels import HEADS
from classifier.model import Classifier
from classifier.training import FOLDS, learner, see, train
from core.encoder import Encoder, Vectors

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


def cross_validate(
    examples: Sequence[Example], encoder: Encoder, note: Note = lambda _what, _done, _all: None
) -> list[Score]:
    """Train on four fifths, look at the fifth part, five times over; each message is encoded once."""
    parts, once = deal([sorted(example.labels.items()) for example in examples], FOLDS), Remembering(encoder)
    seen: dict[str, list[_Row]] = {head: [] for head in HEADS}
    once.encode_all([example.text for example in examples], note)
    for part in range(FOLDS):
        note("judging parts", part, FOLDS)
        model = train([e for e, p in zip(examples, parts, strict=True) if p != part], once)
        held = [e for e, p in zip(examples, parts, strict=True) if p == part]
        for head, rows in _judged(model, held, once).items(): seen[head] += rows
    return [_score(head, rows) for head, rows in seen.items() if rows]


def held_out_hits(
    examples: Sequence[Example], extra: Sequence[Example], encoder: Encoder, note: Callable[[int, int], None]
) -> dict[str, list[bool]]:
    """For each head: whether each example that has it is got right, trained on the other parts and on all of `extra`.

    The parts are the same whatever `extra` is, so that two results can be compared message by message.
    """
    everything = [*examples, *extra]
    texts, parts = [e.text for e in everything], deal([sorted(e.labels.items()) for e in examples], FOLDS)
    matrix, hits = see(texts, encoder.encode(texts)).matrix, dict[str, list[bool]]()
    for number, name in enumerate(HEADS):
        note(number, len(HEADS))
        labels = np.array([e.labels.get(name, "") for e in everything])
        right = np.zeros(len(examples), dtype=bool)
        for part in range(FOLDS):
            held = np.flatnonzero((parts == part) & (labels[: len(examples)] != ""))
            fit = np.flatnonzero((np.append(parts, np.full(len(extra), FOLDS)) != part) & (labels != ""))
            right[held] = learner(name).fit(matrix[fit], labels[fit]).predict(matrix[held]) == labels[held]
        hits[name] = right[labels[: len(examples)] != ""].tolist()
    return hits


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
