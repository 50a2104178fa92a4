"""The plan of a switch on a time axis: what lasts from when to when."""

import datetime as dt
from typing import Literal, NamedTuple

from core.cutover.judging.when import SHORT
from core.cutover.plan import Plan

What = Literal["lower", "edited_first", "untouched", "delegation"]
"""TTLs are lowered so long before the switch; caches have old data after it, each way; old name servers are needed."""


class Span(NamedTuple):
    """What lasts from a moment to another (UTC)."""

    what: What
    begins: dt.datetime
    ends: dt.datetime


def spans(plan: Plan) -> tuple[Span, ...]:
    """Return what a plan has to draw, in the order of its steps; what nobody knows the end of is left out."""
    lower = plan.lower_by if (plan.highest or 0) > SHORT else None
    found: tuple[tuple[What, dt.datetime | None, dt.datetime | None], ...] = (
        ("lower", lower, plan.switch),
        ("edited_first", plan.switch, plan.edited_first),
        ("untouched", plan.switch, plan.untouched),
        ("delegation", plan.switch, plan.delegation_until),
    )
    return tuple(Span(what, begins, ends) for what, begins, ends in found if begins and ends and begins < ends)
