"""A scenario: who changes to what and when, and what of the tariff is different then."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.ground.words import fold
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.simulation.changed_tariff import changed_tariff
from core.simulation.subscriptions import Subscriptions


@dataclass(frozen=True)
class Scenario:
    """A question about everybody. Days are those of Europe/Warsaw, money is grosze net.

    `target` is a package's id, None where nobody changes; `packages` (ids, empty: all), `client` (part of a name or an
    id, "": all) and the days between which `valid_until` lies say who is meant. From `prices_from` the prices are those
    of that day, changed by `percent`, single ones as in `prices` (by package and months), until further notice.
    `readings`, `terms` and `tiers` (from so many domains, grosze) hold at all times; None or empty: as in the tariff.
    """

    name: str
    target: str | None
    change_on: dt.date
    move_ordered: bool
    packages: tuple[str, ...]
    client: str
    ends_from: dt.date | None
    ends_until: dt.date | None
    prices_from: dt.date | None
    percent: Decimal | None
    prices: Mapping[tuple[str, int], int]
    readings: Mapping[str, str]
    terms: Mapping[str, int]
    tiers: tuple[tuple[int, int], ...] | None

    def tariff(self, base: Tariff) -> Tariff:
        """Return the tariff under this scenario; `base` itself where nothing of it differs. Remembered."""
        prices, readings, terms = (tuple(sorted(given.items())) for given in (self.prices, self.readings, self.terms))
        return changed_tariff(base, self.prices_from, self.percent, prices, readings, terms, self.tiers)


def group(scenario: Scenario, subscriptions: Subscriptions, tariff: Tariff) -> NDArray[np.bool_]:
    """Return who is meant, a truth a row."""
    meant = np.ones(len(subscriptions), np.bool_)
    if scenario.packages:
        chosen = np.zeros(len(tariff.packages), np.bool_)
        chosen[[tariff.index[id] for id in scenario.packages]] = True
        meant &= chosen[subscriptions.package]
    if scenario.ends_from:
        meant &= subscriptions.valid_until >= calendar.number(scenario.ends_from)
    if scenario.ends_until:
        meant &= subscriptions.valid_until <= calendar.number(scenario.ends_until)
    if scenario.client:
        # What is nothing but signs folds to nothing, which everybody would contain.
        part = fold(scenario.client) or scenario.client
        names = zip(*subscriptions.folded, strict=True)
        meant &= np.fromiter((part in client or part in id for client, id in names), np.bool_, len(subscriptions))
    return meant
