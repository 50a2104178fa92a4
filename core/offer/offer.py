"""What is offered, by whom, to whom and until when."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from core.messages import FieldError, InputError, Message
from core.offer.company import Company, Contact
from core.offer.customer import Customer
from core.pricing.quote import LineItem, Option, Quote


@dataclass(frozen=True, slots=True)
class Offer:
    """One option of a quote, offered from `issued` until `valid_until` (inclusive); `link` reproduces the quote."""

    number: str
    issued: dt.date
    valid_until: dt.date
    company: Company
    contact: Contact
    customer: Customer
    quote: Quote
    option: Option
    link: str
    remarks: tuple[Message, ...]

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """The lines for a customer: a move that is not ordered is none."""
        return tuple(line for line in self.option.lines if line.net or line.kind != "migration")


def refusals(quote: Quote, option: Option, issued: dt.date) -> Iterator[FieldError]:
    """Yield what stands against an offer: the option is not available, or the day of the change has passed."""
    if not option.available:
        yield FieldError("offer_option", Message(f"option.{option.kind}"), Message("error.offer_not_available"))
    if quote.holds_on < issued:
        yield FieldError("change_on", quote.holds_on, Message("error.offer_day_past", {"issued": issued}))


def make_offer(
    quote: Quote,
    option: Option,
    customer: Customer,
    company: Company,
    contact: Contact,
    issued: dt.date,
    link: str,
    remarks: tuple[Message, ...] = (),
) -> Offer:
    """Return the offer of an option on the day `issued`; raises InputError where there is something against it.

    `remarks` are what the customer should know beside the quote: the days of the work, say.
    """
    if refused := tuple(refusals(quote, option, issued)):
        raise InputError(*refused)
    # The price is that of the day of the change, so nothing is promised beyond it.
    valid_until = min(issued + dt.timedelta(days=company.offer_days), quote.holds_on)
    number = _number(issued, link, option.kind.value, customer, contact.name, valid_until, remarks)
    return Offer(number, issued, valid_until, company, contact, customer, quote, option, link, remarks)


def _number(issued: dt.date, *parts: object) -> str:
    """Return the date and a fingerprint: without a counter to keep, the same offer has the same number again."""
    fingerprint = hashlib.sha256(repr(parts).encode()).hexdigest()[:5].upper()
    return f"{issued:%Y/%m/%d}/{fingerprint}"
