"""How long migrations waited on us, on the client, or on hold for neither."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.flow.history import Item
from core.flow.percentiles import ENOUGH, TooFew
from core.ground.moments import midnight

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
    """How `n` items waited together; of `left_out` of them some time, `total.unknown`, is known to nobody.

    `median`: what half of those whose whole time is known waited at most, for each side by itself.
    """

    n: int
    left_out: int
    total: Waiting
    median: Waiting | TooFew


def waited(
    items: Iterable[Item], now: dt.datetime, first: dt.date | None = None, last: dt.date | None = None
) -> Waited:
    """Return how items waited from the first until the end of the last day, in Warsaw; None: from ever, until now."""
    since = midnight(first) if first else None
    until = midnight(last + dt.timedelta(days=1)) if last else None
    each = [found for i in items if (found := waiting(i, now, since, until)) != Waiting()]
    known = [found for found in each if not found.unknown]
    left_out = len(each) - len(known)
    return Waited(len(each), left_out, sum(each, Waiting()), _median(known, left_out))


def _median(each: Sequence[Waiting], left_out: int) -> Waiting | TooFew:
    if len(each) < ENOUGH:
        return TooFew(len(each), left_out=left_out)
    middle = (len(each) - 1) // 2
    us, client, hold = (sorted(getattr(found, side) for found in each)[middle] for side in ("us", "client", "hold"))
    return Waiting(us, client, hold)
