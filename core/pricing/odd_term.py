"""What is said of a running term that is no whole number of months, and of a period that does not follow it.

"1 month and 1 day" is mostly the date of somebody who wrote the first unpaid day: what would be due without that day is
said beside what is due (RULES, "An odd term is said").
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from core.ground.messages import Difference, Grosze, Message
from core.pricing import calendar
from core.pricing.outcome import Outcome, adjusted, counterpart
from core.pricing.request import Adjustment, QuoteRequest
from core.pricing.rules import decide
from core.pricing.situation import DEFAULT_PERIOD, Situation, days_to_end
from core.pricing.tariff import Tariff
from core.pricing.term import Term
from core.pricing.unpriceable import is_priced


def length(s: Situation) -> Message:
    """Return how long an odd term is: "1 month and 1 day"."""
    months, days = s.term.months_and_days
    beyond = Message("quote.days", count=days)
    return Message("quote.months_and_days", {"days": beyond}, count=months) if months else beyond


def term(request: QuoteRequest, tariff: Tariff) -> Term | None:
    """Return the running term of a request, None where its days are not those that the desk prices."""
    days = (request.term_start, request.valid_until, request.change_on)
    if not all(calendar.FIRST_DATE <= day <= calendar.LAST_DATE for day in days):
        return None
    start, last, on = map(calendar.number, days)
    return Term(start, last + days_to_end(tariff.shown_on(on).readings), last, request.anchor)


def without_last_day(request: QuoteRequest) -> QuoteRequest:
    """Return a request whose `valid_until` was meant for the first unpaid day."""
    return request.model_copy(update={"valid_until": request.valid_until - dt.timedelta(days=1)})


def day_over(outcome: Outcome, adjustment: Adjustment | None) -> Message | None:
    """Return what is said where the term is whole months and a day, with what would be due without the day."""
    s = outcome.s
    if not (months := s.term.months_but_a_day):
        return None
    without = Situation(replace(s.change, valid_until=s.change.valid_until - 1), s.tariff, s.in_force)
    values: dict[str, object] = {
        "length": length(s),
        "months": Message("quote.months", count=months),
        "date": calendar.date(s.change.valid_until),
    }
    if not is_priced(without):
        return Message("note.day_over.refused", values)
    other = counterpart(decide(without), without, outcome.kind)
    if not (other.available and outcome.available):
        same = other.rule.id == outcome.rule.id and other.available == outcome.available
        return Message("note.day_over.same" if same else "note.day_over.rule", {**values, "rule": other.rule.id})
    net, now = (one.net + (adjusted(adjustment, one.net)[1] if adjustment else 0) for one in (other, outcome))
    if net == now:
        return Message("note.day_over.same", values)
    return Message("note.day_over.amount", {**values, "net": Grosze(net), "difference": Difference(net - now)})


def other_odd(s: Situation) -> Message | None:
    """Return how long a term is that is neither whole months nor a day more."""
    if s.term.months or s.term.months_but_a_day:
        return None
    days = Message("quote.days", count=s.term_days)
    if not s.term.months_and_days[0]:
        return Message("note.short_term", {"days": days})
    return Message("note.odd_term", {"length": length(s), "days": days})


def period_by_default(s: Situation) -> Iterator[Message]:
    """Yield which period the target is priced for, where it is the default and not that of the running term.

    Also where it was given: a form and a link have it filled in.
    """
    months = s.term.months or s.term.months_but_a_day
    by_default = Situation(replace(s.change, target_period_months=DEFAULT_PERIOD), s.tariff, s.in_force).period
    if not s.buys or s.period == months or s.period != by_default:
        return
    values: dict[str, object] = {
        "package": s.tariff.packages[s.change.target].name,
        "period": Message("quote.months", count=s.period),
    }
    if months:
        yield Message("note.period_not_sold", {**values, "term": Message("quote.months", count=months)})
    else:
        yield Message("note.period_by_default", values)
