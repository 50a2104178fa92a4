"""What else the customer could do: the same subscription, other days and other packages, side by side.

Every alternative is a quote of its own, so its amounts have their workings; all are compared over one horizon.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.messages import FieldError, Grosze, InputError, Message
from core.pricing import calendar
from core.pricing.boundaries import boundaries, on_day
from core.pricing.horizon import CostLine, Horizon, horizon, period_lines
from core.pricing.outcome import counterpart
from core.pricing.quote import Option, Quote, quote
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import OptionKind, Situation, decide
from core.pricing.tariff import NOT_SOLD, Move, Tariff


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing the customer could do on a day of its own.

    `way` names it (stay, now, start, chosen, last_month, window, renewal, vps, shared). `quote` and `option` are None
    where it cannot be priced, for the reasons in `refused`. `cost_lines` make up `cost`, grosze net over the horizon;
    None where the option is not available or a renewal falls into a price list without the package.
    """

    way: str
    request: QuoteRequest
    kind: OptionKind
    quote: Quote | None
    option: Option | None
    refused: tuple[FieldError, ...]
    cost_lines: tuple[CostLine, ...] | None

    @property
    def day(self) -> dt.date:
        """Its day of change."""
        return self.request.change_on

    @property
    def cost(self) -> Grosze | None:
        """Net over the horizon."""
        return None if self.cost_lines is None else Grosze(sum(line.net for line in self.cost_lines))


@dataclass(frozen=True, slots=True)
class Alternatives:
    """All of them in order; `best` is the cheapest over the horizon of those that lead to the package asked for."""

    horizon: Horizon
    all: tuple[Alternative, ...]
    best: Alternative | None
    why: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    way: str
    target: str
    day: int
    kind: OptionKind = OptionKind.CHANGE


def alternatives(request: QuoteRequest, tariff: Tariff, today: dt.date) -> Alternatives:
    """Return what the customer could do from today on; raises InputError where the request cannot be priced."""
    s = situation(request, tariff)
    over = horizon(s, calendar.number(today))
    found = tuple(_alternative(candidate, request, tariff, over) for candidate in _candidates(s, over, today))
    best = _best(found, request)
    return Alternatives(over, found, best, tuple(_why(best, found, over, s)) if best else ())


# -- which there are


def _candidates(s: Situation, over: Horizon, today: dt.date) -> Iterator[_Candidate]:
    package, target = (s.tariff.packages[place].id for place in (s.change.package, s.change.target))
    now, end = over.first, int(s.end)
    first = "now" if now == calendar.number(today) else "start"
    yield _Candidate("stay", package, max(end, now))
    if s.move != Move.SAME:
        # A term that today does not lie in is looked at from its first day.
        days = {first: now, **_milestones(s, now)}
        if s.day > now and s.day not in days.values():
            days["chosen"] = int(s.day)
        for way, day in sorted(days.items(), key=lambda item: item[1]):
            for kind in _kinds(s, day):
                yield _Candidate(way, target, day, kind)
    if s.move not in (Move.TO_VPS, Move.TO_SHARED):
        group = "vps" if s.tariff.packages[s.change.package].group == "shared" else "shared"
        if (other := _smallest_that_fits(s, group, now)) is not None:
            crossing = Situation(replace(s.change, target=other, change_on=now), s.tariff, s.tariff.on(now))
            # Moving to a VPS is asked for with our migration; leaving one, both ways are common.
            kinds = _kinds(crossing, now)
            for kind in kinds[-1:] if group == "vps" else kinds:
                yield _Candidate(group, s.tariff.packages[other].id, now, kind)


def _milestones(s: Situation, now: int) -> dict[str, int]:
    """Return the days to come on which the terms change for the customer."""
    end = int(s.end)
    found = {"renewal": end}
    if s.move in (Move.UPGRADE, Move.TO_VPS):
        found["last_month"] = next(
            day for day in (*boundaries(s), end) if on_day(s, day, s.tariff.on(day)).month_gap >= 0
        )
    elif s.move == Move.DOWNGRADE:
        found["window"] = end - s.in_force.terms.window_days
    return {way: day for way, day in found.items() if now < day and (way == "renewal" or day < end)}


def _kinds(s: Situation, day: int) -> tuple[OptionKind, ...]:
    """Return the ways to carry the change out, without giving up the data."""
    then = on_day(s, day, s.tariff.on(day))
    return tuple(kind for kind in decide(then).options(then.readings) if kind != OptionKind.ABANDON)


def _smallest_that_fits(s: Situation, group: str, day: int) -> int | None:
    """Return the lowest package of a group on sale that holds what is in use, else its highest; None without any."""
    sold = []
    for place in sorted(range(len(s.tariff.packages)), key=lambda place: s.tariff.packages[place].rank):
        other = Situation(replace(s.change, target=place, target_period_months=0), s.tariff, s.tariff.on(day))
        if s.tariff.packages[place].group == group and other.default_price != NOT_SOLD:
            if other.fits:
                return place
            sold.append(place)
    return sold[-1] if sold else None


# -- what each costs


def _alternative(candidate: _Candidate, asked: QuoteRequest, tariff: Tariff, over: Horizon) -> Alternative:
    changes: dict[str, object] = {"target": candidate.target, "change_on": calendar.date(candidate.day)}
    if candidate.target != asked.target:
        # What was agreed by hand is for the package asked for.
        changes |= {"target_price_net": None, "target_period_months": None, "adjustment": None}
    request = asked.model_copy(update=changes)
    try:
        found = quote(request, tariff)
    except InputError as error:
        return Alternative(candidate.way, request, candidate.kind, None, None, error.errors, None)
    outcome = counterpart(found.rule, situation(request, tariff), candidate.kind)
    option = next(option for option in found.options if option.kind == outcome.kind)
    lines = period_lines(outcome, over) if option.available else None
    if lines is not None:
        lines[:0] = [CostLine(line.label, line.net, line.working) for line in option.lines if line.kind != "renewal"]
    return Alternative(candidate.way, request, outcome.kind, found, option, (), None if lines is None else tuple(lines))


def alternative_on(day: dt.date, asked: QuoteRequest, tariff: Tariff, over: Horizon, kind: OptionKind) -> Alternative:
    """Return the change asked for on another day, by one way to carry it out, with its cost over a horizon."""
    return _alternative(_Candidate("chosen", asked.target, calendar.number(day), kind), asked, tariff, over)


def _best(found: tuple[Alternative, ...], asked: QuoteRequest) -> Alternative | None:
    leading = [one for one in found if one.way != "stay" and one.request.target == asked.target]
    priced = [one for one in leading if one.cost is not None]
    return min(priced, key=lambda one: (one.cost, one.day), default=None)


def _why(best: Alternative, found: tuple[Alternative, ...], over: Horizon, s: Situation) -> Iterator[Message]:
    assert best.cost is not None
    values = {"package": s.tariff.packages[s.change.target].name, "date": best.day, "cost": best.cost}
    yield Message("alternative.best", values, count=over.months)
    now = next((one for one in found if one.way in ("now", "start") and one.kind == best.kind), None)
    if now is None or now is best:
        yield Message("alternative.waiting_saves_nothing")
    elif now.cost is None:
        yield Message("alternative.now_is_not_offered")
    else:
        yield Message("alternative.waiting_saves", {"saving": Grosze(now.cost - best.cost)})
        # The cheap way is also the long one, which the figures alone do not tell.
        package = s.tariff.packages[s.change.package].name
        yield Message("alternative.until_then", {"package": package, "date": best.day})
    ordered = next((o for o in found if (o.way, o.kind) == (best.way, OptionKind.ORDERED)), None)
    if best.kind == OptionKind.SELF and ordered is not None and ordered.cost is not None:
        yield Message("alternative.own_work", {"fee": Grosze(ordered.cost - best.cost)})
