"""When: what to lower by which hour, and by when the last cache is new."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a switch. Moments are UTC, TTLs seconds; None: cannot be known.

    `switch`: the agreed moment, or the earliest that is sensible. `highest`: the longest TTL of today that delays, by
    what (`of`: "NS", "www A"). `lower_by`: when TTLs must have been lowered at the latest so that it counts.
    `edited_first`: the end of the old data where the old zone gets the new records at the switch; `untouched`: where it
    does not. `delegation_until`: how long the old delegation may be kept, and the old name servers are needed.
    """

    switch: dt.datetime
    agreed: bool
    highest: int | None = None
    of: str = ""
    lower_by: dt.datetime | None = None
    edited_first: dt.datetime | None = None
    untouched: dt.datetime | None = None
    delegation_until: dt.datetime | None = None
