"""A watch: a name that is looked at by itself, as it stands."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.watch.sight import Sight

Phase = Literal["planned", "eve", "switching", "expiring", "after", "ended"]
"""Before the day; on its eve; from the agreed hour or the first sign until all servers of the parent refer to the new
ones; while caches expire; when everybody sees it; over."""

End = Literal["", "over", "closed", "cancelled", "withdrawn", "not_everywhere", "by_hand"]
"""Why a watch has ended; "" while it goes on."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch as it stands; moments in UTC.

    `name` is ASCII, `display` as people write it. `migration_id` None: it stands alone. `form`: what was told of the
    change, the texts of `core.dns.asked.FIELDS`. `planned_at`: the agreed moment, a day's midnight in Warsaw where no
    hour was agreed. `next_at` None: it has ended. `looked_at`: when the last round that brought an answer began;
    `blind_since`: since when none has. `sight`: what the last round said. `marks`: what has come true, by kind of
    transition: how often ("n"), when last ("at"), whether it holds still ("on"), when told ("told"), how often seen
    without being told yet ("once") and whether not at the last look ("good"). `acknowledged`: who has taken
    note ("by"), when ("at"), and of what ("kinds"; without it, of all that is wrong until nothing is).
    """

    id: int
    name: str
    display: str
    migration_id: int | None
    begun_by: str
    begun_at: dt.datetime
    form: Mapping[str, str]
    planned_at: dt.datetime | None
    phase: Phase
    phase_since: dt.datetime
    next_at: dt.datetime | None
    looked_at: dt.datetime | None = None
    blind_since: dt.datetime | None = None
    rounds: int = 0
    sight: Sight | None = None
    marks: Mapping[str, Mapping[str, Any]] | None = None
    acknowledged: Mapping[str, str] | None = None
    ended_at: dt.datetime | None = None
    end: End = ""
    version: int = 0
