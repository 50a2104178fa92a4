"""A draft made ready to be kept: who may, what is wrong with it, and what it comes to, way by way."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any

from core.ground.clock import WARSAW
from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.secrets import refuse_secrets
from core.language import LANGUAGES
from core.migration.act import Act
from core.migration.carried import line_of
from core.migration.people import require
from core.offer import extras
from core.offer.bill import bill
from core.offer.offer import refusals
from core.pricing.form import parse_form, texts_of
from core.pricing.quote import Option, Quote, quote
from core.pricing.tariff import Tariff
from core.quotes.saved import Amount, Draft


def drafted(draft: Draft, tariff: Tariff, act: Act) -> dict[str, Any]:
    """Return the columns that a draft gives; raises InputError with what is wrong with it."""
    require(act.person, "work")
    today = act.now.astimezone(WARSAW).date()
    if wrong := tuple(_mistakes(draft, today)):
        raise InputError(*wrong)
    if draft.quote.tariff_version != tariff.version:
        raise ValueError(f"priced from {draft.quote.tariff_version}, not from {tariff.version}")
    customer = draft.customer
    for field, text in (
        ("customer_name", customer.name),
        ("customer_address", "\n".join(customer.address)),
        *(("free_label", line.label) for line in draft.extras.lines),
    ):
        refuse_secrets(field, text)
    texts = texts_of(draft.quote) | {"agreed_on": draft.agreed_on.isoformat() if draft.agreed_on else ""}
    refuse_secrets("adjust_reason", texts["adjust_reason"])
    return {
        "author": act.person.id,
        "customer": dataclasses.asdict(customer),
        "contact": line_of("offer_contact", draft.contact),
        "language": draft.language,
        "valid_until": draft.valid_until,
        "texts": texts,
        "offered": [kind.value for kind in draft.offered],
        "extras": extras.to_json(draft.extras) if draft.extras != extras.NONE else {},
        "tariff": tariff.version,
        "amounts": [dataclasses.asdict(amount) for amount in _amounts(draft, tariff)],
        "subscription": line_of("subscription", draft.subscription),
    }


def _amounts(draft: Draft, tariff: Tariff) -> Iterator[Amount]:
    options = {option.kind: option for option in draft.quote.options}
    for kind in draft.offered:
        yield amount(draft.quote, options[kind], draft.extras, tariff)


def amount(priced: Quote, option: Option, beside: extras.Extras, tariff: Tariff) -> Amount:
    """Return what a way costs, with what is charged and given beside the rules; raises InputError as `bill` does."""
    whole = bill(priced, option, beside, tariff)
    vat = Grosze(whole.gross - whole.net)
    return Amount(option.kind, whole.net, vat, whole.gross, option.total("migration"))


def reproduced(columns: dict[str, Any], tariff: Tariff) -> Quote:
    """Return the quote of what is kept of it, priced from its tariff; raises InputError where it cannot be priced."""
    return quote(parse_form(columns["texts"], tariff), tariff)


def same(one: Quote, other: Quote) -> bool:
    """Whether two quotes say the same: rule, every line of every way, and what is bought.

    Notes aside: what is kept names the period, so it is one that somebody chose, and nothing is said of that.
    """
    return _said(one) == _said(other)


def _said(priced: Quote) -> tuple[object, ...]:
    bought = (priced.target_price, priced.target_period_months, priced.contract_price)
    ways = tuple(dataclasses.replace(option, notes=()) for option in priced.options)
    return priced.rule.id, ways, priced.holds_on, priced.readings, *bought


def _mistakes(draft: Draft, today: dt.date) -> Iterator[FieldError]:
    options = {option.kind: option for option in draft.quote.options}
    if not draft.offered or len(set(draft.offered)) < len(draft.offered):
        yield FieldError("offer_option", ", ".join(draft.offered), Message("error.quote_offered"))
    for kind in draft.offered:
        if kind not in options:
            yield FieldError("offer_option", kind.value, Message("error.one_of", {"expected": ", ".join(options)}))
    chosen = [options[kind] for kind in draft.offered if kind in options]
    told: list[FieldError] = []
    for mistake in (mistake for option in chosen for mistake in refusals(draft.quote, option, today)):
        if mistake not in told:
            told.append(mistake)
            yield mistake
    if draft.language not in LANGUAGES:
        yield FieldError("offer_language", draft.language, Message("error.one_of", {"expected": ", ".join(LANGUAGES)}))
    last = draft.quote.holds_on
    # The price is that of the day of the change: nothing is promised beyond it.
    if today <= last and not today <= draft.valid_until <= last:
        right = {"first": today, "last": last}
        yield FieldError("offer_until", draft.valid_until, Message("error.quote_valid_until", right))
    if not draft.customer.name:
        yield FieldError("customer_name", "", Message("error.customer_name"))
