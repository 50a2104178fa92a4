"""What is in force on a day: prices, fees, VAT, thresholds and readings, ready for the rules."""

import datetime as dt
import hashlib
import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.ground.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.alike import Whole, choose, pick
from core.pricing.readings import Readings
from core.pricing.tariff_file import (
    DEFAULT_PERIOD_MONTHS,
    MAX_PERIOD_MONTHS,
    MigrationFees,
    Package,
    PriceList,
    TakenReadings,
    TariffFile,
    Terms,
    Vat,
    _Dated,
    parse_tariff_file,
)

NOT_SOLD = -1
"""Stands in a price table where a package is not sold for a period."""
DISK_UNIT = 1000
"""Disk is counted in thousandths of a GB."""
UNITS = {"mailboxes": 1, "domains": 1, "disk_gb": DISK_UNIT}
"""What packages limit -> into how many parts its unit is divided where it is counted."""


def in_units(parts: int, unit: int) -> int | Decimal:
    """Return a number of parts of a unit (`UNITS`) in units, without zeros at its end.

    >>> in_units(4500, DISK_UNIT), in_units(3, 1)
    (Decimal('4.5'), 3)
    """
    return parts if unit == 1 else (Decimal(parts) / unit).normalize() + 0


def disk_text(disk: int) -> str:
    """Return thousandths of a GB as a form and a link have them.

    >>> disk_text(4500), disk_text(20_000)
    ('4.5', '20')
    """
    return format(in_units(disk, DISK_UNIT), "f")


class Move(IntEnum):
    """What a change from one package to another is, by group and rank."""

    SAME = 0
    UPGRADE = 1
    DOWNGRADE = 2
    TO_VPS = 3
    TO_SHARED = 4


def move_between(current: Package, target: Package) -> Move:
    """Return what the change is. Rank decides, not the prices of the day."""
    if current.group != target.group:
        return Move.TO_VPS if target.group == "vps" else Move.TO_SHARED
    if current.rank == target.rank:
        return Move.SAME
    return Move.UPGRADE if target.rank > current.rank else Move.DOWNGRADE


_D = TypeVar("_D", bound=_Dated)


@dataclass(frozen=True, slots=True)
class FeeTier:
    """A migration fee: for `first` to `last` domains (None: and more), `net` grosze for the whole order."""

    first: int
    last: int | None
    net: Grosze

    @property
    def working(self) -> Message:
        """The line of the price list, in words."""
        if self.last is None:
            return Message("working.migration_from", {"net": self.net, "first": self.first})
        if self.first == self.last:
            return Message("working.migration_exactly", {"net": self.net}, count=self.first)
        return Message("working.migration_tier", {"net": self.net, "first": self.first, "last": self.last})


@dataclass(frozen=True)
class InForce:
    """Everything that is valid together on a day; `place` is the price list's among the tariff's."""

    price_list: PriceList
    place: int
    fees: MigrationFees
    vat: Vat
    terms: Terms
    readings: Readings

    @cached_property
    def tiers(self) -> tuple[FeeTier, ...]:
        """The migration tiers with their shared numbers settled by the readings (A2, A3)."""
        firsts = [
            tier.first
            + (tier.shared_with_previous is not None and self.reading_of(tier.shared_with_previous) == "lower")
            for tier in self.fees.tiers
        ]
        lasts = [first - 1 for first in firsts[1:]]
        return tuple(
            FeeTier(first, last, Grosze(tier.net))
            for first, last, tier in zip(firsts, [*lasts, None], self.fees.tiers, strict=True)
        )

    def tier(self, domains: int) -> FeeTier:
        """Return the tier of an order for so many domains, at least one."""
        return next(tier for tier in reversed(self.tiers) if tier.first <= domains)

    def reading_of(self, question: str) -> str:
        """Return the reading taken of a question that has more than one."""
        return str(getattr(self.readings, question))

    @cached_property
    def _fee_table(self) -> NDArray[np.int64]:
        top = self.tiers[-1].first
        table = np.zeros(top + 1, np.int64)
        for tier in self.tiers:
            table[tier.first :] = tier.net
        return table

    def migration_fee(self, domains: Whole) -> Whole:
        """Return M(n), grosze net: one flat fee per order for so many domains (an int or an array); none for none."""
        top = len(self._fee_table) - 1
        return pick(self._fee_table, choose(domains < top, domains, top))

    @property
    def vat_basis_points(self) -> int:
        """The VAT rate in hundredths of a percent."""
        return int(self.vat.percent * 100)


class Tariff:
    """The tariff file, asked by day."""

    def __init__(self, file: TariffFile) -> None:
        self.file = file
        self.packages: tuple[Package, ...] = tuple(file.packages)
        self.index = {package.id: i for i, package in enumerate(self.packages)}
        self.price_lists = _by_date(file.price_lists)
        self.first_day = calendar.number(self.price_lists[0].valid_from)
        """The day number of the first price list; nothing is priced before it."""
        dated: tuple[_Dated, ...] = (*file.price_lists, *file.migration_fees, *file.vat, *file.terms, *file.readings)
        starts = {calendar.number(table.valid_from) for table in dated}
        self.changes = tuple(sorted(day for day in starts if day >= self.first_day))
        """Day numbers on which anything of the tariff changes, ascending, from the first day on."""
        self.all_in_force = [self._compose(calendar.date(day)) for day in self.changes]
        """What is in force from each of these days on."""

    @cached_property
    def version(self) -> str:
        """The file's version and a fingerprint of its content, so that an edit without a new version shows too."""
        content = json.dumps(self.file.model_dump(mode="json"), sort_keys=True)
        return f"{self.file.version}-{hashlib.sha256(content.encode()).hexdigest()[:6]}"

    def on(self, day: int) -> InForce:
        """Return what is in force on a day number; raises KeyError before the first price list."""
        if day < self.first_day:
            raise KeyError(day)
        return self.all_in_force[bisect_right(self.changes, day) - 1]

    @cached_property
    def moves(self) -> NDArray[np.int8]:
        """The `Move` from each package (row) to each (column)."""
        return np.array([[move_between(a, b) for b in self.packages] for a in self.packages], np.int8)

    @cached_property
    def prices(self) -> NDArray[np.int64]:
        """Grosze net or NOT_SOLD, by price list (in order of date), package, and period of 0 to 36 months."""
        prices = np.full((len(self.price_lists), len(self.packages), MAX_PERIOD_MONTHS + 1), NOT_SOLD, np.int64)
        for i, price_list in enumerate(self.price_lists):
            for id, by_period in price_list.prices_net.items():
                for months, net in by_period.items():
                    prices[i, self.index[id], months] = net
        return prices

    @cached_property
    def periods(self) -> NDArray[np.int64]:
        """The default period by price list, package and months of the running term: as many where it is sold so."""
        return np.where(self.prices == NOT_SOLD, DEFAULT_PERIOD_MONTHS, np.arange(MAX_PERIOD_MONTHS + 1))

    def shown_on(self, day: int) -> InForce:
        """Return what is in force on a day number, or on the first day where that is still to come."""
        return self.on(max(day, self.first_day))

    def with_readings(self, **choices: str) -> "Tariff":
        """Return the same tariff with other readings of some questions, at all times."""
        taken = [TakenReadings(**{**table.model_dump(), **choices}) for table in self.file.readings]
        return Tariff(self.file.model_copy(update={"readings": taken}))

    def price_list_on(self, day: Whole) -> Whole:
        """Return the place of the price list valid on a day number among `price_lists`; -1 before the first."""
        return pick(self._list_of_day, day)

    @cached_property
    def _list_of_day(self) -> NDArray[np.int64]:
        # A table of every day is several times as fast for arrays as a search.
        starts = [calendar.number(prices.valid_from) for prices in self.price_lists]
        return np.searchsorted(starts, np.arange(calendar.DAYS), side="right") - 1

    @cached_property
    def limits(self) -> dict[str, NDArray[np.int64]]:
        """What packages allow, by resource: counts, disk in thousandths of a GB; the largest integer is no limit."""
        return {
            resource: np.array([_limit(getattr(package, resource), unit) for package in self.packages], np.int64)
            for resource, unit in UNITS.items()
        }

    def _compose(self, day: dt.date) -> InForce:
        price_list = _valid(self.price_lists, day)
        return InForce(
            price_list=price_list,
            place=self.price_lists.index(price_list),
            fees=_valid(_by_date(self.file.migration_fees), day),
            vat=_valid(_by_date(self.file.vat), day),
            terms=_valid(_by_date(self.file.terms), day),
            readings=_valid(_by_date(self.file.readings), day).taken,
        )


def parse_tariff(text: str) -> Tariff:
    """Return the tariff written in `text` (TOML); raises InputError with every mistake found."""
    return Tariff(parse_tariff_file(text))


def _limit(given: int | Decimal | None, unit: int) -> int:
    return int(np.iinfo(np.int64).max) if given is None else int(given * unit)


def _by_date(tables: Sequence[_D]) -> list[_D]:
    return sorted(tables, key=lambda table: table.valid_from)


def _valid(tables: Sequence[_D], day: dt.date) -> _D:
    """Return the latest of the tables that is valid on the day."""
    return next(table for table in reversed(tables) if table.valid_from <= day)
