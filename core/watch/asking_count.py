"""What a process that asks resolvers knows of those who ask beside it, and what part of every rate it may use: pure.

Each of them keeps a row, its beat, which is another after every renewal. At no moment may their parts together be more
than all of them have. So:

- Somebody new uses nothing until every other's beat has changed since: whoever has renewed has counted the new one.
- A part holds for a `life` by the process's own clock. A beat that has not changed for longer than that, by the clock
  of whoever looks, is that of somebody whose part is over, and is forgotten. So no two clocks are ever compared: they
  may be wrong, be put forward or back.
- A part that gets smaller does so before the transaction ends that makes others believe it.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.dns.asking.server_rate import UNSEEN

COUNTED = 0.9
"""The part of every resolver's rate that those who are counted have together."""
UNCOUNTED = 0.1
"""The part of somebody who cannot be counted, as there is no database, or none that opens: left free by the others."""
LIFE = 6.0
"""Seconds for which a part holds that is not renewed."""

_DOUBT = 1.25
"""Lives without a new beat after which somebody is forgotten: clocks need not run equally fast."""
_LASTS = UNSEEN + 0.5
"""Seconds for which a part that got smaller stays so, at least: else an engine might not notice (`server_rate`)."""

Beats = Mapping[str, dt.datetime]
"""By id what stands in everybody's row. Not what it says is read of it, only that it has changed."""


class Turn(NamedTuple):
    """What a renewal brings once it is committed: whom it forgets, the new part, and until when that holds."""

    forgotten: frozenset[str]
    part: float
    until: float


@dataclass(slots=True)
class Count:
    """One process's. Times are seconds of its own clock, which only runs forward, also while the machine sleeps.

    `asked_at`: since when it wants to ask.
    """

    id: str
    asked_at: float
    life: float = LIFE
    registered: bool = False
    _part: float = 0.0
    _until: float = -math.inf
    _lowered: float = -math.inf
    _patient_until: float = -math.inf
    _alone_from: float = field(init=False)
    _unaware: dict[str, dt.datetime] = field(default_factory=dict)
    _seen: dict[str, tuple[dt.datetime, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._alone_from = self.asked_at + self.life

    def part(self, now: float) -> float:
        """Return the part that it may use now; for use in any thread."""
        if now < self._until:
            return self._part
        return UNCOUNTED if now >= self._alone_from else 0.0

    @property
    def waits(self) -> bool:
        """Whether others have still to notice that it is there."""
        return not self.registered or bool(self._unaware)

    def counted(self, beats: Beats, began: float, now: float) -> Turn:
        """Return what the renewal that finds these beats will bring; to be called before it is committed.

        `began`: when it did, before it waited for anything; `now`: after the beats were read.
        """
        if self.registered and self.id not in beats:
            # Others have taken it for dead, or the database is another one: then some may not stand in it yet.
            self.registered, self._patient_until = False, now + self.life
            self._lower(0.0, now)
        others = {id: beat for id, beat in beats.items() if id != self.id}
        forgotten = self._forgotten(others, began, now)
        living = {id: beat for id, beat in others.items() if id not in forgotten}
        if not self.registered:
            self._unaware = living
        else:
            self._unaware = {id: beat for id, beat in self._unaware.items() if living.get(id) == beat}
        fair = COUNTED / (len(living) + 1)
        self._lower(fair, now)
        if self._unaware or now < self._patient_until:
            fair = 0.0
        elif now < self._lowered + _LASTS:
            fair = min(fair, self._part)
        return Turn(forgotten, fair, began + self.life)

    def committed(self, turn: Turn) -> None:
        """Take what a renewal has brought, now that it is committed."""
        self.registered = True
        # From now on a part is had from the database or not at all.
        self._alone_from = math.inf
        # In this order: whoever reads in between sees what is over sooner.
        self._part = turn.part
        self._until = turn.until

    def unreachable(self, now: float) -> None:
        """Note that the database could not be reached: who was never counted goes on without it."""
        if self._alone_from != math.inf:
            self._alone_from = min(self._alone_from, now)

    def _lower(self, part: float, now: float) -> None:
        if part < self._part:
            self._part, self._lowered = part, now

    def _forgotten(self, others: Beats, began: float, now: float) -> frozenset[str]:
        before = self._seen
        self._seen = {
            id: before[id] if id in before and before[id][0] == beat else (beat, now) for id, beat in others.items()
        }
        return frozenset(id for id, (_, since) in self._seen.items() if began - since >= self.life * _DOUBT)
