"""A portfolio changed on each of many days: what is due then altogether."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from core.pricing.portfolio import price_many
from core.pricing.priced_once import Distinct
from core.pricing.renewed_terms import renewing, running_on
from core.pricing.tariff import Tariff


@dataclass(frozen=True)
class DayTotal:
    """A day (its number) of change for all: how many are changed, and what is due then, grosze net."""

    day: int
    changed: int
    net: int


def sweep(held: Distinct, today: int, days: Sequence[int], tariff: Tariff) -> list[DayTotal]:
    """Return the totals of every day, on which those whose terms end before it have renewed them."""
    renewed = price_many(renewing(held.changes, today), tariff)

    def total(day: int) -> DayTotal:
        priced = price_many(running_on(day, today, held.changes, renewed, tariff), tariff)
        return DayTotal(day, int(priced.available @ held.count), int(priced.net @ held.count))

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(total, days))
