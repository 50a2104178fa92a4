"""What somebody who makes an offer is asked beside the price: which ways, for whom, from whom, until when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE, bounded
from core.language import LANGUAGES
from core.offer.company import Company, Contact
from core.offer.customer import Customer, parse_customer
from core.offer.offer import MOST_DAYS, latest, offered, refusals
from core.pricing.quote import Option, Quote

ALL = "all"
"""The choice of every way, set side by side."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an offer: its ways, the suggested first; `language` is a code, `valid_until` inclusive."""

    options: tuple[Option, ...]
    customer: Customer
    contact: Contact
    language: str
    valid_until: dt.date


def choices(quote: Quote) -> tuple[str, ...]:
    """Return what may be offered of a quote: all ways where there are several, then each by its kind; none at all."""
    kinds = tuple(option.kind.value for option in offered(quote))
    return (ALL, *kinds) if len(kinds) > 1 else kinds


def read_terms(texts: Mapping[str, str], quote: Quote, company: Company, issued: dt.date) -> Terms:
    """Return the terms typed into the form of an offer; raises InputError with everything against them.

    Its fields: those of the customer, and "offer_option", "offer_contact", "offer_language", "offer_days".
    """
    errors: list[FieldError] = []
    chosen = texts.get("offer_option", ALL)
    options = tuple(option for option in offered(quote) if chosen in (ALL, option.kind.value))
    if not options:
        errors.append(FieldError("offer_option", bounded(chosen, "offer_option"), Message("error.offer_not_available")))
    for option in options[:1]:
        errors += refusals(quote, option, issued)
    customer, days = None, 0
    try:
        customer = parse_customer(texts)
    except InputError as error:
        errors += error.errors
    try:
        days = _days(texts.get("offer_days", ""), company)
    except InputError as error:
        errors += error.errors
    if errors or customer is None:
        raise InputError(*errors)
    language = texts.get("offer_language", "")
    return Terms(
        options,
        customer,
        company.contact(texts.get("offer_contact", "")),
        language if language in LANGUAGES else next(iter(LANGUAGES)),
        latest(quote, issued, days),
    )


def _days(text: str, company: Company) -> int:
    text = bounded(text, "offer_days", LINE)
    if not text:
        return company.offer_days
    # Four digits at most: more are no number of days.
    days = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    if not 1 <= days <= MOST_DAYS:
        raise InputError(FieldError("offer_days", text, Message("error.offer_days", {"most": MOST_DAYS})))
    return days
