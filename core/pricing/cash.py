"""When money comes in from a portfolio: what is due with a change, then every renewal on its day."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import Whole, pick
from core.pricing.calendar import continued
from core.pricing.horizon import period_price
from core.pricing.portfolio import NO_PROBLEM, Priced
from core.pricing.situation import FROM_LIST, Change
from core.pricing.tariff import NOT_SOLD, Tariff


@dataclass(frozen=True)
class Payments:
    """Rows of a portfolio, each once, that pay `net` grosze on their `day` for a period up to before `until`.

    `ended`: the rows whose package is on no price list on that day.
    """

    rows: NDArray[np.intp]
    day: NDArray[np.int64]
    net: NDArray[np.int64]
    until: NDArray[np.int64]
    ended: NDArray[np.intp]


def renewals(changes: Change, priced: Priced, tariff: Tariff, end: Whole) -> Iterator[Payments]:
    """Yield the renewals after the changes that fall before `end`: the first of every row, the second...

    `end` is a day number for all rows or for each. A period bought with the change is part of what is due with it, and
    no renewal. One that is not sold any more gives way to the default, as in a quote. Rows that cannot be priced or are
    not available have no renewals; one whose package is on no price list any more has none from then on.
    """
    end = np.broadcast_to(end, priced.rule.shape)
    rows = np.flatnonzero((priced.problem == NO_PROBLEM) & priced.available & (priced.origin < end))
    # Counted from the origin each time: 31 January, 28 February, 31 March.
    counted = (priced.origin, priced.anchor, priced.period, priced.buys.astype(np.int64))
    state = (rows, *(values[rows] for values in counted))
    while True:
        rows, origin, anchor, period, number = state
        day = continued(origin, period * number, anchor)
        inside = day < end[rows]
        rows, origin, anchor, period, number, day = (values[inside] for values in (*state, day))
        if not len(rows):
            return
        chosen = changes.rows(rows)
        sold_for = np.where(
            chosen.target_price_net == FROM_LIST,
            pick(tariff.periods, tariff.price_list_on(day), chosen.target, period),
            period,
        )
        another = sold_for != period
        origin, period, number = np.where(another, day, origin), sold_for, np.where(another, 0, number)
        net = period_price(tariff, chosen.target, period, chosen.target_price_net, day)
        sold = net != NOT_SOLD
        until = continued(origin, period * (number + 1), anchor)
        yield Payments(rows[sold], day[sold], net[sold], until[sold], rows[~sold])
        state = tuple(values[sold] for values in (rows, origin, anchor, period, number + 1))
