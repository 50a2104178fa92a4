"""What a client pays beside the rules: lines somebody adds (a domain's renewal, a certificate), and promotions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.messages import Grosze


@dataclass(frozen=True, slots=True)
class FreeLine:
    """A charge outside the rules: `net` grosze at a VAT rate; `yearly`: due again every year, else once."""

    label: str
    net: Grosze
    vat_percent: Decimal
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a code takes off: a percentage or grosze net, of lines of some kinds (see data/promotions.toml).

    `name` by language code; `on` are kinds of lines: surcharge, renewal, migration, free; `packages` are the targets it
    holds for, empty for all. Valid from `valid_from` to `valid_until`, both inclusive, on the day it is given.
    """

    code: str
    name: Mapping[str, str]
    valid_from: dt.date
    valid_until: dt.date
    on: frozenset[str]
    percent: Decimal | None = None
    amount: Grosze | None = None
    packages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Extras:
    """What is charged and given beside the rules."""

    lines: tuple[FreeLine, ...] = ()
    promotions: tuple[Promotion, ...] = ()


NONE = Extras()
"""Nothing beside the rules."""


def to_json(extras: Extras) -> dict[str, Any]:
    """Return extras as plain values for the database: whole, so that a promotion taken off the list still counts."""
    raise NotImplementedError


def from_json(values: Mapping[str, Any]) -> Extras:
    """Return what `to_json` gave; raises ValueError where it is not that."""
    raise NotImplementedError
