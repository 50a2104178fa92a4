"""Notices are written as watches ask for them: for the people they name, and for whoever is told of everything."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.migration.people import Team
from core.notices import outbox
from core.notices.quiet import Hours
from core.notices.recipients import recipients as reached


@dataclass(frozen=True)
class Notifying:
    """Writes notices. `team`: data/team.toml as it is now; `everybody`: as `recipients.for_everybody` gives."""

    team: Callable[[], Team]
    everybody: tuple[str, ...]

    def __call__(
        self,
        connection: sa.Connection,
        watch_id: int,
        transition_key: str,
        told: Mapping[str, Any],
        recipients: Iterable[str],
        urgent: bool,
        now: dt.datetime,
        quiet: Hours,
    ) -> int:
        """Write a notice for each of the people, and ways, in the caller's transaction; return how many were new."""
        to = reached(recipients, self.team(), self.everybody)
        return outbox.write(connection, watch_id, transition_key, told, to, urgent, now, quiet)
