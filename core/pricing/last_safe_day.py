"""Up to which day a change may be recommended: nobody is advised to let the service stand still.

Up to and including the end of the paid term; where we move domains, up to the last order whose work is done by then;
where no such day is left, only the first day that can be chosen (RULES, "What is recommended").
"""

from core.ground.messages import Message
from core.pricing import calendar
from core.pricing.lead_time import LeadTime, is_work, latest_order
from core.pricing.outcome import Outcome


def last_in_time(outcome: Outcome, first: int, lead_time: LeadTime) -> int:
    """Return the last day number on which such a change may be recommended; `first` is the first that can be chosen."""
    return max(first, _last_order(outcome, lead_time) if is_work(outcome) else int(outcome.s.end))


def warning(outcome: Outcome, first: int, lead_time: LeadTime) -> Message | None:
    """Return what to say of the day of a change: the service stands still until then, or our work comes too late.

    None where all is well, and where the term was over already on the first day that can be chosen, and that is taken.
    """
    day, end = int(outcome.s.day), int(outcome.s.end)
    if day > max(end, first):
        days = {"first": calendar.date(end), "last": calendar.date(day - 1)}
        return Message("late.stands_still", days, count=day - end)
    if first <= day <= end and is_work(outcome) and (order := _last_order(outcome, lead_time)) < day:
        return Message("late.work", {"last": calendar.date(end), "order": calendar.date(order)})
    return None


def _last_order(outcome: Outcome, lead_time: LeadTime) -> int:
    return calendar.number(latest_order(calendar.date(int(outcome.s.end)), lead_time))
