"""Judging a labelled set by itself: each part by what was learnt from the others. Each text is encoded once."""

import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from classifier.labelled import Labelled, Note, Report, judge
from classifier.training import SEED
from core.encoder import Encoder, Vectors

CHUNK = 512  # texts between two words on how far it is


class Remembering:
    """An encoder that encodes each text once, for as long as it lives."""

    def __init__(self, encoder: Encoder) -> None:
        """Take the encoder that does the work."""
        self._encoder, self._seen = encoder, dict[str, Vectors]()
        self.name, self.dims = encoder.name, encoder.dims

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to unit rows [len(texts), dims]."""
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        self._seen.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._seen[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dims)

    def encode_all(self, texts: Sequence[str], note: Note) -> None:
        """Encode texts ahead, telling how far it is."""
        for start in range(0, len(texts), CHUNK):
            note("encoding", start, len(texts))
            self.encode(texts[start:start + CHUNK])
        note("encoding", len(texts), len(texts))


def deal(labels: Sequence[object], folds: int) -> NDArray[np.int64]:
    """The part [labels], 0 to folds - 1, of each; equal labels are dealt out in turn, so that no part goes without."""
    mixed = np.random.default_rng(SEED).permutation(len(labels))
    dealt = sorted(mixed, key=lambda n: labels[n])
    parts = np.empty(len(labels), dtype=np.int64)
    parts[dealt] = np.arange(len(labels)) % folds
    return parts


def judge_in_folds(
    rows: Sequence[Labelled], folds: int, encoder: Encoder, oos_label: str | None, note: Note
) -> Report:
    """The guesses for all rows, in their order, each from a model that has not seen it.

    There are at least three parts, and three rows of each class. The threshold is the median of the parts'; `seconds`
    is of the whole.
    """
    start = time.perf_counter()
    parts, once = deal([row.label for row in rows], folds), Remembering(encoder)
    once.encode_all([row.text for row in rows], note)
    reports = []
    for part in range(folds):
        note("judging parts", part, folds)
        train = [row for row, own in zip(rows, parts, strict=True) if own != part]
        test = [row for row, own in zip(rows, parts, strict=True) if own == part]
        reports.append(judge(train, test, once, oos_label, lambda _what, _done, _all: None))
    return replace(_joined(reports, parts), seconds=time.perf_counter() - start)


def _joined(reports: Sequence[Report], parts: NDArray[np.int64]) -> Report:
    ready = [iter(report.guesses) for report in reports]
    return replace(
        reports[0], guesses=tuple(next(ready[part]) for part in parts),
        threshold=median(report.threshold for report in reports)
    )
