"""Nobody overwrites anybody unawares: whoever saw what stands no more is told so, and what happened since."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.ground import moments
from core.ground.messages import Message
from core.migration.event import NO_CONFLICT, Event
from core.migration.migration import Migration, Origin
from core.store.rows import load


class ConflictError(Exception):
    """Somebody else was quicker. `now`: what stands; `since`: what happened after what the user saw."""

    def __init__(self, now: Migration | None, since: Sequence[Event]) -> None:
        self.now = now
        self.since = tuple(since)
        super().__init__(f"migration {now.id if now else '?'} has changed: {len(self.since)} events")

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process makes the same of: by itself it would make it of its text."""
        return type(self), (self.now, self.since)

    @property
    def message(self) -> Message:
        """What to tell whoever was slower."""
        return Message("deed.meanwhile", count=len(self.since))


class ReplacedError(ConflictError):
    """The whole database is another one since: restored `at` a moment, None where nobody wrote down when.

    `now` is the same migration as it stands there, None where it is not there.
    """

    def __init__(self, at: dt.datetime | None, now: Migration | None = None) -> None:
        super().__init__(now, ())
        self.at = at

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process makes the same of."""
        return type(self), (self.at, self.now)

    @property
    def message(self) -> Message:
        """What to tell whoever saw the database that was there before."""
        return replaced(self.at)


def replaced(at: dt.datetime | None) -> Message:
    """Return what to tell of a database that was restored at a moment, None where nobody wrote down when."""
    return Message("store.replaced") if at is None else Message("store.restored_at", {"at": moments.moment(at)})


def refuse_other_epoch(connection: sa.Connection, id: int, origin: Origin) -> None:
    """Raise ReplacedError where a migration was seen in another life of the database."""
    now = epochs.read(connection)
    if now.name != origin.epoch:
        there = next(iter(load(connection, [id])), None)
        raise ReplacedError(now.restored_at, there if there is not None and there.token == origin.token else None)


def since(history: Sequence[Event], seen: int | None, domains: Mapping[str, int], *, all_domains: bool) -> list[Event]:
    """Return the events of a history that came after the versions somebody saw."""
    later: list[Event] = []
    versions: dict[str | None, int] = {}
    wanted: dict[str | None, int] = {} if seen is None else {None: seen}
    wanted.update(domains)
    for happened in history:
        if happened.kind in NO_CONFLICT:
            continue
        if happened.kind == "undone":
            versions.update({name: versions.get(name, 0) + 1 for name in happened.new["domains"]})
        versions[happened.domain] = versions.get(happened.domain, 0) + 1
        unseen = 0 if all_domains and happened.domain is not None else None
        known = wanted.get(happened.domain, unseen)
        if known is not None and versions[happened.domain] > known:
            later.append(happened)
        if happened.kind == "renamed":
            versions[str(happened.new["name"])] = versions[happened.domain]
    return later
