"""Whose term is over: figures may be of those alone who have paid, since who is overdue may never pay again."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from core.pricing import calendar
from core.pricing.readings import Readings
from core.pricing.situation import days_to_end
from core.simulation.subscriptions import Subscriptions


def overdue(base: Subscriptions, today: dt.date, readings: Readings) -> NDArray[np.bool_]:
    """Return which subscriptions are not paid for today, under the reading of the last day (A15) that is in force."""
    over: NDArray[np.bool_] = base.valid_until + days_to_end(readings) <= calendar.number(today)
    return over
