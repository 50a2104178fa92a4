"""What else the customer could do: the same subscription, other days and other packages, side by side.

Every alternative is a quote of its own, so its amounts have their workings; all are compared over one horizon. The
cheapest comes first, but what lets the service stand still is never the best, nor before what does not.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from core.ground.messages import FieldError, Grosze, InputError, Message
from core.pricing import calendar
from core.pricing.boundaries import boundaries, on_day
from core.pricing.horizon import CostLine, Horizon, cost_lines, horizon
from core.pricing.last_safe_day import last_in_time, warning
from core.pricing.lead_time import LeadTime
from core.pricing.outcome import Outcome, counterpart, counterpart_kind
from core.pricing.quote import Option, Quote, quote
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import OptionKind, decide
from core.pricing.situation import Situation
from core.pricing.tariff import NOT_SOLD, Move, Tariff
from core.pricing.timeline import timeline_of


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing the customer could do on a day of its own.

    `way` names it (stay, now, start, chosen, last_month, window, last_order, renewal, cheapest, vps, shared). `quote`
    and `option` are None where it cannot be priced, for the reasons in `refused`. `cost_lines` make up `cost`, grosze
    net over the horizon; None where the option is not available or a renewal falls into a price list without the
    package. `in_time`: whether it may be recommended at all; `warning` says what is wrong with its day.
    """

    way: str
    request: QuoteRequest
    kind: OptionKind
    quote: Quote | None
    option: Option | None
    refused: tuple[FieldError, ...]
    cost_lines: tuple[CostLine, ...] | None
    in_time: bool = True
    warning: Message | None = None

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
    """All of them, the best first, then by cost: those in time, those too late, those without a cost.

    `best` is the cheapest over the horizon of those in time that lead to the package asked for.
    """

    horizon: Horizon
    all: tuple[Alternative, ...]
    best: Alternative | None
    why: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change to look at: which way it is called, to which package, on which day number, carried out how."""

    way: str
    target: str
    day: int
    kind: OptionKind = OptionKind.CHANGE


def alternatives(request: QuoteRequest, tariff: Tariff, today: dt.date, lead_time: LeadTime) -> Alternatives:
    """Return what the customer could do from today on; raises InputError where the request cannot be priced."""
    s = situation(request, tariff)
    over = horizon(s, calendar.number(today))
    first = Candidate("now" if over.first == calendar.number(today) else "start", request.target, over.first)
    candidates = _candidates(request, s, first, over, lead_time)
    found = [_alternative(one, request, tariff, over, lead_time) for one in candidates]
    best = None if over.past else _best(found, request)
    found.sort(key=lambda one: (one is not best, one.cost is None, not one.in_time, one.cost))
    return Alternatives(over, tuple(found), best, tuple(_why(best, found, over, s)) if best else ())


# -- which there are


def _candidates(
    request: QuoteRequest, s: Situation, first: Candidate, over: Horizon, lead_time: LeadTime
) -> Iterator[Candidate]:
    package = s.tariff.packages[s.change.package]
    yield Candidate("stay", package.id, max(int(s.end), first.day))
    if s.move != Move.SAME:
        yield from _ways(request, s, first, over, lead_time)
    if s.move not in (Move.TO_VPS, Move.TO_SHARED):
        group = "vps" if package.group == "shared" else "shared"
        if (other := _smallest_that_fits(s, group, first.day)) is not None:
            kinds = _kinds(Situation(replace(s.change, target=other), s.tariff, s.in_force), first.day)
            # Moving to a VPS is asked for with our migration; leaving one, both ways are common.
            for kind in kinds[:1] if group == "vps" else kinds:
                yield Candidate(group, s.tariff.packages[other].id, first.day, kind)


def _ways(
    request: QuoteRequest, s: Situation, first: Candidate, over: Horizon, lead_time: LeadTime
) -> Iterator[Candidate]:
    """Yield the days for the change asked for, in order of time, each by every way to carry it out."""
    days = {first.way: first.day}
    if s.day > first.day:
        days["chosen"] = int(s.day)
    found = {(day, kind): way for way, day in days.items() for kind in _kinds(s, day)}
    for way, milestone in _milestones(s, first.day).items():
        for kind in _kinds(s, milestone):
            day = min(milestone, last_in_time(_outcome(s, milestone, kind), first.day, lead_time))
            name = way if day == milestone else "last_order"
            # A day that is a milestone has its name, whoever chose it.
            if found.get(place := (day, counterpart_kind(_kinds(s, day), kind)), "chosen") == "chosen":
                found[place] = name
    for kind in {kind for _, kind in found}:
        # Between the days that have a name there may be a cheaper one: before a dearer list, say.
        cheapest = timeline_of(s, kind, request.adjustment, over, lead_time).cheapest
        if cheapest is not None:
            day = calendar.number(cheapest.date)
            # On a day whose rule does not know the way, the timeline looks at the nearest it knows.
            found.setdefault((day, counterpart_kind(_kinds(s, day), kind)), "cheapest")
    for (day, kind), way in sorted(found.items(), key=lambda item: (item[0][0], list(OptionKind).index(item[0][1]))):
        yield Candidate(way, request.target, day, kind)


def _milestones(s: Situation, now: int) -> dict[str, int]:
    """Return the days to come on which the terms change for the customer."""
    end = int(s.end)
    found = {"renewal": end}
    if s.move in (Move.UPGRADE, Move.TO_VPS) and _month_gap(s, now) < 0:
        found["last_month"] = next(day for day in (*boundaries(s), end) if day >= now and _month_gap(s, day) >= 0)
    elif s.move == Move.DOWNGRADE:
        found["window"] = end - s.in_force.terms.window_days
    return {way: day for way, day in found.items() if now < day and (way == "renewal" or day < end)}


def _month_gap(s: Situation, day: int) -> int:
    return int(on_day(s, day, s.tariff.on(day)).month_gap)


def _kinds(s: Situation, day: int) -> tuple[OptionKind, ...]:
    """Return the ways to carry the change out, without giving up the data."""
    then = on_day(s, day, s.tariff.on(day))
    return tuple(kind for kind in decide(then).options(then.readings) if kind != OptionKind.ABANDON)


def _outcome(s: Situation, day: int, kind: OptionKind) -> Outcome:
    then = on_day(s, day, s.tariff.on(day))
    return counterpart(decide(then), then, kind)


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


def _alternative(
    candidate: Candidate, asked: QuoteRequest, tariff: Tariff, over: Horizon, lead_time: LeadTime
) -> Alternative:
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
    lines = cost_lines(outcome, option, request.adjustment, over)
    return Alternative(
        way=candidate.way,
        request=request,
        kind=outcome.kind,
        quote=found,
        option=option,
        refused=(),
        cost_lines=None if lines is None else tuple(lines),
        in_time=candidate.day <= last_in_time(outcome, over.first, lead_time),
        warning=None if over.past else warning(outcome, over.first, lead_time),
    )


def alternative_on(
    day: dt.date, asked: QuoteRequest, tariff: Tariff, over: Horizon, lead_time: LeadTime, kind: OptionKind
) -> Alternative:
    """Return the change asked for on another day, by one way to carry it out, with its cost over a horizon."""
    return _alternative(Candidate("chosen", asked.target, calendar.number(day), kind), asked, tariff, over, lead_time)


def _best(found: Iterable[Alternative], asked: QuoteRequest) -> Alternative | None:
    leading = [one for one in found if one.way != "stay" and one.request.target == asked.target]
    priced = [one for one in leading if one.cost is not None and one.in_time]
    return min(priced, key=lambda one: (one.cost, one.day), default=None)


def _why(best: Alternative, found: Iterable[Alternative], over: Horizon, s: Situation) -> Iterator[Message]:
    assert best.cost is not None
    values = {"package": s.tariff.packages[s.change.target].name, "date": best.day, "cost": best.cost}
    yield Message("alternative.best", values, count=over.months)
    at_once = [one for one in found if one.way in ("now", "start")]
    costs = [one.cost for one in at_once if one.cost is not None]
    if best in at_once or (costs and min(costs) <= best.cost):
        yield Message("alternative.waiting_saves_nothing")
    elif costs:
        yield Message("alternative.waiting_saves", {"saving": Grosze(min(costs) - best.cost)})
        # The cheap way is also the long one, which the figures alone do not tell.
        package = s.tariff.packages[s.change.package].name
        yield Message("alternative.until_then", {"package": package, "date": best.day})
    elif not any(one.option is not None and one.option.available for one in at_once):
        yield Message("alternative.not_at_once")
    ordered = _best((one for one in found if one.kind == OptionKind.ORDERED), best.request)
    if best.kind == OptionKind.SELF and s.change.domains and ordered is not None and ordered.cost is not None:
        values = {"difference": Grosze(ordered.cost - best.cost), "date": ordered.day}
        yield Message("alternative.own_work", values)
