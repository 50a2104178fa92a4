"""The cost of a change against its day: the zones of the rules, the cliffs between them, the cheapest day.

Two figures, never mixed: the cash due on the day, and the cost over the horizon (core/pricing/horizon.py), by which
days are ranked. All is found from the boundaries of the rules and the tariff: between two of them both figures only
fall from day to day, so a piece is known by its ends. (A test compares with trying every day.)
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import count, groupby, pairwise

from core.ground.messages import Grosze, Message
from core.pricing import calendar
from core.pricing.boundaries import boundaries, first_day, on_day
from core.pricing.calendar import continued
from core.pricing.horizon import Horizon, Period, horizon, total, whole_periods
from core.pricing.last_safe_day import last_in_time, warning
from core.pricing.lead_time import LeadTime
from core.pricing.outcome import Outcome, adjusted, bought_anchor, counterpart
from core.pricing.request import Adjustment, QuoteRequest, situation
from core.pricing.rules import OptionKind, Rule, decide
from core.pricing.situation import Change, Situation
from core.pricing.tariff import NOT_SOLD, Tariff
from core.pricing.unpriceable import TERM_CHECKS

_ROUNDING = 2
"""Grosze by which a part of the amount may fall more on one day than on the one before, only from being rounded."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of change: the cash due on it (`net`) and the net cost over the horizon, grosze.

    Both are None where the change is not available. `cost` alone is None before the horizon begins, and where a renewal
    in it falls into a price list without the target.
    """

    date: dt.date
    rule: str
    net: Grosze | None
    cost: Grosze | None


@dataclass(frozen=True, slots=True)
class Zone:
    """Days on which one rule decides; `available`: whether it lets the change happen. `last` is inclusive."""

    rule: Rule
    available: bool
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Cliff:
    """Two neighbouring days between which the cash due rises, or falls by more than it fell the day before.

    Beyond what roundings make: up to two grosze a part, a discount or surcharge by hand being a part.
    """

    before: Day
    after: Day

    @property
    def rise(self) -> Grosze:
        """What waiting past the cliff costs in cash, grosze net; negative where it saves."""
        assert self.before.net is not None and self.after.net is not None
        return Grosze(self.after.net - self.before.net)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Day numbers between two boundaries, `last` inclusive."""

    first: int
    last: int
    rule: Rule
    available: bool


class Timeline:
    """A change on every day it could have: ask for zones, cliffs, the cheapest day, or any `day`."""

    def __init__(
        self, s: Situation, kind: OptionKind, adjustment: Adjustment | None, over: Horizon, lead_time: LeadTime
    ) -> None:
        self._s = s
        self._adjustment = adjustment
        self._lead_time = lead_time
        self.kind = kind
        self.horizon = over
        self._periods: dict[tuple[int, int, int, int], tuple[Period, ...] | None] = {}

    def day(self, date: dt.date) -> Day:
        """Return both figures of a day; raises ValueError where the change cannot be priced on it."""
        number = calendar.number(date)
        if not any(piece.first <= number <= piece.last for piece in self._pieces):
            raise ValueError(date)
        return self._day(number)

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """The zones in order of time. Days on which the change cannot be priced lie in none."""
        return tuple(self._zones())

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Every day from the start of the term to the last day of grace: for a chart."""
        return tuple(self._day(number) for piece in self._pieces for number in range(piece.first, piece.last + 1))

    @cached_property
    def cliffs(self) -> tuple[Cliff, ...]:
        """The jumps of the cash due, in order of time."""
        return tuple(self._cliffs())

    @property
    def cliffs_ahead(self) -> tuple[Cliff, ...]:
        """Those that can still be minded: a fall is none where only a service that stands still would come to it."""
        if self.horizon.past:
            return ()
        first, still = calendar.date(self.horizon.first), self.stands_still_from
        ahead = (cliff for cliff in self.cliffs if cliff.before.date >= first)
        return tuple(cliff for cliff in ahead if cliff.rise > 0 or cliff.after.date < still)

    @property
    def stands_still_from(self) -> dt.date:
        """The first day of change that leaves days unpaid which could still be paid for."""
        end = int(self._on(self._pieces[-1].first).end) if self._pieces else int(self._s.end)
        return calendar.date(max(end, self.horizon.first) + 1)

    def cliff_to_mind(self, day: dt.date) -> Cliff | None:
        """Return the next jump after a day of change, or else the last rise before it, while that can be avoided."""
        ahead = [cliff for cliff in self.cliffs_ahead if cliff.before.date >= day]
        missed = [cliff for cliff in self.cliffs_ahead if cliff.before.date < day and cliff.rise > 0]
        return next(iter((*ahead[:1], *missed[-1:])), None)

    def warning(self, day: dt.date) -> Message | None:
        """Return what is wrong with a day of change: the service stands still until then, or our work is too late."""
        over = self.horizon
        return None if over.past else warning(self._outcome(calendar.number(day)), over.first, self._lead_time)

    @cached_property
    def cheapest(self) -> Day | None:
        """The day of the lowest cost over the horizon, the first of them where several cost the same.

        Of the days to come that are in time (`last_safe_day`): later ones cost less only because the service
        stands still, and that is no saving. None where no day is available or none is left, and where every later
        renewal falls into a price list without the target.
        """
        over = self.horizon
        if over.past:
            return None
        best = None
        for piece in self._pieces:
            if not piece.available:
                continue
            last = last_in_time(self._outcome(piece.first), over.first, self._lead_time)
            days = range(max(piece.first, over.first), min(piece.last, last) + 1)
            if not days or (lowest := self._day(days[-1]).cost) is None:
                continue
            if best is None or best.cost is None or lowest < best.cost:
                best = self._day(days[bisect_left(days, True, key=lambda day: self._cost_at_most(day, lowest))])
        return best

    def _cost_at_most(self, day: int, limit: int) -> bool:
        cost = self._day(day).cost
        assert cost is not None
        return cost <= limit

    def _zones(self) -> Iterator[Zone]:
        # A gap between pieces (days on which the target is not sold) parts zones too.
        gaps = [0]
        for before, after in pairwise(self._pieces):
            gaps.append(gaps[-1] + (after.first != before.last + 1))
        parts = zip(self._pieces, gaps, strict=True)
        for (_, available, _), run in groupby(parts, key=lambda part: (part[0].rule.id, part[0].available, part[1])):
            pieces = [piece for piece, _ in run]
            yield Zone(pieces[0].rule, available, calendar.date(pieces[0].first), calendar.date(pieces[-1].last))

    def _cliffs(self) -> Iterator[Cliff]:
        jumped = None
        for before, after in pairwise(self._pieces):
            if not (before.available and after.available) or after.first != before.last + 1:
                continue
            if before.rule.id == "R0":  # nothing is ordered: a renewal comes by itself
                continue
            cliff = Cliff(self._day(before.last), self._day(after.first))
            # Where there is no day before, or the cash jumped on it, the day after tells what is usual.
            usual = None if jumped == before.last else self._fall(before.last - 1)
            usual = self._fall(after.first) if usual is None else usual
            rounding = self._rounding(before.last, after.first)
            if cliff.rise > rounding or -cliff.rise > max(usual or 0, 0) + rounding:
                jumped = after.first
                yield cliff

    def _rounding(self, *days: int) -> int:
        """Return the grosze by which roundings can make the falls of neighbouring days differ."""
        return _ROUNDING * (max(len(self._outcome(day).parts) for day in days) + (self._adjustment is not None))

    def _fall(self, day: int) -> int | None:
        """Return by how much the cash due falls from a day to the next, None where one of the two has none."""
        priced = [piece for piece in self._pieces if piece.available]
        if not all(any(piece.first <= one <= piece.last for piece in priced) for one in (day, day + 1)):
            return None
        return self._net(day) - self._net(day + 1)

    # -- pieces

    @cached_property
    def _pieces(self) -> tuple[_Piece, ...]:
        return tuple(self._find_pieces())

    def _find_pieces(self) -> Iterator[_Piece]:
        s = self._s
        for first, end in pairwise([first_day(s), *boundaries(s)]):
            then = self._on(first)
            if then.expired_gap > then.in_force.terms.grace_days or any(check.wrong(then) for check in TERM_CHECKS):
                continue
            rule = decide(then)
            outcome = counterpart(rule, then, self.kind)
            for part_first, part_end in pairwise([first, *self._price_changes(outcome, first, end), end]):
                yield _Piece(part_first, part_end - 1, rule, outcome.available)

    def _price_changes(self, outcome: Outcome, first: int, end: int) -> list[int]:
        """Return the days of change from which a renewal falls into a later price list.

        Only where the period begins on the day of the change do the renewals move with it.
        """
        if not outcome.buys_period or outcome.period_start != outcome.s.day:
            return []
        days, bought = range(first, end), outcome.rule.new_account

        def after(day: int, periods: int) -> int:
            months = periods * outcome.s.period
            return int(continued(day, months, bought_anchor(self._on(day), bought)))

        found = set()
        for change in (day for day in self._s.tariff.changes if first < day < self.horizon.end):
            for n in count(1):
                if after(first, n) >= self.horizon.end:
                    break
                at = bisect_left(days, change, key=lambda day: after(day, n))
                found.add(first + at)
        return sorted(found - {first, end})

    # -- days

    def _on(self, day: int) -> Situation:
        return on_day(self._s, day, self._s.tariff.on(day))

    def _outcome(self, day: int) -> Outcome:
        then = self._on(day)
        return counterpart(decide(then), then, self.kind)

    def _net(self, day: int) -> int:
        net = self._day(day).net
        assert net is not None
        return net

    def _day(self, number: int) -> Day:
        outcome = self._outcome(number)
        date = calendar.date(number)
        if not outcome.available:
            return Day(date, outcome.rule.id, None, None)
        change = adjusted(self._adjustment, outcome.net)[1] if self._adjustment else 0
        net = Grosze(outcome.net + change)
        found = self._whole_periods(outcome) if number >= self.horizon.first else None
        return Day(date, outcome.rule.id, net, None if found is None else total(outcome, self._adjustment, found))

    def _whole_periods(self, outcome: Outcome) -> tuple[Period, ...] | None:
        """Return the periods in the horizon; the same for many days, so remembered."""
        price = outcome.s.target_price if outcome.buys_period else NOT_SOLD
        key = (outcome.origin, outcome.anchor, price, outcome.s.period)
        if key not in self._periods:
            self._periods[key] = whole_periods(outcome, self.horizon)
        return self._periods[key]


def timeline(
    request: QuoteRequest,
    tariff: Tariff,
    today: dt.date,
    lead_time: LeadTime,
    kind: OptionKind = OptionKind.CHANGE,
) -> Timeline:
    """Return the timeline of a change for one way to carry it out; raises InputError where it cannot be priced.

    On days whose rule does not know the way, the nearest it knows stands in (without our migration, else the only one).
    """
    s = situation(request, tariff)
    return timeline_of(s, kind, request.adjustment, horizon(s, calendar.number(today)), lead_time)


def timeline_of(
    s: Situation, kind: OptionKind, adjustment: Adjustment | None, over: Horizon, lead_time: LeadTime
) -> Timeline:
    """Return the timeline of a change that can be priced."""
    # The day chosen has no part in it: whoever clicks through the days asks for the same one again.
    return _remembered(replace(s.change, change_on=first_day(s)), s.tariff, kind, adjustment, over, lead_time)


@lru_cache(maxsize=64)
def _remembered(
    change: Change, tariff: Tariff, kind: OptionKind, adjustment: Adjustment | None, over: Horizon, lead_time: LeadTime
) -> Timeline:
    return Timeline(Situation(change, tariff, tariff.on(change.change_on)), kind, adjustment, over, lead_time)
