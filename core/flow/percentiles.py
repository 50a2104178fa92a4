"""Percentiles by nearest rank, and what is said instead of a figure where there is too little data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.ground.messages import Message

PERCENTS = (50, 85, 95)

ENOUGH = 5
"""How many items a figure is made of at least."""


@dataclass(frozen=True, slots=True)
class TooFew:
    """Too little data for a figure: there are `n`, and `needed` would do; `left_out`: how many lack a day."""

    n: int
    needed: int = ENOUGH
    left_out: int = 0

    @property
    def said(self) -> Message:
        """The same in words."""
        return Message("flow.too_few", {"needed": self.needed}, count=self.n)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Percentiles of `n` whole numbers, by percent; `left_out`: how many more are unknown."""

    n: int
    left_out: int
    of: Mapping[int, int]


def nearest_rank(values: Sequence[int], percent: int) -> int:
    """Return the least of the values that so many percent of them do not exceed (nearest rank, ceiling).

    >>> nearest_rank([1, 2, 3, 4], 50), nearest_rank([1, 2, 3, 4], 51)
    (2, 3)
    """
    return int(np.percentile(np.asarray(values), percent, method="inverted_cdf"))


def percentiles(values: Sequence[int | None]) -> Percentiles | TooFew:
    """Return the percentiles of the values that are known."""
    known = [value for value in values if value is not None]
    left_out = len(values) - len(known)
    if len(known) < ENOUGH:
        return TooFew(len(known), left_out=left_out)
    return Percentiles(len(known), left_out, {percent: nearest_rank(known, percent) for percent in PERCENTS})
