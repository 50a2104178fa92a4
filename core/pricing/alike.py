"""Integer arithmetic that works alike on Python ints and NumPy arrays, so that one rule serves a quote and a million.

Python ints stay Python ints: nothing here hands back a NumPy scalar for plain input.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Typed loosely on purpose: the same expression serves an int and an integer array.
Whole = Any
Truth = Any


def half_up(numerator: Whole, denominator: Whole) -> Whole:
    """Return numerator / denominator rounded half up; both non-negative, the denominator positive.

    >>> half_up(5, 10), half_up(4, 10), half_up(1820000, 36500)
    (1, 0, 50)
    """
    return (2 * numerator + denominator) // (2 * denominator)


def at_least_zero(value: Whole) -> Whole:
    """Return value, or 0 where it is negative."""
    return value * (value > 0)


def choose(condition: Truth, yes: Whole, no: Whole) -> Whole:
    """Return yes where the condition holds, else no."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, yes, no)
    return yes if condition else no


def pick(table: NDArray[Any], *index: Whole) -> Whole:
    """Look up table[index]; a plain int for plain ints."""
    found = table[index]
    return found if isinstance(found, np.ndarray) else found.item()
