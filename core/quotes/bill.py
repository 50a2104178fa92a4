"""The client's whole bill: what the rules charge, what promotions take off, what is added; now, and over a year."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.messages import Grosze, Message
from core.pricing.quote import Option, Quote
from core.pricing.tariff import Tariff
from core.quotes.extras import Extras


@dataclass(frozen=True, slots=True)
class BillLine:
    """One amount, net grosze. `kind`: surcharge, renewal, migration, adjustment (the rules'), promotion, free.

    `label` is a message, or the text somebody typed; `working` None where there is none to show.
    """

    kind: str
    label: Message | str
    net: Grosze
    vat_percent: Decimal
    working: Message | None = None


@dataclass(frozen=True, slots=True)
class Vat:
    """The VAT of a rate, once on the net total of the rate, half up."""

    percent: Decimal
    net: Grosze
    vat: Grosze


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due on a day within the year: `gross` None where a price is not known (a package not sold by then)."""

    day: dt.date
    label: Message | str
    net: Grosze | None
    gross: Grosze | None


@dataclass(frozen=True, slots=True)
class Bill:
    """What is due now (`lines`, `vats`), and what a year from the day of the change comes to (`year`, by days).

    Without extras the totals are the option's own, to the grosz.
    """

    lines: tuple[BillLine, ...]
    vats: tuple[Vat, ...]
    year: tuple[Due, ...]

    @property
    def net(self) -> Grosze:
        """Net, due now."""
        return Grosze(sum(vat.net for vat in self.vats))

    @property
    def gross(self) -> Grosze:
        """Net and VAT, due now."""
        return Grosze(sum(vat.net + vat.vat for vat in self.vats))

    @property
    def year_gross(self) -> Grosze | None:
        """Net and VAT of the year; None where a part is not known."""
        parts = [due.gross for due in self.year if due.gross is not None]
        return Grosze(sum(parts)) if len(parts) == len(self.year) else None


def bill(quote: Quote, option: Option, extras: Extras, tariff: Tariff) -> Bill:
    """Return the bill of an option that is available; raises InputError where a promotion does not hold."""
    raise NotImplementedError
