"""What has come true of a watch since it was last looked at: pure, from what stands, what was seen, and now."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "began",
    "published",
    "server_wrong",
    "servers_right",
    "propagated",
    "past_usual",
    "past_latest",
    "old_again",
    "new_again",
    "switched_back",
    "certificate",
    "certificate_good",
    "mail_silent",
    "mail_answers",
    "blind",
    "sees_again",
    "lower_ttls",
    "look_stale",
    "unconfirmed_switch",
    "not_everywhere",
]


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that has come true: `at` is when it was seen (UTC), `since` since when it is so, None where unknown.

    `which`: the how manieth of its kind, from 1. `gap`: since when nobody had looked before, where that was longer than
    it should have been: it may have happened at any time since. `details`: plain JSON, what there is to say.
    """

    kind: Kind
    at: dt.datetime
    since: dt.datetime | None = None
    which: int = 1
    gap: dt.datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from all others of its watch."""
        return f"{self.kind}.{self.which}"
