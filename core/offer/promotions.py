"""Which promotions there are: the shape of data/promotions.toml, every mistake in it, and what a code is good for."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.ground.text_limits import LINE, bounded
from core.ground.validation import mistake, read_toml
from core.offer.extras import LONGEST_CODE, Kind, Percent, Promotion, Text, promotion_of
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import Amount, Day

FIELD = "promotion"
_TOLD = 10
"""Codes told to whoever typed one that is none."""


@dataclass(frozen=True, slots=True)
class Promotions:
    """The promotions, and the VAT rates that free lines may have beside the tariff's own, in percent."""

    samples: bool
    vat_rates: tuple[Decimal, ...]
    all: tuple[Promotion, ...]

    def rates(self, standard: Decimal) -> tuple[Decimal, ...]:
        """Return the rates that a free line may have, the standard one first."""
        return (standard, *(rate for rate in self.vat_rates if rate != standard))

    def valid_on(self, day: dt.date) -> tuple[Promotion, ...]:
        """Return the promotions that can be given on a day."""
        return tuple(one for one in self.all if one.valid_from <= day <= one.valid_until)

    def by_code(self, text: str, day: dt.date, target: str, tariff: Tariff) -> Promotion:
        """Return the promotion of a code as typed, in any case, given on a day for a target's package id.

        Raises InputError on "promotion" where there is none such, or where it does not hold.
        """
        code = bounded(text, FIELD, LINE, told=LONGEST_CODE).upper()
        found = next((one for one in self.all if one.code == code), None)
        if found is None:
            # What is told of it repeats it.
            refuse_secrets(FIELD, text)
            raise InputError(FieldError(FIELD, code, self._unknown(day)))
        if refused := tuple(refusals((found,), target, tariff, day)):
            raise InputError(*refused)
        return found

    def _unknown(self, day: dt.date) -> Message:
        valid = [one.code for one in self.valid_on(day)]
        if not valid:
            return Message("error.promotion_none", {"day": day})
        told = ", ".join(valid[:_TOLD]) + (", …" if len(valid) > _TOLD else "")
        return Message("error.promotion_unknown", {"expected": told})


def refusals(
    promotions: Iterable[Promotion], target: str, tariff: Tariff, day: dt.date | None = None
) -> Iterator[FieldError]:
    """Yield why promotions do not hold for a target (a package id), and, where it is asked, on a day."""
    for one in promotions:
        if day is not None and not one.valid_from <= day <= one.valid_until:
            values = {"first": one.valid_from, "last": one.valid_until, "day": day}
            yield FieldError(FIELD, one.code, Message("error.promotion_day", values))
        if one.packages and target not in one.packages:
            names = ", ".join(package.name for package in tariff.packages if package.id in one.packages)
            expected = names or ", ".join(sorted(one.packages))
            yield FieldError(FIELD, one.code, Message("error.promotion_package", {"expected": expected}))


# -- the file


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _Name(_Table):
    pl: Text
    en: Text


class _Promotion(_Table):
    code: Annotated[str, Field(pattern=rf"^[A-Z0-9][A-Z0-9-]{{1,{LONGEST_CODE - 1}}}$")]
    name: _Name
    valid_from: Day
    valid_until: Day
    on: Annotated[tuple[Kind, ...], Field(min_length=1)]
    percent: Annotated[Percent, Field(gt=0)] | None = None
    amount: Annotated[Amount, Field(gt=0)] | None = Field(default=None, alias="amount_net")
    packages: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise mistake("error.amount_or_percent")
        if self.valid_until < self.valid_from:
            raise mistake("error.promotion_order", first=self.valid_from)
        return self


class _File(_Table):
    samples: Annotated[bool, Field(strict=True)] = False
    vat_rates: tuple[Percent, ...] = ()
    promotions: tuple[_Promotion, ...] = ()


def parse_promotions(text: str) -> Promotions:
    """Return the promotions written in `text` (TOML); raises InputError with every mistake found."""
    file = read_toml(text, _File, "promotions")
    codes = [one.code for one in file.promotions]
    if repeated := [i for i, code in enumerate(codes) if codes.index(code) < i]:
        raise InputError(*(FieldError(f"promotions.{i}.code", codes[i], Message("error.repeated")) for i in repeated))
    found = tuple(promotion_of(one, sample=file.samples) for one in file.promotions)
    return Promotions(file.samples, file.vat_rates, found)


def unknown_packages(promotions: Promotions, tariff: Tariff) -> Iterator[FieldError]:
    """Yield the packages that promotions name and the tariff does not have."""
    for i, one in enumerate(promotions.all):
        for id in sorted(one.packages - tariff.index.keys()):
            expected = {"expected": ", ".join(tariff.index)}
            yield FieldError(f"promotions.{i}.packages", id, Message("error.one_of", expected))
