"""How long the work of a migration takes, and whether it carries the change past a boundary of the terms.

Ordered on a day, the work is analysed, then done on an agreed day, then caches of the DNS expire (PROCESS, "Stages").
The change is carried out somewhere between the agreed day and the last of these: expectations, not guarantees.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import count

from core.ground.messages import FieldError, InputError, Message
from core.ground.workdays import working_days_later
from core.pricing import calendar
from core.pricing.outcome import Outcome, counterpart, counterpart_kind
from core.pricing.quote import Option, Quote, quote
from core.pricing.request import situation
from core.pricing.rules import OptionKind, decide
from core.pricing.tariff import Tariff


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long the analysis takes, in working days, and the DNS at most, in hours: the clocks of data/stages.toml."""

    analysis_working_days: int
    dns_hours: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a migration; each is the last one expected for its step."""

    ordered: dt.date
    analysed: dt.date
    agreed: dt.date
    visible: dt.date


def schedule(ordered: dt.date, agreed: dt.date | None, lead_time: LeadTime) -> Schedule:
    """Return the days of a migration ordered on a day, done on the agreed one (None: the earliest that can be agreed).

    Raises InputError where the agreed day comes before the earliest, or is not one that the desk prices.
    """
    if agreed is not None and not calendar.FIRST_DATE <= agreed <= calendar.LAST_DATE:
        limits = {"first": calendar.FIRST_DATE, "last": calendar.LAST_DATE}
        raise InputError(FieldError("agreed_on", agreed, Message("error.range", limits)))
    analysed = working_days_later(ordered, lead_time.analysis_working_days)
    earliest = working_days_later(analysed, 1)
    if agreed is not None and agreed < earliest:
        values = {"earliest": earliest, "analysed": analysed}
        raise InputError(FieldError("agreed_on", agreed, Message("error.agreed_too_early", values)))
    day = agreed or earliest
    # The switch may come as late as the evening of the agreed day, so a part of a day counts as a day.
    return Schedule(ordered, analysed, day, day + dt.timedelta(days=-(-lead_time.dns_hours // 24)))


def latest_order(limit: dt.date, lead_time: LeadTime) -> dt.date:
    """Return the last day on which an order is done by `limit` (inclusive), agreed for the earliest day it can be."""
    days = (limit - dt.timedelta(days=n) for n in count())
    return next(day for day in days if schedule(day, None, lead_time).visible <= limit)


def is_work(option: Option | Outcome) -> bool:
    """Whether domains are moved by us for a fee: only then does the work take days."""
    return option.total("migration") > 0


@dataclass(frozen=True, slots=True)
class Carried:
    """A change carried out at the latest: its quote and option, or why it is refused then.

    `because`: what makes another price of it than on the day of the order; None where nothing does.
    """

    late: Quote | None
    option: Option | None
    refused: tuple[FieldError, ...]
    because: Message | None


def carried(found: Quote, option: Option, tariff: Tariff, when: Schedule) -> Carried:
    """Return what the change costs if it is carried out on the last day of its schedule."""
    try:
        late = quote(found.request.model_copy(update={"change_on": when.visible}), tariff)
    except InputError as error:
        return Carried(None, None, error.errors, Message("lead.refused"))
    kind = counterpart_kind([other.kind for other in late.options], option.kind)
    late_option = next(other for other in late.options if other.kind == kind)
    same_price = late_option.available and late_option.gross == option.gross
    return Carried(late, late_option, (), None if same_price else _because(found, late, kind, tariff))


def remarks(when: Schedule, found: Carried) -> tuple[Message, ...]:
    """Return what a customer should know of the days of the work, and of the price if they last too long."""
    days = Message("offer.work", {"agreed": when.agreed, "visible": when.visible})
    late = found.option if found.option is not None and found.option.available else None
    if found.because is None:
        return (days,)
    if late is None:
        return days, Message("offer.work_too_late", {"visible": when.visible})
    return days, Message("offer.work_late", {"visible": when.visible, "net": late.net, "gross": late.gross})


def _because(found: Quote, late: Quote, kind: OptionKind, tariff: Tariff) -> Message | None:
    """Return what comes between: another rule, or else another table of the tariff; not that the days grow fewer."""
    if late.rule.id != found.rule.id:
        return Message("lead.rule", {"rule": late.rule.id})
    days = [calendar.number(quote.request.change_on) for quote in (found, late)]
    changes = [day for day in tariff.changes if days[0] < day <= days[1]]
    if not changes or _priced(late, kind, tariff, days[0]) == _priced(late, kind, tariff, days[1]):
        return None
    return Message("lead.tariff", {"date": calendar.date(changes[-1])})


def _priced(late: Quote, kind: OptionKind, tariff: Tariff, day: int) -> tuple[int, int] | None:
    """Return the late change's net and VAT rate under the tariff of a day, None where that cannot price it."""
    in_force = tariff.on(day)
    try:
        s = situation(late.request, tariff, in_force)
    except InputError:
        return None
    return counterpart(decide(s), s, kind).net, in_force.vat_basis_points
