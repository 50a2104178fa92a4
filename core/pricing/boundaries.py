"""The days on which another rule or another tariff begins, found from the limits and not by trying every day."""

from bisect import bisect_left
from dataclasses import replace

from core.pricing import calendar
from core.pricing.readings import Readings
from core.pricing.rules import Rule, decide
from core.pricing.situation import Situation
from core.pricing.tariff import InForce

_LAST_DAY = calendar.number(calendar.LAST_DATE)


def first_day(s: Situation) -> int:
    """Return the first day number of the term on which the change can be priced."""
    return max(int(s.start), s.tariff.first_day)


def last_day(s: Situation) -> int:
    """Return the last day number on which the change may be priced: that of the longest days of grace there are."""
    return min(_LAST_DAY, max(int(then.end) + then.in_force.terms.grace_days for then in _under_all_terms(s)))


def boundaries(s: Situation) -> list[int]:
    """Return the day numbers after the start of the term on which another rule or another tariff may begin.

    The last is the first day on which nothing applies any more. Found from the limits, not by trying every day.
    """
    first, last = first_day(s), last_day(s)
    days = {last + 1, *s.tariff.changes}
    for then in _under_all_terms(s):
        terms, in_force = then.in_force.terms, then.in_force
        days |= {int(then.end) - terms.window_days, int(then.end), int(then.end) + terms.grace_days + 1}
        for gap in ("month_gap", "quarter_gap"):
            # The gaps grow with the day, so the first day a limit holds is found by bisection.
            limit = bisect_left(range(first, last + 1), 0, key=lambda day: getattr(on_day(s, day, in_force), gap))
            days.add(first + limit)
    return sorted(day for day in days if first < day <= last + 1)


def rule_until(rule: Rule, s: Situation) -> int:
    """Return the last day number, from the day of the change on, on which the same rule decides alike."""
    last = last_day(s)
    for day in (day for day in boundaries(s) if day > s.day):
        then = on_day(s, day, s.tariff.on(day))
        # R0 costs nothing in the term and a renewal after it: one rule, two answers.
        same = decide(then).id == rule.id and then.buys == s.buys
        if day > last or then.expired_gap > then.in_force.terms.grace_days or not same:
            return day - 1
    raise AssertionError("the last boundary lies beyond the last day")


def on_day(s: Situation, day: int, in_force: InForce) -> Situation:
    """Return the same change on another day, with what is in force then or is to be taken as such."""
    return Situation(replace(s.change, change_on=day), s.tariff, in_force)


def _under_all_terms(s: Situation) -> list[Situation]:
    """Return the change under each set of terms and readings that are in force on some day from its start on."""
    first = first_day(s)
    found: dict[tuple[int, Readings], Situation] = {}
    for day in (first, *(change for change in s.tariff.changes if change > first)):
        in_force = s.tariff.on(day)
        found.setdefault((id(in_force.terms), in_force.readings), on_day(s, day, in_force))
    return list(found.values())
