"""Which of a row's dates contradict each other: what happens first has the earlier day."""

import datetime as dt
from collections.abc import Mapping

from core.ground.clock import WARSAW
from core.ground.moments import When


def ordered(dates: Mapping[str, object]) -> tuple[str, str] | None:
    """Return two columns whose dates contradict each other, the earlier stage first; None where none do."""
    for chain in _CHAINS:
        before, last = "", None
        for id in chain:
            when = dates.get(id)
            if not isinstance(when, When):
                continue
            if last is not None and _later(last, when):
                return before, id
            before, last = id, when
    return None


_CHAINS = (
    (
        "on_package",
        "on_data",
        "on_analysis",
        "on_date",
        "on_migration",
        "on_sync",
        "on_test",
        "tested_at",
        "dns_switched_at",
        "visible_at",
        "closed_at",
    ),
    ("tested_at", "on_dns", "visible_at", "on_passwords", "closed_at"),
)


def _later(a: When, b: When) -> bool:
    """Whether the first is after the second, as exactly as both are known."""
    exact = "day" not in (a.unit, b.unit)
    return a.at > b.at if exact else _day(a.at) > _day(b.at)


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(WARSAW).date()


def agreed_too_early(dates: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the columns of the enquiry and of the agreed day where the day was agreed for before anybody asked."""
    asked, agreed = dates.get("on_package"), dates.get("planned_at")
    early = isinstance(asked, When) and isinstance(agreed, When) and _later(asked, agreed)
    return ("on_package", "planned_at") if early else None


def contradicts(dates: Mapping[str, object]) -> bool:
    """Return whether dates cannot all be true: an agreed day before the enquiry, too."""
    return (agreed_too_early(dates) or ordered(dates)) is not None
