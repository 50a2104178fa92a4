"""Who crosses a boundary of the rules within some days, and what the day after costs beside the day before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.pricing.portfolio import NO_PROBLEM, Priced, columns, price_many
from core.pricing.rules import RULES
from core.pricing.situation import Change
from core.pricing.tariff import Tariff

_NOTHING_ORDERED = list(RULES).index("R0")


@dataclass(frozen=True)
class Crossings:
    """Rows for which another rule decides from `day` (a day number) on, or more is due under the same rule.

    Rules are places in DECISION_TABLE, nets are grosze on the day before and on the day; `possible`: whether the change
    can still be carried out then.
    """

    day: int
    rows: NDArray[np.intp]
    rule_before: NDArray[np.int8]
    rule_after: NDArray[np.int8]
    net_before: NDArray[np.int64]
    net_after: NDArray[np.int64]
    possible: NDArray[np.bool_]


def crossings(changes: Change, first: int, last: int, tariff: Tariff) -> Iterator[Crossings]:
    """Yield who crosses a boundary on each day after the day number `first` up to `last`.

    Only rows whose change could be carried out on the day before have something to miss. (That nothing is ordered,
    R0, is no change.)
    """

    def on(day: int) -> Priced:
        return price_many(replace(changes, change_on=day), tariff)

    # A rule that has been left does not come back, and under one rule and one tariff what is due never rises.
    crossing = on(first).rule != on(last).rule
    crossing |= any(first < day <= last for day in tariff.changes)
    among = np.flatnonzero(crossing)
    changes = columns(changes).rows(among)
    before = on(first)
    for day in range(first + 1, last + 1):
        after = on(day)
        another = (before.rule != after.rule) | (after.net > before.net)
        could = before.available & (before.rule != _NOTHING_ORDERED)
        rows = np.flatnonzero(another & could)
        yield Crossings(
            day, among[rows], before.rule[rows], after.rule[rows], before.net[rows], after.net[rows],
            (after.problem[rows] == NO_PROBLEM) & after.available[rows],
        )  # fmt: skip
        before = after
