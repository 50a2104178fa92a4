"""What is offered, by whom, to whom and until when."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.ground.messages import FieldError, InputError, Message
from core.offer.bill import OUTSIDE, Bill, BillLine
from core.offer.company import Company, Contact
from core.offer.customer import Customer
from core.pricing import lead_time
from core.pricing.form import link_query
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff

ADJUSTMENT = "adjustment"
"""The kind, and the rule, of a line that somebody added by hand."""

MOST_DAYS = 365
"""Days that an offer may be valid for."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to carry the change out, with its bill and what a customer should know of the days of the work."""

    option: Option
    bill: Bill
    remarks: tuple[Message, ...] = ()

    def rule(self, line: BillLine) -> str:
        """Return what a line is charged by: a rule's id, "adjustment", or "" outside the rules."""
        return "" if line.kind in OUTSIDE else ADJUSTMENT if line.kind == ADJUSTMENT else self.option.rule


@dataclass(frozen=True, slots=True)
class Offer:
    """One or more ways of a quote, the suggested first, offered from `issued` until `valid_until` (inclusive)."""

    number: str
    issued: dt.date
    valid_until: dt.date
    company: Company
    contact: Contact
    customer: Customer
    quote: Quote
    ways: tuple[Way, ...]


def way(
    quote: Quote,
    option: Option,
    agreed: dt.date | None,
    tariff: Tariff,
    work: lead_time.LeadTime,
    bill: Bill,
) -> Way:
    """Return an option as a way to offer, with the days of our work, agreed for a day (None: the earliest).

    Raises InputError where the agreed day is not possible.
    """
    remarks: tuple[Message, ...] = ()
    if lead_time.is_work(option):
        when = lead_time.schedule(quote.holds_on, agreed, work)
        remarks = lead_time.remarks(when, lead_time.carried(quote, option, tariff, when))
    return Way(option, bill, remarks)


def offered(quote: Quote) -> tuple[Option, ...]:
    """Return the options that can be offered, the suggested first; data are abandoned last."""
    return tuple(option for option in quote.options if option.available)


def latest(quote: Quote, issued: dt.date, days: int) -> dt.date:
    """Return until when an offer is valid: so many days, but not beyond the day of the change, whose price it is."""
    return min(issued + dt.timedelta(days=days), quote.holds_on)


def refusals(quote: Quote, option: Option, issued: dt.date) -> Iterator[FieldError]:
    """Yield what stands against an offer: the option is not available, or the day of the change has passed."""
    if not option.available:
        yield FieldError("offer_option", Message(f"option.{option.kind}"), Message("error.offer_not_available"))
    if quote.holds_on < issued:
        yield FieldError("change_on", quote.holds_on, Message("error.offer_day_past", {"issued": issued}))


def make_offer(
    quote: Quote,
    ways: Sequence[Way],
    customer: Customer,
    company: Company,
    contact: Contact,
    issued: dt.date,
    valid_until: dt.date,
    number: str = "",
) -> Offer:
    """Return the offer of one way or more on the day `issued`; raises InputError where there is something against it.

    `number` is that of a saved quote; without one the offer has its day and a fingerprint for a number.
    """
    # The day that has passed is one mistake, however many ways there are.
    for way in ways:
        if refused := tuple(refusals(quote, way.option, issued)):
            raise InputError(*refused)
    said = [(way.option.kind.value, way.bill, way.remarks) for way in ways]
    number = number or _fingerprint(
        issued, sorted(link_query(quote).items()), said, customer, contact.name, valid_until
    )
    return Offer(number, issued, valid_until, company, contact, customer, quote, tuple(ways))


def _fingerprint(issued: dt.date, *parts: object) -> str:
    """Return the date and a fingerprint: without a counter to keep, the same offer has the same number again."""
    fingerprint = hashlib.sha256(repr(parts).encode()).hexdigest()[:5].upper()
    return f"{issued:%Y/%m/%d}/{fingerprint}"
