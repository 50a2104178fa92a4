"""The migrations in a database, as everybody looks at them, changes and erases them.

Whoever changes something says which version they saw. What they decide is decided again on what stands now, under a
lock, and refused where that is not what they saw: two people never overwrite each other unawares.
"""

from collections.abc import Collection, Mapping, Sequence
from threading import Lock
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.sqlite_log import rewrite_file
from core.database.tables import erasure, event, migration
from core.database.transactions import reading, writing
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.ground.text_limits import bounded
from core.ground.validation import one_line
from core.migration.act import Act
from core.migration.event import BESIDE_THE_WAY, FIELDS_OF_THE_WAY, Event, Kind
from core.migration.migration import Migration, Origin
from core.migration.people import require
from core.store.changing import Decide, Written, take_up, write_decided
from core.store.conflicts import ConflictError, ReplacedError, refuse_other_epoch, replaced, since
from core.store.erasing import erase_rows, personal
from core.store.locks import alone, among_others
from core.store.rows import load, load_events, untouched

Mark = tuple[int | str, ...]
"""Which state of all migrations it is; its last part is the epoch."""


class Store:
    """The migrations in a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._kept: tuple[Mark, tuple[Migration, ...]] | None = None
        self._keeping = Lock()

    # -- looking

    def mark(self) -> Mark:
        """Return what is another after every change of any migration: cheap enough to ask every other second."""
        with reading(self.engine) as connection:
            return _mark(connection)

    def epoch(self) -> str:
        """Return which life of the database it is: another after a restore, whatever its numbers say."""
        with reading(self.engine) as connection:
            return epochs.read(connection).name

    def replaced_since(self, epoch: str) -> Message | None:
        """Return what to tell where the database is another one than in an epoch of it; None where it is the same."""
        with reading(self.engine) as connection:
            now = epochs.read(connection)
        return None if now.name == epoch else replaced(now.restored_at)

    def snapshot(self) -> tuple[Migration, ...]:
        """Return every migration, the oldest first, shared by all who look: nobody may change them.

        Read again only after a change, whoever made it.
        """
        with self._keeping:
            if self._kept is None or self._kept[0] != self.mark():
                with reading(self.engine) as connection:
                    self._kept = (_mark(connection), tuple(load(connection)))
            return self._kept[1]

    def all(self) -> list[Migration]:
        """Return every migration, the oldest first."""
        with reading(self.engine) as connection:
            return load(connection)

    def one(self, id: int) -> Migration | None:
        """Return a migration by its id; None where there is none."""
        with reading(self.engine) as connection:
            return next(iter(load(connection, [id])), None)

    def by_ref(self, ref: str) -> Migration | None:
        """Return a migration by its ref, as an address or somebody says it; None where there is none."""
        ref = one_line(ref)
        with reading(self.engine) as connection:
            id = connection.execute(sa.select(migration.c.id).where(migration.c.ref == ref)).scalar()
            return next(iter(load(connection, [id])), None) if id is not None else None

    def events(self, id: int) -> list[Event]:
        """Return everything that happened to a migration, in the order in which the desk heard of it."""
        with reading(self.engine) as connection:
            return load_events(connection, [id]).get(id, [])

    def told(self, id: int, kinds: Collection[Kind]) -> list[Event]:
        """Return what of some kinds happened to a migration, in the order in which the desk heard of it."""
        with reading(self.engine) as connection:
            return load_events(connection, [id], event.c.kind.in_(kinds)).get(id, [])

    def histories(self) -> dict[int, list[Event]]:
        """Return everything that happened, by migration."""
        with reading(self.engine) as connection:
            return load_events(connection)

    def ways(self, ids: Sequence[int] | None = None) -> dict[int, list[Event]]:
        """Return the events that tell how far migrations have come, by their ids, of all of them where None."""
        told = event.c.kind.not_in(BESIDE_THE_WAY) & ((event.c.kind != "set") | event.c.item.in_(FIELDS_OF_THE_WAY))
        with reading(self.engine) as connection:
            return load_events(connection, ids, told)

    def replaced(self, id: int, origin: Origin) -> "ReplacedError | None":
        """Return what a deed on a migration that was seen would be refused with, where the database is another one."""
        with reading(self.engine) as connection:
            try:
                refuse_other_epoch(connection, id, origin)
            except ReplacedError as error:
                return error
        return None

    def untouched(self) -> bool:
        """Whether nobody has ever put anything here."""
        with reading(self.engine) as connection:
            return untouched(connection)

    # -- changing

    def register(
        self,
        act: Act,
        values: Mapping[str, Any],
        domains: Mapping[str, Mapping[str, Any]],
        note: str = "",
        reasons: Mapping[str, str] = MappingProxyType({}),
    ) -> Written:
        """Take up a new migration, with a note or none; its ref is in `values`, else the next of our own (P-61).

        `reasons`: why of single fields, where that is asked.
        Raises InputError where something is wrong with it, or its ref is taken.
        """
        with writing(self.engine) as connection:
            alone(connection)
            return take_up(connection, act, values, domains, note, reasons)

    def change(
        self,
        id: int,
        decide: Decide,
        *,
        seen: int | None = None,
        domains: Mapping[str, int] | None = None,
        all_domains: bool = False,
        origin: Origin | None = None,
    ) -> Written:
        """Change a migration by the events that `decide` gives for what stands now.

        `seen` is the version of the migration that the user saw, `domains` those of its domains that are to be changed;
        `all_domains`: they are all that it had, so that one added since is a conflict too. `origin`: that of the
        migration that the user saw. Raises ConflictError where one of them is not the present one (ReplacedError where
        the whole database is another one), LookupError where the migration is gone, and what `decide` raises; then
        nothing is written.
        """
        with writing(self.engine) as connection:
            among_others(connection)
            if origin is not None:
                refuse_other_epoch(connection, id, origin)
            locked = sa.select(migration.c.id).where(migration.c.id == id).with_for_update()
            if connection.execute(locked).first() is None:
                raise LookupError(id)
            (before,) = load(connection, [id])
            compared = before.domains if all_domains else domains or {}
            versions = {name: before.domains[name].version for name in compared if name in before.domains}
            if (seen is not None and seen != before.version) or versions != dict(domains or {}):
                history = load_events(connection, [id])[id]
                raise ConflictError(before, since(history, seen, domains or {}, all_domains=all_domains))
            return write_decided(connection, before, decide)

    def erase(self, ids: Sequence[int], act: Act, reason: str, *, origins: Sequence[Origin] = ()) -> int:
        """Erase whole migrations with their events, by a manager, with a reason; return how many there were.

        What stays is when, who, why and how many. `origins`: those of the migrations as the user saw them, in the order
        of the ids; raises ReplacedError where the database is another one since.
        """
        require(act.person, "erase")
        why = one_line(bounded(reason, "reason", secret=True))
        if not why:
            raise InputError(FieldError("reason", "", Message("error.missing")))
        refuse_secrets("reason", why)
        with writing(self.engine) as connection:
            alone(connection)
            for id, origin in zip(ids, origins, strict=False):
                refuse_other_epoch(connection, id, origin)
            if any(word in why.casefold() for m in load(connection, ids) for word in personal(m)):
                raise InputError(FieldError("reason", "", Message("error.reason_names")))
            done = erase_rows(connection, ids, act.now, act.person.id, why)
        rewrite_file(self.engine)
        return done

    def erase_samples(self, act: Act) -> int:
        """Erase the sample migrations; return how many there were."""
        require(act.person, "erase")
        with writing(self.engine) as connection:
            alone(connection)
            ids = connection.execute(sa.select(migration.c.id).where(migration.c.sample)).scalars().all()
            return erase_rows(connection, ids, act.now, act.person.id, "samples")


def _mark(connection: sa.Connection) -> Mark:
    # Within an epoch every change makes a seq greater; an erasure that takes as much away is known by its own number.
    of_all = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(migration.c.seq), 0)).select_from(migration)
    erased = sa.select(sa.func.coalesce(sa.func.max(erasure.c.id), 0))
    counted = (*(int(n) for n in connection.execute(of_all).one()), connection.execute(erased).scalar_one())
    return (*counted, epochs.read(connection).name)
