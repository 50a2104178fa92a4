"""What a change costs over the months from one fixed day, so that candidates can be compared.

The cash due on the day cannot be: R2 and R5 prepay a period that others pay later (RULES, the decision table). Here
every period counts with its days inside the horizon, at the price list of the day it begins; surcharges, fees and
adjustments count in full. What was paid before counts for nobody: it is spent whatever is decided. Where the horizon
begins is not asked of the candidate, so it is the same for all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, groupby

from core.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.alike import half_up
from core.pricing.calendar import months_later
from core.pricing.outcome import Outcome
from core.pricing.rules import FROM_LIST, Situation
from core.pricing.tariff import NOT_SOLD


@dataclass(frozen=True, slots=True)
class Horizon:
    """The months compared: day numbers from `first` to before `end`."""

    first: int
    end: int
    months: int


def horizon(s: Situation, today: int) -> Horizon:
    """Return the horizon of a subscription: from today, or from the start of a term that today does not lie in.

    It is 12 months where they reach beyond the last day the rules apply, else 24, and so on: every candidate must lie
    inside, or it would cost nothing.
    """
    last = last_day(s)
    first = today if s.start <= today <= last else s.start
    months = next(n for n in count(12, 12) if months_later(first, n) > last)
    return Horizon(first, months_later(first, months), months)


def last_day(s: Situation) -> int:
    """Return the last day number on which the rules apply: that of the longest days of grace there may be."""
    days = (s.day, *(change for change in s.tariff.changes if change > s.day))
    return int(s.end + max(s.tariff.on(day).terms.grace_days for day in days))


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the target as far as it lies in the horizon: `days` of its `length`. `price` may be NOT_SOLD."""

    first: int
    end: int
    price: int
    days: int
    length: int

    @property
    def net(self) -> int:
        """The price's share, grosze half up."""
        return int(half_up(self.price * self.days, self.length))


def periods(outcome: Outcome, over: Horizon) -> Iterator[Period]:
    """Yield the periods paid for in the horizon: the one bought with the change, where it is, and the renewals."""
    s = outcome.s
    # A period bought begins where the rule says; else the target goes on at the end of the running term.
    origin = outcome.period_start if outcome.buys_period else int(s.end)
    bought = s.target_price if outcome.buys_period else None
    for n in count():
        # From the first day each time: 31 January, 28 February, 31 March.
        first, end = (months_later(origin, s.period * k) for k in (n, n + 1))
        if first >= over.end:
            return
        price = bought if n == 0 and bought is not None else price_on(s, first)
        yield Period(first, end, price, min(end, over.end) - max(first, over.first), end - first)


def price_on(s: Situation, day: int) -> int:
    """Return what a period of the target costs that begins on a day, grosze net: the what-if price or the list's."""
    if s.change.target_price_net != FROM_LIST:
        return int(s.change.target_price_net)
    return int(s.tariff.prices[s.tariff.price_list_on(day), s.change.target, s.period])


@dataclass(frozen=True, slots=True)
class CostLine:
    """A part of the cost with how it was worked out; grosze net."""

    label: Message
    net: Grosze
    working: Message


def period_lines(outcome: Outcome, over: Horizon) -> list[CostLine] | None:
    """Return the periods in the horizon in words, equal whole ones as one line; None where one is not sold."""
    found = list(periods(outcome, over))
    if any(period.price == NOT_SOLD for period in found):
        return None
    package = outcome.s.tariff.packages[outcome.s.change.target].name
    lines = []
    for (price, whole), run in groupby(found, key=lambda period: (period.price, period.days == period.length)):
        for group in [list(run)] if whole else [[period] for period in run]:
            first, last = group[0].first, min(group[-1].end, over.end) - 1
            label = Message(
                "cost.period", {"package": package, "first": calendar.date(first), "last": calendar.date(last)}
            )
            values: dict[str, object] = {"price": Grosze(price)}
            if whole:
                working = Message("cost.whole_periods", values, count=len(group))
            else:
                working = Message("cost.share", {**values, "days": group[0].days}, count=group[0].length)
            lines.append(CostLine(label, Grosze(sum(period.net for period in group)), working))
    return lines
