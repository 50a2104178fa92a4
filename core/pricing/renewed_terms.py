"""The terms that subscriptions are in on a day to come, when those that end before it have been renewed."""

from dataclasses import replace

import numpy as np

from core.pricing.calendar import continued
from core.pricing.cash import Payments, renewals
from core.pricing.portfolio import Priced, columns
from core.pricing.situation import DEFAULT_PERIOD, FROM_LIST, Change, days_to_end
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

    `renewed` is what renewing each today comes to (`renewing`). Whoever's term ends before the day has renewed it by
    then, at the list price; one that is over today is renewed today. One that ends on the day itself is not yet
    renewed, nor is one whose package is on no price list any more.
    """
    held = columns(held)
    start, last, price = held.term_start.copy(), held.valid_until.copy(), held.price_net.copy()
    anchor = held.anchor.copy()
    to_end = days_to_end(tariff.shown_on(day).readings)
    again = np.flatnonzero(renewed.buys & (today < day))
    ends = continued(renewed.origin[again], renewed.period[again], renewed.anchor[again])
    first = Payments(again, renewed.origin[again], renewed.renewal[again], ends, again[:0])
    # What is over today and is to change today is not renewed before.
    before = np.where(renewed.expired & (today >= day), 0, day)
    for paid in (first, *renewals(renewing(held, today), renewed, tariff, before)):
        start[paid.rows], last[paid.rows], price[paid.rows] = paid.day, paid.until - to_end, FROM_LIST
        # Of a term in February alone nobody could tell that its months are counted from the 31st.
        anchor[paid.rows] = renewed.anchor[paid.rows]
    day_of_all = np.full_like(start, day)
    return replace(held, term_start=start, valid_until=last, price_net=price, anchor=anchor, change_on=day_of_all)
