"""What a change costs over the months from one fixed day, so that candidates can be compared.

The cash due on the day cannot be: R2 and R5 prepay a period that others pay later (RULES, the decision table). Here
every period counts with its days inside the horizon, at the price list of the day it begins; surcharges and fees count
in full, an adjustment with what it was given on. What was paid before counts for nobody: it is spent whatever is
decided. Where the horizon begins is not asked of the candidate, so it is the same for all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from core.ground.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.alike import Whole, choose, half_up, pick
from core.pricing.boundaries import first_day, last_day
from core.pricing.calendar import months_later
from core.pricing.outcome import Outcome, adjustment_on
from core.pricing.quote import Option
from core.pricing.request import Adjustment
from core.pricing.situation import FROM_LIST, Situation
from core.pricing.tariff import NOT_SOLD, Tariff

ONCE = ("surcharge", "migration")
"""The kinds of lines that are no period."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The months compared: day numbers from `first` to before `end`; `past` where no day of them is left to choose."""

    first: int
    end: int
    months: int
    past: bool


def horizon(s: Situation, today: int) -> Horizon:
    """Return the horizon of a subscription: from today, or from the first day of a term that today does not lie in.

    It is 12 months where they reach beyond the last day the rules apply, else 24, and so on: every candidate must lie
    inside, or it would cost nothing.
    """
    begin, last = first_day(s), last_day(s)
    first = today if begin <= today <= last else begin
    months = next(n for n in count(12, 12) if months_later(first, n) > last)
    return Horizon(first, months_later(first, months), months, past=today > last)


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
    bought = s.target_price if outcome.buys_period else None
    for n in count():
        first, end = outcome.after(n), outcome.after(n + 1)
        if first >= over.end:
            return
        price = bought if n == 0 and bought is not None else price_on(s, first)
        yield Period(first, end, price, min(end, over.end) - max(first, over.first), end - first)


def price_on(s: Situation, day: int) -> int:
    """Return what a period of the target costs that begins on a day, grosze net: the what-if price or the list's."""
    return int(period_price(s.tariff, s.change.target, s.period, s.change.target_price_net, day))


def period_price(tariff: Tariff, package: Whole, period: Whole, what_if: Whole, day: Whole) -> Whole:
    """Return what a period that begins on a day costs, grosze net or NOT_SOLD, for ints or arrays.

    `what_if` is a price that holds on every day, or FROM_LIST.
    """
    return choose(what_if == FROM_LIST, pick(tariff.prices, tariff.price_list_on(day), package, period), what_if)


@dataclass(frozen=True, slots=True)
class CostLine:
    """A part of the cost with how it was worked out; grosze net."""

    label: Message
    net: Grosze
    working: Message


def whole_periods(outcome: Outcome, over: Horizon) -> tuple[Period, ...] | None:
    """Return the periods in the horizon; None where one falls into a price list without the package."""
    found = tuple(periods(outcome, over))
    return None if any(period.price == NOT_SOLD for period in found) else found


def total(outcome: Outcome, adjustment: Adjustment | None, found: Sequence[Period]) -> Grosze:
    """Return what an outcome costs with its periods in the horizon, net."""
    counted = _counted(outcome, found)
    later = sum(period.net for period in found[outcome.buys_period :])
    return Grosze(counted + later + (adjustment_on(adjustment, outcome.net, counted) if adjustment else 0))


def _counted(outcome: Outcome, found: Sequence[Period]) -> int:
    """Return what of the cash due counts: all but the days of the period bought that lie beyond the horizon."""
    once = sum(int(part.net) for part in outcome.parts if part.kind != "renewal")
    return once + (found[0].net if found and outcome.buys_period else 0)


def cost_lines(outcome: Outcome, option: Option, adjustment: Adjustment | None, over: Horizon) -> list[CostLine] | None:
    """Return the cost in words, line by line; None where there is none. `option` is the outcome's, in words."""
    if not outcome.available or (found := whole_periods(outcome, over)) is None:
        return None
    lines = [CostLine(line.label, line.net, line.working) for line in option.lines if line.kind in ONCE]
    lines += _period_lines(outcome, found, over)
    if adjustment:
        counted = _counted(outcome, found)
        line = option.lines[-1]
        working = line.working
        if counted != outcome.net:
            values = {"given": line.net, "counted": Grosze(counted), "net": Grosze(outcome.net)}
            working = Message("cost.adjustment_share", values)
        lines.append(CostLine(line.label, Grosze(adjustment_on(adjustment, outcome.net, counted)), working))
    return lines


def _period_lines(outcome: Outcome, found: Sequence[Period], over: Horizon) -> Iterator[CostLine]:
    """Yield the periods in words, equal whole ones as one line."""
    package = outcome.s.tariff.packages[outcome.s.change.target].name
    for (price, whole), run in groupby(found, key=lambda period: (period.price, period.days == period.length)):
        for group in [list(run)] if whole else [[period] for period in run]:
            first, last = max(group[0].first, over.first), min(group[-1].end, over.end) - 1
            label = Message(
                "cost.period", {"package": package, "first": calendar.date(first), "last": calendar.date(last)}
            )
            values: dict[str, object] = {"price": Grosze(price)}
            if whole:
                working = Message("cost.whole_periods", values, count=len(group))
            else:
                working = Message("cost.share", {**values, "days": group[0].days}, count=group[0].length)
            yield CostLine(label, Grosze(sum(period.net for period in group)), working)
