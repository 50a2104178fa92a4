"""The shape of data/tariff.toml, and every mistake one can make in it.

Whoever edits prices gets back all mistakes at once, each with its key, what is wrong and what is allowed.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.ground.messages import FieldError, InputError, Message
from core.ground.validation import mistake, read_toml
from core.pricing.calendar import FIRST_DATE, LAST_DATE
from core.pricing.money import parse_amount
from core.pricing.readings import CHOICES, Readings

DEFAULT_PERIOD_MONTHS = 12
"""Every package of a price list is sold for this period; it stands in where the running term's own is not sold."""
MAX_PERIOD_MONTHS = 36
MAX_PRICE = 100_000_000
"""Grosze: a million zl. More is a typing mistake, and the arithmetic on 64 bits is proven up to here."""
MAX_DOMAINS = 100_000
MAX_MAILBOXES = 1_000_000
MAX_DISK_GB = 1_000_000


def _amount(value: object) -> int:
    if not isinstance(value, str):
        raise mistake("error.amount_as_text")
    try:
        grosze = parse_amount(value)
    except ValueError:
        raise mistake("error.amount") from None
    if grosze > MAX_PRICE:
        raise mistake("error.at_most", le=Decimal(MAX_PRICE // 100))
    return grosze


def _date(value: object) -> dt.date:
    if type(value) is not dt.date:
        raise mistake("error.date")
    if not FIRST_DATE <= value <= LAST_DATE:
        raise mistake("error.date_range", first=FIRST_DATE, last=LAST_DATE)
    return value


def _period(value: object) -> int:
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and 1 <= int(value) <= MAX_PERIOD_MONTHS):
        raise mistake("error.period_key", last=MAX_PERIOD_MONTHS)
    return int(value)


Amount = Annotated[int, BeforeValidator(_amount)]
Day = Annotated[dt.date, BeforeValidator(_date)]
Period = Annotated[int, BeforeValidator(_period)]
Count = Annotated[int, Field(strict=True, ge=0)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Package(_Table):
    """A package; a limit of None is no limit."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    group: Literal["shared", "vps"]
    rank: Annotated[int, Field(strict=True, ge=1, le=1000)]
    mailboxes: Annotated[Count, Field(le=MAX_MAILBOXES)] | None = None
    domains: Annotated[Count, Field(le=MAX_DOMAINS)] | None = None
    disk_gb: Annotated[Decimal, Field(ge=0, le=MAX_DISK_GB, max_digits=10, decimal_places=3)] | None = None


class PriceList(_Table):
    """Net prices in grosze by package id and period in months."""

    valid_from: Day
    prices_net: dict[str, dict[Period, Amount]]


class Tier(_Table):
    """A migration fee from so many domains up; `shared_with_previous`: the question where `from` is in two tiers."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: Annotated[int, Field(alias="from", strict=True, ge=1, le=10_000)]
    net: Amount
    shared_with_previous: Literal["A2", "A3"] | None = None


class MigrationFees(_Table):
    """The price list for moving domains."""

    valid_from: Day
    tiers: Annotated[list[Tier], Field(min_length=1)]


class Vat(_Table):
    """A VAT rate."""

    valid_from: Day
    percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class Terms(_Table):
    """The thresholds of the terms, in calendar months and days."""

    valid_from: Day
    upgrade_months: Annotated[Count, Field(le=36)]
    vps_months: Annotated[Count, Field(le=36)]
    window_days: Annotated[Count, Field(le=366)]
    grace_days: Annotated[Count, Field(le=366)]


class TakenReadings(_Table):
    """A reading for every open question; core/pricing/readings.py lists what is allowed."""

    model_config = ConfigDict(extra="allow", frozen=True)

    valid_from: Day

    @property
    def taken(self) -> Readings:
        """The readings themselves."""
        return Readings(**(self.model_extra or {}))


class TariffFile(_Table):
    """The whole file."""

    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
    samples: Annotated[bool, Field(strict=True)] = False
    packages: Annotated[list[Package], Field(min_length=1)]
    price_lists: Annotated[list[PriceList], Field(min_length=1)]
    migration_fees: Annotated[list[MigrationFees], Field(min_length=1)]
    vat: Annotated[list[Vat], Field(min_length=1)]
    terms: Annotated[list[Terms], Field(min_length=1)]
    readings: Annotated[list[TakenReadings], Field(min_length=1)]


def parse_tariff_file(text: str) -> TariffFile:
    """Return the tariff file written in `text` (TOML); raises InputError with every mistake found."""
    file = read_toml(text, TariffFile, "tariff")
    if mistakes := tuple(_mistakes(file)):
        raise InputError(*mistakes)
    return file


class _Dated(Protocol):
    @property
    def valid_from(self) -> dt.date: ...


def _mistakes(file: TariffFile) -> Iterator[FieldError]:
    """What is wrong between the values, where each alone is fine."""
    yield from _repeated("packages", "id", [package.id for package in file.packages])
    yield from _repeated("packages", "name", [package.name for package in file.packages])
    yield from _repeated("packages", "rank", [f"{package.group} {package.rank}" for package in file.packages])
    first_list = min(prices.valid_from for prices in file.price_lists)
    dated: dict[str, Sequence[_Dated]] = {
        "price_lists": file.price_lists,
        "migration_fees": file.migration_fees,
        "vat": file.vat,
        "terms": file.terms,
        "readings": file.readings,
    }
    for key, tables in dated.items():
        yield from _repeated(key, "valid_from", [table.valid_from for table in tables])
        if (first := min(table.valid_from for table in tables)) > first_list:
            yield FieldError(f"{key}.0.valid_from", first, Message("error.starts_late", {"date": first_list}))
    yield from _price_mistakes(file)
    for i, fees in enumerate(file.migration_fees):
        yield from tier_mistakes(f"migration_fees.{i}.tiers", fees.tiers)
    for i, readings in enumerate(file.readings):
        yield from _reading_mistakes(f"readings.{i}", readings.model_extra or {})


def _repeated(key: str, part: str, values: Sequence[object]) -> Iterator[FieldError]:
    counts = Counter(values)
    for i, value in enumerate(values):
        if counts[value] > 1:
            yield FieldError(f"{key}.{i}.{part}", value, Message("error.repeated"))


def tier_mistakes(where: str, tiers: Sequence[Tier]) -> Iterator[FieldError]:
    """Yield what is wrong between the tiers of one price list; `where` is the path of the list."""
    previous = 0
    for j, tier in enumerate(tiers):
        if tier.first <= previous or (j == 0 and tier.first != 1):
            yield FieldError(f"{where}.{j}.from", tier.first, Message("error.tier_order", {"first": previous + 1}))
        if j == 0 and tier.shared_with_previous:
            yield FieldError(f"{where}.{j}.from", tier.shared_with_previous, Message("error.first_tier_shared"))
        previous = tier.first


def period_mistakes(where: str, prices_net: Mapping[str, Mapping[int, int]]) -> Iterator[FieldError]:
    """Yield a mistake for each package of a price list that is not sold for the default period."""
    for id, by_period in prices_net.items():
        if DEFAULT_PERIOD_MONTHS not in by_period:
            sold = ", ".join(str(months) for months in by_period)
            yield FieldError(
                f"{where}.{id}", sold, Message("error.no_default_period", {"months": DEFAULT_PERIOD_MONTHS})
            )


def _price_mistakes(file: TariffFile) -> Iterator[FieldError]:
    ids = [package.id for package in file.packages]
    for i, prices in enumerate(file.price_lists):
        where = f"price_lists.{i}.prices_net"
        if not prices.prices_net:
            yield FieldError(where, "", Message("error.empty"))
        for id in prices.prices_net:
            if id not in ids:
                yield FieldError(f"{where}.{id}", id, Message("error.one_of", {"expected": ", ".join(ids)}))
        yield from period_mistakes(where, prices.prices_net)


def _reading_mistakes(where: str, given: dict[str, Any]) -> Iterator[FieldError]:
    for question, choices in CHOICES.items():
        if question not in given:
            yield FieldError(
                f"{where}.{question}", "", Message("error.missing_one_of", {"expected": ", ".join(choices)})
            )
        elif given[question] not in choices:
            yield FieldError(
                f"{where}.{question}", given[question], Message("error.one_of", {"expected": ", ".join(choices)})
            )
    for unknown in given.keys() - CHOICES.keys():
        yield FieldError(
            f"{where}.{unknown}", given[unknown], Message("error.one_of", {"expected": ", ".join(CHOICES)})
        )
