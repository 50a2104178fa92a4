"""How long migrations waited on us, on the client, or on hold for neither."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.clock import WARSAW
from core.flow.history import Item

_NONE = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time by whom it was waited for, day and night; `unknown`: nobody told, as before an import."""

    us: dt.timedelta = _NONE
    client: dt.timedelta = _NONE
    hold: dt.timedelta = _NONE
    unknown: dt.timedelta = _NONE

    def __add__(self, other: "Waiting") -> "Waiting":
        """Return both together."""
        return Waiting(
            self.us + other.us, self.client + other.client, self.hold + other.hold, self.unknown + other.unknown
        )


def waiting(
    item: Item, now: dt.datetime, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Waiting:
    """Return how an item waited until now; in a period where one is given."""
    end = min(until or now, now)
    times = {"us": _NONE, "client": _NONE, "hold": _NONE, "unknown": _NONE}
    for span in item.spans:
        first, last = max(span.since, since or span.since), min(span.until or end, end)
        if last > first:
            times[span.side] += last - first
    return Waiting(**times)


@dataclass(frozen=True, slots=True)
class Waited:
    """How `n` items waited together; of `left_out` of them some time, `total.unknown`, is known to nobody."""

    n: int
    left_out: int
    total: Waiting


def waited(
    items: Iterable[Item], now: dt.datetime, first: dt.date | None = None, last: dt.date | None = None
) -> Waited:
    """Return how items waited from the first until the end of the last day, in Warsaw; None: from ever, until now."""
    since = _midnight(first) if first else None
    until = _midnight(last + dt.timedelta(days=1)) if last else None
    each = [found for i in items if (found := waiting(i, now, since, until)) != Waiting()]
    return Waited(len(each), sum(found.unknown > _NONE for found in each), sum(each, Waiting()))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), WARSAW).astimezone(dt.UTC)
