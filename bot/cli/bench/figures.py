"""What measuring gives: medians of rounds with their spread, percentiles of times."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The median of the rounds, and the lowest and highest of them."""

    median: float
    low: float
    high: float

    def say(self, unit: str, digits: int = 1) -> str:
        """For a terminal."""
        return f"{self.median:.{digits}f} {unit} ({self.low:.{digits}f} to {self.high:.{digits}f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds per question: the middle one, and the one that 99 of 100 stay below."""

    p50: Figure
    p99: Figure


def figure(values: Sequence[float]) -> Figure:
    """The median of some values, and their spread."""
    return Figure(median=median(values), low=min(values), high=max(values))


def times(rounds: Sequence[Sequence[float]]) -> Times:
    """The percentiles of each round, over the rounds."""
    return Times(p50=figure([percentile(r, 50) for r in rounds]), p99=figure([percentile(r, 99) for r in rounds]))


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred stay below."""
    return float(np.percentile(np.array(values), percent))
