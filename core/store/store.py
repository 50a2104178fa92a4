"""The only module that writes migrations: events and what stands after them, together or not at all.

Whoever changes something says which version they saw. What they decide is decided again on what stands now, under a
lock, and refused where that is not what they saw: two people never overwrite each other unawares.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from secrets import token_hex
from threading import Lock
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import Erasure, check_item, domain, erasure, event, import_batch, import_row, migration, note
from core.database.transactions import reading, writing
from core.ground import moments
from core.ground.bounds import bounded
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.ground.validation import one_line
from core.migration.domains import twins
from core.migration.migration import (
    BESIDE_THE_WAY,
    FIELDS,
    FIELDS_OF_THE_WAY,
    NO_CONFLICT,
    Domain,
    Done,
    Event,
    ImpossibleEventError,
    Kind,
    Migration,
    Note,
    Origin,
    after,
    iso,
    moment,
    rebuild,
)
from core.migration.moves import Act, register
from core.migration.moves import note as write_note
from core.migration.people import require
from core.store.erasing import erase_quotes_of

Decide = Callable[[Migration], Sequence[Event]]


Mark = tuple[int | str, ...]
"""Which state of all migrations it is; its last part is the epoch."""


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


@dataclass(frozen=True, slots=True)
class Written:
    """A migration after a change, and the events of the change."""

    migration: Migration
    events: tuple[Event, ...]


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
        self, act: Act, values: Mapping[str, Any], domains: Mapping[str, Mapping[str, Any]], note: str = ""
    ) -> Written:
        """Take up a new migration, with a note or none; its ref is in `values`, else the next of our own (P-61).

        Raises InputError where something is wrong with it, or its ref is taken.
        """
        with writing(self.engine) as connection:
            alone(connection)
            return take_up(connection, act, values, domains, note)

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
            if connection.dialect.name == "postgresql":
                # Wait here for whoever is `alone`, not with a row locked that they wait for.
                connection.execute(sa.text("LOCK TABLE migration IN ROW EXCLUSIVE MODE"))
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
                raise ConflictError(before, _since(history, seen, domains or {}, all_domains=all_domains))
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
            if any(word in why.casefold() for m in load(connection, ids) for word in _personal(m)):
                raise InputError(FieldError("reason", "", Message("error.reason_names")))
            return erase_rows(connection, ids, act.now, act.person.id, why)

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


def refuse_other_epoch(connection: sa.Connection, id: int, origin: Origin) -> None:
    """Raise ReplacedError where a migration was seen in another life of the database."""
    now = epochs.read(connection)
    if now.name != origin.epoch:
        there = next(iter(load(connection, [id])), None)
        raise ReplacedError(now.restored_at, there if there is not None and there.token == origin.token else None)


# -- rows to migrations


def load(connection: sa.Connection, ids: Sequence[int] | None = None) -> list[Migration]:
    """Return migrations by id, all of them where None, the oldest first."""
    found: dict[int, Migration] = {}
    now = epochs.read(connection).name
    for row in connection.execute(_of(sa.select(migration).order_by(migration.c.id), migration.c.id, ids)).mappings():
        values = {name: row[name] for name in _MIGRATION_COLUMNS}
        found[row["id"]] = Migration(**values, entered=_moments(row["entered"]), id=row["id"], epoch=now)
    for row in connection.execute(_of(sa.select(domain).order_by(domain.c.id), domain.c.migration_id, ids)).mappings():
        values = {name: row[name] for name in _DOMAIN_COLUMNS}
        found[row["migration_id"]].domains[row["name"]] = Domain(**values, entered=_moments(row["entered"]))
    checks = _of(sa.select(check_item).order_by(check_item.c.id), check_item.c.migration_id, ids)
    for _, migration_id, name, item, done_at, actor, choice, detail in connection.execute(checks):
        m = found[migration_id]
        (m.domains[name] if name else m).checks[item] = Done(done_at, actor, choice, detail)
    notes = _of(sa.select(note).order_by(note.c.id), note.c.migration_id, ids)
    for _, migration_id, text, actor, written_at in connection.execute(notes):
        found[migration_id].notes.append(Note(text, actor, written_at))
    return list(found.values())


def untouched(connection: sa.Connection) -> bool:
    """Whether nobody has ever put anything into the database."""
    tables = (migration, erasure, import_batch)
    return not any(connection.execute(sa.select(table.c.id).limit(1)).first() for table in tables)


def load_events(
    connection: sa.Connection, ids: Sequence[int] | None = None, which: sa.ColumnElement[bool] | None = None
) -> dict[int, list[Event]]:
    """Return the events of migrations by id, all of them where None, each in order; `which`: only those events."""
    found: dict[int, list[Event]] = {}
    query = _of(sa.select(*EVENT_COLUMNS).order_by(event.c.migration_id, event.c.seq), event.c.migration_id, ids)
    if which is not None:
        query = query.where(which)
    for id, *values in connection.execute(query):
        found.setdefault(id, []).append(Event(*values))
    return found


_MIGRATION_COLUMNS = (
    "ref",
    *FIELDS,
    "stage",
    "waiting_on",
    "hold",
    "held",
    "cancelled",
    "sample",
    "token",
    "import_key",
    "edited",
    "version",
    "seq",
)
_DOMAIN_COLUMNS = (
    "name",
    "display",
    "mailboxes",
    "websites",
    "old_ns",
    "new_ns",
    "old_addresses",
    "new_addresses",
    "extra",
    "step",
    "withdrawn",
    "test_unrecorded",
    "edited",
    "version",
)
EVENT_COLUMNS = (
    event.c.migration_id,
    event.c.kind,
    event.c.actor,
    event.c.recorded_at,
    event.c.occurred_at,
    event.c.domain,
    event.c.item,
    event.c.old,
    event.c.new,
    event.c.reason,
    event.c.forced,
    event.c.batch_id,
)


def _of(query: sa.Select[Any], column: sa.Column[Any], ids: Sequence[int] | None) -> sa.Select[Any]:
    return query if ids is None else query.where(column.in_(ids))


def _moments(entered: Mapping[str, str | None]) -> dict[str, dt.datetime | None]:
    return {stage: moment(at) for stage, at in entered.items()}


# -- migrations to rows


def alone(connection: sa.Connection) -> None:
    """Let nobody else add or change migrations until the transaction ends; on SQLite nobody can anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE"))


def next_refs(connection: sa.Connection, count: int, taken: Iterable[str] = ()) -> list[str]:
    """Return refs of our own for new migrations; a number that was used does not come back, erased or not."""
    first = _highest_ref(connection, taken) + 1
    return [f"P-{number}" for number in range(first, first + count)]


_OWN_REF = re.compile(r"P-([0-9]{1,9})")


def _highest_ref(connection: sa.Connection, taken: Iterable[str] = ()) -> int:
    erased = connection.execute(sa.select(sa.func.coalesce(sa.func.max(erasure.c.highest_ref), 0))).scalar_one()
    refs = [*connection.execute(sa.select(migration.c.ref).where(migration.c.ref.like("P-%"))).scalars(), *taken]
    return max([int(erased), *(int(own[1]) for ref in refs if (own := _OWN_REF.fullmatch(ref)))])


def write_new(
    connection: sa.Connection, made: Sequence[tuple[Migration, Sequence[Event]]], stamp: Mapping[str, Any] | None = None
) -> None:
    """Write new migrations with their events, and give them their ids; `stamp`: what an import puts on its events."""
    if not made:
        return
    for m, events in made:
        m.token = token_hex(4)
        events[0].new["token"] = m.token
    insert = sa.insert(migration).returning(migration.c.id, sort_by_parameter_order=True)
    ids = connection.execute(insert, [migration_row(m) for m, _ in made]).scalars().all()
    now = epochs.read(connection).name
    for id, (m, _) in zip(ids, made, strict=True):
        m.id, m.epoch = id, now
    _insert(connection, domain, [domain_row(m, d) for m, _ in made for d in m.domains.values()])
    _insert(connection, check_item, [row for m, _ in made for row in check_rows(m)])
    _insert(connection, note, [note_row(m, n) for m, _ in made for n in m.notes])
    _insert(connection, event, [row for m, events in made for row in _event_rows(m, 0, events, stamp)])


def take_up(
    connection: sa.Connection,
    act: Act,
    values: Mapping[str, Any],
    domains: Mapping[str, Mapping[str, Any]],
    note: str = "",
) -> Written:
    """Take up a new migration in a transaction that is `alone`; raises what `Store.register` raises."""
    given = {name: value for name, value in values.items() if name != "ref"}
    ref = str(values.get("ref") or "") or next_refs(connection, 1)[0]
    events = register(act, ref, given, domains)
    made = rebuild(events)
    if note:
        noted = write_note(made, act, note)
        events, made = (*events, *noted), after(made, noted)
    if connection.execute(sa.select(migration.c.id).where(migration.c.ref == made.ref)).first():
        raise InputError(FieldError("ref", ref, Message("error.ref_taken")))
    only_here(connection, Migration(), made)
    write_new(connection, [(made, events)])
    return Written(made, events)


def write_decided(connection: sa.Connection, before: Migration, decide: Decide) -> Written:
    """Write what is decided of a migration that nobody else can change until the transaction ends."""
    events = tuple(decide(before))
    if any(happened.batch is not None for happened in events):
        raise ImpossibleEventError("only an import brings events of an import")
    changed = after(before, events)
    only_here(connection, before, changed)
    if events:
        write_changed(connection, [(before, changed, events)])
    return Written(changed, events)


def write_changed(
    connection: sa.Connection,
    changes: Sequence[tuple[Migration, Migration, Sequence[Event]]],
    stamp: Mapping[str, Any] | None = None,
) -> None:
    """Write migrations as they are after some events; raises ConflictError where one is not as it was before them."""
    new_domains, checked, notes, events = [], [], [], []
    for before, now, happened in changes:
        _replace(connection, before, migration, migration.c.id == before.id, before.version, migration_row(now))
        earlier = {str(e.new["name"]): str(e.domain) for e in happened if e.kind == "renamed"}
        kept = set()
        for name, d in now.domains.items():
            was = before.domains.get(earlier.get(name, name))
            if was is None:
                new_domains.append(domain_row(now, d))
                continue
            kept.add(was.name)
            if was.version != d.version:
                here = sa.and_(domain.c.migration_id == before.id, domain.c.name == was.name)
                _replace(connection, before, domain, here, was.version, domain_row(now, d))
        for gone in before.domains.keys() - kept:
            connection.execute(sa.delete(domain).where(domain.c.migration_id == before.id, domain.c.name == gone))
        if check_rows(before) != check_rows(now):
            checked.append(now)
        first = len(before.notes)
        if len(now.notes) < first:
            connection.execute(sa.delete(note).where(note.c.migration_id == before.id))
            first = 0
        notes += [note_row(now, written) for written in now.notes[first:]]
        events += _event_rows(now, before.seq, happened, stamp)
    _insert(connection, domain, new_domains)
    if checked:
        ids = [m.id for m in checked]
        for start in range(0, len(ids), 500):
            connection.execute(sa.delete(check_item).where(check_item.c.migration_id.in_(ids[start : start + 500])))
        _insert(connection, check_item, [row for m in checked for row in check_rows(m)])
    _insert(connection, note, notes)
    _insert(connection, event, events)


def write_batch(connection: sa.Connection, values: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write down an import and what became of its rows; return its id."""
    id = connection.execute(sa.insert(import_batch).returning(import_batch.c.id), [dict(values)]).scalar_one()
    left = iter(rows)
    while some := [{"batch_id": id, **row} for row in islice(left, 1_000)]:
        _insert(connection, import_row, some)
    return int(id)


def _insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _replace(
    connection: sa.Connection,
    before: Migration,
    table: sa.Table,
    here: sa.ColumnElement[bool],
    version: int,
    row: Mapping[str, Any],
) -> None:
    found = connection.execute(sa.update(table).where(here, table.c.version == version).values(row))
    if found.rowcount != 1:
        raise ConflictError(before, ())


def migration_row(m: Migration) -> dict[str, Any]:
    """Return the row of a migration, without its id."""
    row = {name: getattr(m, name) for name in _MIGRATION_COLUMNS}
    row["entered"] = {stage: iso(at) for stage, at in m.entered.items()}
    return row


def domain_row(m: Migration, d: Domain) -> dict[str, Any]:
    """Return the row of a domain of a migration, without its id."""
    row = {name: getattr(d, name) for name in _DOMAIN_COLUMNS}
    row["entered"] = {step: iso(at) for step, at in d.entered.items()}
    return row | {
        "migration_id": m.id,
        "tested_at": d.tested_at,
        "dns_switched_at": d.dns_switched_at,
        "visible_at": d.visible_at,
    }


def check_rows(m: Migration) -> list[dict[str, Any]]:
    """Return the rows of the checks of a migration and its domains, without their ids."""
    subjects: list[Migration | Domain] = [m, *m.domains.values()]
    return [
        {
            "migration_id": m.id,
            "domain": subject.name if isinstance(subject, Domain) else None,
            "item": item,
            "done_at": done.at,
            "actor": done.actor,
            "choice": done.choice,
            "detail": done.detail,
        }
        for subject in subjects
        for item, done in subject.checks.items()
    ]


def note_row(m: Migration, written: Note) -> dict[str, Any]:
    """Return the row of a note, without its id."""
    return {"migration_id": m.id, "text": written.text, "actor": written.actor, "written_at": written.at}


def _event_rows(
    m: Migration, before: int, events: Sequence[Event], stamp: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    return [
        {
            "migration_id": m.id,
            "seq": seq,
            "domain": e.domain,
            "kind": e.kind,
            "item": e.item,
            "old": e.old,
            "new": e.new,
            "actor": e.actor,
            "reason": e.reason,
            "forced": e.forced,
            "occurred_at": e.occurred_at,
            "recorded_at": e.recorded_at,
            "batch_id": e.batch,
            **(stamp or {}),
        }
        for seq, e in enumerate(events, start=before + 1)
    ]


def _since(history: Sequence[Event], seen: int | None, domains: Mapping[str, int], *, all_domains: bool) -> list[Event]:
    """Return the events of a history that came after the versions somebody saw."""
    since: list[Event] = []
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
            since.append(happened)
        if happened.kind == "renamed":
            versions[str(happened.new["name"])] = versions[happened.domain]
    return since


def only_here(connection: sa.Connection, before: Migration, now: Migration) -> None:
    """Raise InputError where a domain begins to be moved that another migration is moving already."""
    were = {d.name for d in before.active} if before.open else set()
    new = [d for d in now.active if now.open and d.name not in were]
    if not new:
        return
    # With its www or without it is one domain.
    names = {name for d in new for name in (d.name, *twins(d.name))}
    query = (
        sa.select(domain.c.display, migration.c.ref)
        .join(migration, migration.c.id == domain.c.migration_id)
        .where(domain.c.name.in_(names), ~domain.c.withdrawn, migration.c.ref != now.ref)
        .where(migration.c.stage != "closed", migration.c.cancelled.is_(sa.null()))
    )
    for display, ref in connection.execute(query):
        raise InputError(FieldError("domain", display, Message("error.domain_elsewhere", {"ref": ref})))


def _personal(m: Migration) -> Iterable[str]:
    """Yield what tells whose migration it was."""
    names = (m.client, m.contact_name, m.contact_phone, *(n for d in m.domains.values() for n in (d.name, d.display)))
    return (name.casefold() for name in names if name)


def erase_rows(connection: sa.Connection, ids: Sequence[int], at: dt.datetime, actor: str, reason: str) -> int:
    """Erase migrations with all that is of them, their quotes too; return how many there were. One row says so."""
    # Some at a time: a database takes so many values in a statement and no more.
    parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
    there, events = 0, 0
    for some in parts:
        there += _count(connection, migration, migration.c.id.in_(some))
        events += _count(connection, event, event.c.migration_id.in_(some))
    if not there:
        return 0
    erasure_id = record_erasure(connection, at, actor, reason, there, events)
    for some in parts:
        # Whoever is saving a quote for one of them is done, or finds it gone.
        connection.execute(sa.update(migration).where(migration.c.id.in_(some)).values(erasure_id=erasure_id))
        # What was offered is the client's too.
        erase_quotes_of(connection, some)
        for table in (event, check_item, note, domain):
            connection.execute(sa.delete(table).where(table.c.migration_id.in_(some)))
        connection.execute(sa.delete(migration).where(migration.c.id.in_(some)))
    return there


_AT_ONCE = 500


def _count(connection: sa.Connection, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(which)).scalar_one())


def record_erasure(
    connection: sa.Connection,
    at: dt.datetime,
    actor: str,
    reason: str,
    migrations: int,
    events: int,
    kind: Erasure = "erased",
) -> int:
    """Write down that something was erased or blanked, by whom, why and how much; return its id."""
    kept = {
        "erased_at": at,
        "actor": actor,
        "reason": reason,
        "migrations": migrations,
        "events": events,
        "highest_ref": _highest_ref(connection),
        "kind": kind,
    }
    return int(connection.execute(sa.insert(erasure).returning(erasure.c.id), [kept]).scalar_one())


def rewrite(connection: sa.Connection, m: Migration) -> None:
    """Write what stands of a migration anew, as its events tell it now that texts of theirs are others."""
    here = migration.c.id == m.id
    connection.execute(sa.update(migration).where(here).values(**migration_row(m), erasure_id=None))
    for d in m.domains.values():
        this = (domain.c.migration_id == m.id) & (domain.c.name == d.name)
        connection.execute(sa.update(domain).where(this).values(domain_row(m, d)))
    for table, rows in ((check_item, check_rows(m)), (note, [note_row(m, written) for written in m.notes])):
        connection.execute(sa.delete(table).where(table.c.migration_id == m.id))
        _insert(connection, table, rows)
