"""What a quote said, carried in its link beside what was asked: how an earlier quote is known after the tariff changed.

The words, each strictly read, none of which ever influences a price:

    tariff=2026.11-a1b2c3   version and fingerprint of the tariff
    rule=R1                 the row of the decision table
    price=299.00            the target's price used, zl net (left out where it was not on sale)
    net=change:49.86        each available option with its net; several joined by commas; "none" where none was
    vat=23                  percent
    readings=000000000      the reading of each question of `CHOICES`, in order, as its place among the choices
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.text_limits import bounded
from core.pricing.money import to_decimal, to_grosze
from core.pricing.quote import Quote
from core.pricing.readings import CHOICES, Readings
from core.pricing.rules import RULES, OptionKind

SAID = ("tariff", "rule", "price", "net", "vat", "readings")
"""The parameters of a link that say what its quote said."""

_NOTHING = "none"
# The pattern of a tariff's version, with its fingerprint.
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,38}")
_AMOUNT = re.compile(r"[0-9]{1,12}\.[0-9]{2}")
_NET = re.compile(rf"({'|'.join(OptionKind)}):({_AMOUNT.pattern})")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Result:
    """What a quote came to: by available option its net; `price` is the target's, None where it was not on sale."""

    rule: str
    price: Grosze | None
    nets: Mapping[OptionKind, Grosze]
    vat_percent: Decimal
    readings: Readings


@dataclass(frozen=True, slots=True)
class Said:
    """What a link says of its quote; `result` is None in links made before they carried one."""

    tariff: str | None
    result: Result | None


def result(quote: Quote) -> Result:
    """Return what a quote came to."""
    return Result(
        rule=quote.rule.id,
        price=quote.target_price,
        nets=MappingProxyType({option.kind: option.net for option in quote.options if option.available}),
        vat_percent=quote.options[0].vat_percent,
        readings=quote.readings,
    )


def written(quote: Quote) -> dict[str, str]:
    """Return what a quote said as parameters of its link."""
    found = result(quote)
    price = {} if found.price is None else {"price": str(to_decimal(found.price))}
    return {
        "tariff": quote.tariff_version,
        "rule": found.rule,
        **price,
        "net": ",".join(f"{kind}:{to_decimal(net)}" for kind, net in found.nets.items()) or _NOTHING,
        "vat": format(found.vat_percent, "f"),
        "readings": "".join(
            str(choices.index(getattr(found.readings, question))) for question, choices in CHOICES.items()
        ),
    }


def read(parameters: Mapping[str, str]) -> Said:
    """Return what a link says of its quote; raises InputError (field "earlier_link") where that is not as written here.

    A link without any of it, or with `tariff` alone, has no result; one with a part of it was cut short.
    """
    given = {name: bounded(parameters[name], "earlier_link") for name in SAID if name in parameters}
    tariff = given.get("tariff")
    if tariff is not None and not _VERSION.fullmatch(tariff):
        raise _unreadable("tariff", tariff)
    if given.keys() <= {"tariff"}:
        return Said(tariff, None)
    if missing := [name for name in SAID if name not in given and name != "price"]:
        raise InputError(FieldError("earlier_link", "", Message("compare.cut_short", {"name": missing[0]})))
    if given["rule"] not in RULES:
        raise _unreadable("rule", given["rule"])
    return Said(
        tariff,
        Result(
            rule=given["rule"],
            price=_amount("price", given["price"]) if "price" in given else None,
            nets=_nets(given["net"]),
            vat_percent=_percent(given["vat"]),
            readings=_readings(given["readings"]),
        ),
    )


def _amount(name: str, text: str) -> Grosze:
    if not _AMOUNT.fullmatch(text):
        raise _unreadable(name, text)
    return to_grosze(Decimal(text))


def _nets(text: str) -> Mapping[OptionKind, Grosze]:
    nets: dict[OptionKind, Grosze] = {}
    for part in text.split(",") if text != _NOTHING else ():
        match = _NET.fullmatch(part)
        if not match or (kind := OptionKind(match[1])) in nets:
            raise _unreadable("net", text)
        nets[kind] = _amount("net", match[2])
    return MappingProxyType(nets)


def _percent(text: str) -> Decimal:
    if not _PERCENT.fullmatch(text) or (percent := Decimal(text)) > 100:
        raise _unreadable("vat", text)
    return percent


def _readings(text: str) -> Readings:
    taken = {
        question: choices[int(digit)]
        for digit, (question, choices) in zip(text, CHOICES.items(), strict=False)
        if digit in "0123456789"[: len(choices)]
    }
    if len(text) != len(CHOICES) or len(taken) != len(CHOICES):
        raise _unreadable("readings", text)
    return Readings(**taken)  # type: ignore[arg-type] # from CHOICES


def _unreadable(name: str, text: str) -> InputError:
    return InputError(FieldError("earlier_link", f"{name}={text}", Message("compare.unreadable")))
