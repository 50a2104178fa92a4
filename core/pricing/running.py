"""The terms that subscriptions are in on a day to come, when those that end before it have been renewed."""

from dataclasses import replace
from itertools import count

import numpy as np

from core.pricing.calendar import months_later
from core.pricing.portfolio import NO_PROBLEM, Priced, columns
from core.pricing.rules import DEFAULT_PERIOD, FROM_LIST, Change
from core.pricing.tariff import Tariff


def renewing(held: Change, today: int) -> Change:
    """Return the changes that change nothing: the same package (R0), renewed in its time at the list price."""
    return replace(
        held,
        target=held.package,
        change_on=today,
        target_price_net=FROM_LIST,
        target_period_months=DEFAULT_PERIOD,
    )


def running_on(day: int, today: int, held: Change, renewed: Priced, tariff: Tariff) -> Change:
    """Return subscriptions as they stand on a day number, `held` being how they stand today.

    `renewed` is what renewing each today comes to (`renewing`). A term that ends before the day is followed by periods
    as there, at the list price of the day each begins; one that is over today is renewed today. One that ends on the
    day itself is not yet renewed.
    """
    held = columns(held)
    rows = np.flatnonzero((renewed.problem == NO_PROBLEM) & (renewed.origin < day) & (~renewed.expired | (today < day)))
    start, end, now = held.term_start.copy(), held.valid_until.copy(), held.price_net.copy()
    # A15: what people write as the last day, from the first one that is not paid for.
    last = (tariff.shown_on(day).readings.A15 == "last_paid_day") * 1
    now[rows] = FROM_LIST
    for number in count():
        if not len(rows):
            break
        begins, ends = (months_later(renewed.origin[rows], renewed.period[rows] * n) for n in (number, number + 1))
        start[rows], end[rows] = begins, ends - last
        rows = rows[ends < day]
    return replace(held, term_start=start, valid_until=end, price_net=now, change_on=np.full_like(start, day))
