"""When so many will be done, and how many by a day: exactly, from the throughput of working days.

A working day to come is taken to be any of those sampled, each as likely (a Monte Carlo simulation draws the same). The
distribution of what k days finish together is the k-fold convolution of one day's, so nothing is drawn and the figures
stand still. Days are counted from the next working day on.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import workdays
from core.flow.percentiles import PERCENTS, TooFew
from core.flow.throughput import Samples

ACTIVE = 5
"""On how many days something must have finished for a forecast."""

HORIZON = 500
"""Working days, about two years: what lies further off is not forecast."""

_ROUNDING = 1e-9
"""What the sums of a forecast may be off by."""


@dataclass(frozen=True, slots=True)
class When:
    """The days by which `items` are done, by percent sure; None: after the HORIZON.

    From `days` working days, with something finished on `active` of them.
    """

    items: int
    days: int
    active: int
    by: Mapping[int, dt.date | None]


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many are done by the end of a day, at least, by percent sure; from as many days as `When`."""

    day: dt.date
    days: int
    active: int
    at_least: Mapping[int, int]


def when_done(samples: Samples, items: int, today: dt.date) -> When | TooFew:
    """Return the days by which so many items, one or more, are done."""
    if samples.active < ACTIVE:
        return TooFew(samples.active, ACTIVE, samples.left_out)
    one = _one_day(samples)
    # How likely it is that so many are done, as long as they are fewer than all.
    undone = np.zeros(items)
    undone[0] = 1.0
    needed: dict[int, dt.date | None] = {}
    wanted = list(PERCENTS)
    for day in range(1, HORIZON + 1):
        undone = np.convolve(undone, one)[:items]
        done = 1.0 - undone.sum()
        while wanted and done >= wanted[0] / 100 - _ROUNDING:
            needed[wanted.pop(0)] = workdays.working_days_later(today, day)
        if not wanted:
            break
    return When(items, samples.days, samples.active, {percent: needed.get(percent) for percent in PERCENTS})


def how_many(samples: Samples, day: dt.date, today: dt.date) -> HowMany | TooFew:
    """Return how many items are done by the end of a day; one beyond the HORIZON counts as its last day."""
    if samples.active < ACTIVE:
        return TooFew(samples.active, ACTIVE, samples.left_out)
    last = min(day, workdays.working_days_later(today, HORIZON))
    working = sum(workdays.is_working_day(today + dt.timedelta(days=n)) for n in range(1, (last - today).days + 1))
    # How likely it is that so many, or more, are done.
    at_least = np.cumsum(_together(_one_day(samples), working)[::-1])[::-1]
    found = {percent: int(np.flatnonzero(at_least >= percent / 100 - _ROUNDING)[-1]) for percent in PERCENTS}
    return HowMany(day, samples.days, samples.active, found)


def _one_day(samples: Samples) -> NDArray[np.float64]:
    return np.bincount(samples.counts) / samples.days


def _together(one: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the distribution of what `count` days finish together: a convolution is a product of transforms."""
    most = count * (len(one) - 1)
    # A transform of a power of two is the quickest.
    size = 1 << most.bit_length()
    found: NDArray[np.float64] = np.fft.irfft(np.fft.rfft(one, size) ** count, size)
    return found[: most + 1]
