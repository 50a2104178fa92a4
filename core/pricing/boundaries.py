"""The days on which another rule or another tariff begins, found from the limits and not by trying every day."""

from bisect import bisect_left
from dataclasses import replace

from core.pricing.rules import Rule, Situation, decide
from core.pricing.tariff import InForce


def boundaries(s: Situation) -> list[int]:
    """Return the day numbers after the start of the term on which another rule or another tariff may begin.

    The last is the first day on which nothing applies any more. Found from the limits, not by trying every day.
    """
    changes = [day for day in s.tariff.changes if day > s.start]
    regimes = {id(found.terms): found for found in (s.tariff.on(day) for day in (s.day, *changes))}
    last = s.end + max(found.terms.grace_days for found in regimes.values())
    days = {*changes, last + 1}
    for found in regimes.values():
        days |= {s.end - found.terms.window_days, s.end, s.end + found.terms.grace_days + 1}
        for gap in ("month_gap", "quarter_gap"):
            # The gaps grow with the day, so the first day a limit holds is found by bisection.
            days.add(
                s.start + bisect_left(range(s.start, last + 1), 0, key=lambda day: getattr(on_day(s, day, found), gap))
            )
    return sorted(day for day in days if s.start < day <= last + 1)


def rule_until(rule: Rule, s: Situation) -> int:
    """Return the last day number, from the day of the change on, on which the same rule decides alike."""
    for day in (day for day in boundaries(s) if day > s.day):
        then = on_day(s, day, s.tariff.on(day))
        # R0 costs nothing in the term and a renewal after it: one rule, two answers.
        same = decide(then).id == rule.id and then.buys == s.buys
        if then.expired_gap > then.in_force.terms.grace_days or not same:
            return day - 1
    raise AssertionError("the last boundary lies beyond the days of grace")


def on_day(s: Situation, day: int, in_force: InForce) -> Situation:
    """Return the same change on another day, with what is in force then or is to be taken as such."""
    return Situation(replace(s.change, change_on=day), s.tariff, in_force)
