"""An earlier quote by its link: what was asked and what it came to, read strictly. Nothing is fetched."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl

from pydantic_core import PydanticCustomError

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.text_limits import bounded
from core.pricing.form import FIELDS, link_query, parse_form
from core.pricing.money import parse_amount
from core.pricing.quote import Quote
from core.pricing.quoted_result import SAID, Said, read, result
from core.pricing.request import COLUMNS, QuoteRequest, read_date
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff

_PRICED = (*COLUMNS, "adjust", "adjust_reason")
"""The texts of a link that make the price."""

_LONGEST_LINK = 4000
_AROUND = " \t\r\n\u00a0\"'„”“«»<>()[]`"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier quote as its link has it: what was asked, at which contract price (None: not given), what it said."""

    request: QuoteRequest
    contract_price: Grosze | None
    said: Said


def earlier(link: str, tariff: Tariff) -> Earlier:
    """Return the quote of a pasted link: a whole address, or what follows its question mark.

    Raises InputError: on "earlier_link" where it is no link of a quote, else on every field that does not read.
    """
    return opened(_parameters(link), tariff)


def opened(parameters: Mapping[str, str], tariff: Tariff) -> Earlier:
    """Return the quote of a link by its parameters; raises InputError on every field that does not read."""
    said = read(parameters)
    request = parse_form(parameters, tariff)
    price = parameters.get("price_net", "").strip()
    return Earlier(request, parse_amount(price) if price else None, said)


def _parameters(link: str) -> dict[str, str]:
    # Mail programs break long addresses into lines.
    text = "".join(bounded(link, "earlier_link", _LONGEST_LINK).strip(_AROUND).splitlines())
    try:
        pairs = parse_qsl(_query(text), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise _not_a_link(link) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in FIELDS or name in SAID:
            if name in found:
                raise InputError(FieldError("earlier_link", f"{name}={value}", Message("error.repeated")))
            found[name] = value
    if not found.keys() & set(FIELDS):
        raise _not_a_link(link)
    return found


def _query(text: str) -> str:
    """Return the query of an address of the calculator, or a query alone; raises ValueError for another address."""
    address, mark, query = text.partition("#")[0].partition("?")
    if not mark:
        return address
    if address and address.rstrip("/").rsplit("/", 1)[-1] != "quote":
        raise ValueError(text)
    return query


def _not_a_link(link: str) -> InputError:
    return InputError(FieldError("earlier_link", link, Message("compare.not_a_link")))


# -- beside the quote of the page that was opened from it


def nets_then(link: Mapping[str, str], now: Quote) -> Mapping[OptionKind, Grosze] | None:
    """Return what the options cost (net) according to the link that `now` was opened from.

    None where that is not comparable: the link says nothing, or something that does not read; what it asks is not
    what `now` answers; other options were available, or at another VAT.
    """
    try:
        said = read(link).result
    except InputError:
        return None
    asked = {name: text for name, text in link_query(now).items() if name in _PRICED}
    if said is None or asked != {name: link[name] for name in _PRICED if link.get(name)}:
        return None
    answered = result(now)
    comparable = said.nets.keys() == answered.nets.keys() and said.vat_percent == answered.vat_percent
    return said.nets if comparable else None


@dataclass(frozen=True, slots=True)
class OtherDay:
    """What the link of `now` said of another day: its nets by those options that both have."""

    day: dt.date
    nets: Mapping[OptionKind, Grosze]


def on_another_day(link: Mapping[str, str], now: Quote) -> OtherDay | None:
    """Return what a link said that asked the same as `now` but for the day of the change.

    None where it asks for the same day or differs in anything else, says nothing, or something that does not read.
    """
    asked = {name: text for name, text in link_query(now).items() if name in _PRICED}
    given = {name: link[name] for name in _PRICED if link.get(name)}
    if given.get("change_on", "") == asked["change_on"] or given | {"change_on": asked["change_on"]} != asked:
        return None
    try:
        day, said = read_date(given.get("change_on", "")), read(link).result
    except (InputError, PydanticCustomError):
        return None
    if said is None:
        return None
    common = {kind: said.nets[kind] for kind in result(now).nets if kind in said.nets}
    return OtherDay(day, MappingProxyType(common)) if common else None
