"""How good an item is, from what people said of it: a plain formula, and a line of words. Pure."""

from dataclasses import dataclass
from math import sqrt

SURE = 1.96  # standard deviations either side: the bounds hold in 95 of 100 cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between which shares the true one lies."""

    low: float
    high: float


def wilson(good: int, judged: int) -> Bounds:
    """The Wilson score interval of a share; of nothing judged, from 0 to 1.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212. Unlike the share alone it does not take one of one for better than
    nineteen of twenty.
    """
    if not judged: return Bounds(low=0.0, high=1.0)
    share, square = good / judged, SURE**2 / judged
    middle = share + square / 2
    spread = SURE * sqrt(share * (1 - share) / judged + square / (4 * judged))
    return Bounds(low=max(0.0, (middle - spread) / (1 + square)), high=min(1.0, (middle + spread) / (1 + square)))
