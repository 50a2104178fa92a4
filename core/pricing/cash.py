"""When money comes in from a portfolio: what is due with a change, then every renewal on its day."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import Whole
from core.pricing.calendar import months_later
from core.pricing.horizon import period_price
from core.pricing.portfolio import NO_PROBLEM, Priced
from core.pricing.rules import Change
from core.pricing.tariff import NOT_SOLD, Tariff


@dataclass(frozen=True)
class Payments:
    """Rows of a portfolio, each once, that pay `net` grosze on their `day`; `ended`: those that find no price there."""

    rows: NDArray[np.intp]
    day: NDArray[np.int64]
    net: NDArray[np.int64]
    ended: NDArray[np.intp]


def renewals(changes: Change, priced: Priced, tariff: Tariff, end: Whole) -> Iterator[Payments]:
    """Yield the renewals after the changes that fall before `end`: the first of every row, the second...

    `end` is a day number for all rows or for each. A period bought with the change is part of what is due with it, and
    no renewal. Rows that cannot be priced or are not available have none; one whose package is on no price list any
    more has none from then on.
    """
    end = np.broadcast_to(end, priced.rule.shape)
    rows = np.flatnonzero((priced.problem == NO_PROBLEM) & priced.available & (priced.origin < end))
    for number in count():
        # From the origin each time: 31 January, 28 February, 31 March.
        months = priced.period[rows] * (priced.buys[rows] + number)
        day = months_later(priced.origin[rows], months)
        inside = day < end[rows]
        rows, day = rows[inside], day[inside]
        if not len(rows):
            return
        chosen = changes.rows(rows)
        net = period_price(tariff, chosen.target, priced.period[rows], chosen.target_price_net, day)
        sold = net != NOT_SOLD
        yield Payments(rows[sold], day[sold], net[sold], rows[~sold])
        rows = rows[sold]
