"""What a client pays beside the rules: lines somebody adds (a domain's renewal, a certificate), and promotions."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.secrets import refuse_secrets
from core.ground.text_limits import bounded
from core.ground.validation import one_line
from core.pricing.money import parse_amount
from core.pricing.tariff_file import MAX_PRICE

MOST_LINES = 20
LONGEST_LABEL = 120
"""Letters of what a line is for: it stands on one line of a bill, or two."""
LONGEST_CODE = 32

Kind = Literal["surcharge", "renewal", "migration", "free"]
KINDS: tuple[str, ...] = get_args(Kind)
"""What a promotion can be given on."""

Text = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]

FIELDS = ("free_label", "free_net", "free_vat", "free_yearly")
"""The texts that make a line; "free_yearly" is "" for once."""


@dataclass(frozen=True, slots=True)
class FreeLine:
    """A charge outside the rules: `net` grosze at a VAT rate; `yearly`: due again every year, else once."""

    label: str
    net: Grosze
    vat_percent: Decimal
    yearly: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called, in both languages."""

    pl: str
    en: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a code takes off: a percentage or grosze net, of lines of some kinds (see data/promotions.toml).

    `on` are kinds of lines of `KINDS`; `packages` are the targets it holds for, empty for all. It can be given from
    `valid_from` to `valid_until`, both inclusive; once given it stays. `sample`: invented, so nobody is bound by it.
    """

    code: str
    name: Name
    valid_from: dt.date
    valid_until: dt.date
    on: frozenset[str]
    percent: Decimal | None = None
    amount: Grosze | None = None
    packages: frozenset[str] = frozenset()
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """What is charged and given beside the rules."""

    lines: tuple[FreeLine, ...] = ()
    promotions: tuple[Promotion, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.lines or self.promotions)

    @property
    def yearly(self) -> Grosze:
        """The net sum of the lines that are due again every year."""
        return Grosze(sum(line.net for line in self.lines if line.yearly))

    @property
    def samples(self) -> bool:
        """Whether a promotion among them is invented."""
        return any(promotion.sample for promotion in self.promotions)


NONE = Extras()
"""Nothing beside the rules."""


# -- as somebody types them


def is_blank(texts: Mapping[str, str]) -> bool:
    """Whether nothing was typed into a line yet: its rate has a default, so it says nothing."""
    return not any(texts.get(field, "").strip() for field in FIELDS if field not in ("free_vat", "free_yearly"))


def parse_line(texts: Mapping[str, str], rates: Sequence[Decimal]) -> FreeLine:
    """Return the line typed into the fields `FIELDS`; raises InputError with every field that does not read.

    `rates` are the VAT rates that a line may have, in percent.
    """
    mistakes: list[FieldError] = []
    label = _read(lambda: _label(texts.get("free_label", "")), mistakes)
    net = _read(lambda: _net(texts.get("free_net", "")), mistakes)
    rate = _read(lambda: _rate(texts.get("free_vat", ""), rates), mistakes)
    if label is None or net is None or rate is None:
        raise InputError(*mistakes)
    return FreeLine(label, net, rate, yearly=bool(texts.get("free_yearly", "")))


def check_count(lines: Sequence[object]) -> None:
    """Raise InputError where there are more lines than a bill may have."""
    if len(lines) > MOST_LINES:
        raise InputError(FieldError("free_lines", len(lines), Message("error.at_most", {"le": MOST_LINES})))


def _read(read: Any, mistakes: list[FieldError]) -> Any:
    try:
        return read()
    except InputError as error:
        mistakes.extend(error.errors)


def _label(text: str) -> str:
    label = one_line(bounded(text, "free_label", told=LONGEST_LABEL))
    if not label:
        raise InputError(FieldError("free_label", "", Message("error.free_label")))
    if len(label) > LONGEST_LABEL:
        raise InputError(FieldError("free_label", label, Message("error.too_long", {"max_length": LONGEST_LABEL})))
    refuse_secrets("free_label", label)
    return label


def _net(text: str) -> Grosze:
    text = bounded(text, "free_net")
    try:
        net = parse_amount(text)
    except ValueError:
        raise InputError(FieldError("free_net", text, Message("error.amount"))) from None
    if net > MAX_PRICE:
        raise InputError(FieldError("free_net", text, Message("error.at_most", {"le": Decimal(MAX_PRICE // 100)})))
    return net


def _rate(text: str, rates: Sequence[Decimal]) -> Decimal:
    text = bounded(text, "free_vat").removesuffix("%").strip().replace(",", ".")
    for rate in rates:
        if text in (str(rate), f"{rate:f}"):
            return rate
    expected = ", ".join(f"{rate:f}%" for rate in rates)
    raise InputError(FieldError("free_vat", text, Message("error.one_of", {"expected": expected})))


# -- as the database keeps them


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_Net = Annotated[int, Field(ge=0, le=MAX_PRICE)]


class _Line(_Kept):
    label: Text
    net: _Net
    vat_percent: Percent
    yearly: bool


class _Name(_Kept):
    pl: Text
    en: Text


class _Promotion(_Kept):
    code: Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
    name: _Name
    valid_from: dt.date
    valid_until: dt.date
    on: Annotated[tuple[Kind, ...], Field(min_length=1)]
    percent: Percent | None
    amount: _Net | None
    packages: tuple[str, ...]
    sample: bool


class _Extras(_Kept):
    lines: Annotated[tuple[_Line, ...], Field(max_length=MOST_LINES)]
    promotions: Annotated[tuple[_Promotion, ...], Field(max_length=MOST_LINES)]


def to_json(extras: Extras) -> dict[str, Any]:
    """Return extras as plain values for the database: whole, so that a promotion taken off the list still counts."""
    return {
        "lines": [
            {"label": line.label, "net": int(line.net), "vat_percent": str(line.vat_percent), "yearly": line.yearly}
            for line in extras.lines
        ],
        "promotions": [promotion_json(promotion) for promotion in extras.promotions],
    }


def promotion_json(promotion: Promotion) -> dict[str, Any]:
    """Return a promotion as plain values: days in ISO, the percentage as text, the amount in grosze."""
    return {
        "code": promotion.code,
        "name": {"pl": promotion.name.pl, "en": promotion.name.en},
        "valid_from": promotion.valid_from.isoformat(),
        "valid_until": promotion.valid_until.isoformat(),
        "on": sorted(promotion.on),
        "percent": None if promotion.percent is None else str(promotion.percent),
        "amount": None if promotion.amount is None else int(promotion.amount),
        "packages": sorted(promotion.packages),
        "sample": promotion.sample,
    }


def from_json(values: Mapping[str, Any]) -> Extras:
    """Return what `to_json` gave; raises ValueError where it is not that."""
    try:
        kept = _Extras.model_validate_json(json.dumps(values))
    except TypeError as error:
        raise ValueError(str(error)) from None
    if any((one.percent is None) == (one.amount is None) for one in kept.promotions):
        raise ValueError("a promotion takes off a percentage or an amount")
    return Extras(
        tuple(FreeLine(one.label, Grosze(one.net), one.vat_percent, one.yearly) for one in kept.lines),
        tuple(promotion_of(one, sample=one.sample) for one in kept.promotions),
    )


def promotion_of(row: Any, *, sample: bool) -> Promotion:
    """Return the promotion of a row that was read, of the database or of a file: it has the same fields."""
    return Promotion(
        row.code,
        Name(row.name.pl, row.name.en),
        row.valid_from,
        row.valid_until,
        frozenset(row.on),
        row.percent,
        None if row.amount is None else Grosze(row.amount),
        frozenset(row.packages),
        sample,
    )
