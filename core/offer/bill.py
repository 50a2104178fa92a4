"""The client's whole bill: what the rules charge, what promotions take off, what is added; now, and over a year."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.ground.messages import Grosze, InputError, Message
from core.offer.extras import Extras, FreeLine, Promotion
from core.offer.promotions import refusals
from core.pricing import calendar
from core.pricing.alike import half_up
from core.pricing.calendar import months_later
from core.pricing.horizon import Horizon, periods
from core.pricing.money import percent_of
from core.pricing.outcome import Outcome
from core.pricing.quote import Option, Quote
from core.pricing.request import situation
from core.pricing.tariff import NOT_SOLD, Tariff

YEAR = 12
"""Months from the day of the change that the whole bill looks over."""

OUTSIDE = ("promotion", "free")
"""The kinds of lines that are outside the rules."""


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
    """What is due now (`lines`, `vats`), and what falls due in the year from the day of the change (`year`, by days).

    Without extras the totals are the option's own, to the grosz. Promotions are given on what is due now only; with
    `samples` one of them is invented, and the bill binds nobody.
    """

    lines: tuple[BillLine, ...]
    vats: tuple[Vat, ...]
    year: tuple[Due, ...]
    samples: bool = False

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

    @property
    def next_year(self) -> dt.date:
        """The first day after the year, when what is due every year falls due again."""
        return calendar.date(months_later(calendar.number(self.year[0].day), YEAR))


def bill(quote: Quote, option: Option, extras: Extras, tariff: Tariff) -> Bill:
    """Return the bill of an option that is available; raises InputError where a promotion is for other packages.

    `tariff` is what the quote was priced from. On which day a promotion may be given is asked where it is given
    (`Promotions.by_code`): what was given stays.
    """
    if refused := tuple(refusals(extras.promotions, quote.request.target, tariff)):
        raise InputError(*refused)
    if not option.available:
        raise ValueError(f"{option.kind} is not available, and has no bill")
    rules = tuple(
        BillLine(line.kind, line.label, line.net, option.vat_percent, line.working)
        # A move that is not ordered is no line of a bill.
        for line in option.lines
        if line.net or line.kind != "migration"
    )
    added = tuple(map(_added, extras.lines))
    lines = (*rules, *added)
    lines = (*lines, *_given(extras.promotions, lines, option.vat_percent))
    vats = tuple(_vats(lines, option.vat_percent))
    now = Due(quote.holds_on, Message("bill.now"), *_total(vats))
    return Bill(lines, vats, (now, *_renewals(quote, option, tariff)), extras.samples)


def _added(line: FreeLine) -> BillLine:
    working = Message("bill.yearly" if line.yearly else "bill.once")
    return BillLine("free", line.label, line.net, line.vat_percent, working)


def _vats(lines: Sequence[BillLine], standard: Decimal) -> Iterator[Vat]:
    """Yield the rates: the rules' own, then the others, the highest first."""
    others = {line.vat_percent for line in lines} - {standard}
    for percent in (standard, *sorted(others, reverse=True)):
        net = sum(line.net for line in lines if line.vat_percent == percent)
        yield Vat(percent, Grosze(net), percent_of(net, percent))


def _total(vats: Sequence[Vat]) -> tuple[Grosze, Grosze]:
    net = sum(vat.net for vat in vats)
    return Grosze(net), Grosze(net + sum(vat.vat for vat in vats))


# -- promotions


def _given(promotions: Sequence[Promotion], lines: Sequence[BillLine], standard: Decimal) -> Iterator[BillLine]:
    """Yield what promotions take off, a line for each VAT rate they are given on; one after the other.

    What the manual discount has taken off the rules' lines is there no more, nor what a promotion before has taken.
    """
    left = _after_discount(lines)
    for promotion in promotions:
        on = [i for i, line in enumerate(lines) if line.kind in promotion.on]
        rates = list(dict.fromkeys(lines[i].vat_percent for i in on if left[i])) or [standard]
        bases = [sum(left[i] for i in on if lines[i].vat_percent == rate) for rate in rates]
        for rate, base, off in zip(rates, bases, _off(promotion, bases), strict=True):
            of_rate = [i for i in on if lines[i].vat_percent == rate]
            for i, part in zip(of_rate, shared(off, [left[i] for i in of_rate]), strict=True):
                left[i] -= part
            label = Message("bill.promotion", {"code": promotion.code, "name": promotion.name})
            yield BillLine("promotion", label, Grosze(-off), rate, _off_working(promotion, base, sum(bases)))


def _after_discount(lines: Sequence[BillLine]) -> list[int]:
    """Return what of each line is left after the manual discount, which was given on the rules' net total."""
    left = [int(line.net) if line.kind != "adjustment" else 0 for line in lines]
    discount = -sum(line.net for line in lines if line.kind == "adjustment" and line.net < 0)
    rules = [0 if line.kind == "free" else net for line, net in zip(lines, left, strict=True)]
    return [net - part for net, part in zip(left, shared(discount, rules), strict=True)]


def _off(promotion: Promotion, bases: Sequence[int]) -> list[int]:
    """Return what a promotion takes off the net total of each rate, never more than that is."""
    if promotion.percent is not None:
        return [percent_of(base, promotion.percent) for base in bases]
    assert promotion.amount is not None
    return shared(min(promotion.amount, sum(bases)), bases)


def _off_working(promotion: Promotion, base: int, whole: int) -> Message:
    if not base:
        return Message("bill.off_nothing")
    if promotion.percent is not None:
        return Message("bill.off_percent", {"percent": promotion.percent, "net": Grosze(base)})
    assert promotion.amount is not None
    values = {"amount": Grosze(promotion.amount), "net": Grosze(base), "whole": Grosze(whole)}
    if promotion.amount > whole:
        return Message("bill.off_limited", values)
    return Message("bill.off_amount" if base == whole else "bill.off_share", values)


def shared(amount: int, among: Sequence[int]) -> list[int]:
    """Share an amount out by what each has, each at most that: whole grosze, together the amount.

    `amount` is at most the sum of `among`.

    >>> shared(10, [50, 25, 25])
    [5, 3, 2]
    """
    whole = sum(among)
    shares, before, sum_before = [], 0, 0
    for part in among:
        sum_before += part
        until = int(half_up(amount * sum_before, whole)) if whole else 0
        shares.append(until - before)
        before = until
    return shares


# -- the year


def _renewals(quote: Quote, option: Option, tariff: Tariff) -> Iterator[Due]:
    """Yield the periods of the target that begin within the year and are not paid for with the change."""
    s = situation(quote.request, tariff)
    outcome = Outcome(quote.rule, s, option.kind)
    day = calendar.number(quote.holds_on)
    year = Horizon(day, int(months_later(day, YEAR)), YEAR, past=False)
    package = tariff.packages[s.change.target].name
    for period in [*periods(outcome, year)][outcome.buys_period :]:
        on = max(period.first, day)
        values = {"package": package, "first": calendar.date(period.first), "last": calendar.date(period.end - 1)}
        label = Message("bill.renewal", values)
        if period.price == NOT_SOLD:
            yield Due(calendar.date(on), label, None, None)
        else:
            vat = percent_of(period.price, tariff.on(on).vat.percent)
            yield Due(calendar.date(on), label, Grosze(period.price), Grosze(period.price + vat))
