"""The terms of a base that are no whole months, and those a day too long: somebody wrote the first unpaid day.

odd = odd_terms(base, readings)
odd.day_over.sum()               # "312 terms are a whole period and a day"
as_first_unpaid(base, readings)  # exactly those read so
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.pricing.readings import Readings
from core.pricing.situation import days_to_end
from core.pricing.term import Term
from core.simulation.subscriptions import Subscriptions


@dataclass(frozen=True)
class OddTerms:
    """Which rows of a base have a term of whole months and a day (`day_over`), or else no whole months (`other`)."""

    day_over: NDArray[np.bool_]
    other: NDArray[np.bool_]


def odd_terms(base: Subscriptions, readings: Readings) -> OddTerms:
    """Return the odd terms of a base, under the reading of its last day (A15) that is in force."""
    term = Term(base.term_start, base.valid_until + days_to_end(readings), base.valid_until, base.anchor)
    day_over = term.months_but_a_day > 0
    return OddTerms(day_over, (term.months == 0) & ~day_over)


def as_first_unpaid(base: Subscriptions, readings: Readings) -> Subscriptions:
    """Return a base whose terms of whole months and a day end a day earlier: `valid_until` was the first unpaid day."""
    return replace(base, valid_until=base.valid_until - odd_terms(base, readings).day_over)
