"""A spreadsheet into the store: read, planned, then written in one transaction or not at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import import_batch, migration
from core.database.transactions import reading, writing
from core.ground.messages import Message
from core.ground.words import fold
from core.importing.planned import Outcome, Plan, Progress, Writing
from core.language import Language
from core.migration.act import Act
from core.migration.import_columns import header_key, suggest
from core.migration.people import require
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import mistakes_csv
from core.store.changing import write_batch, write_changed, write_new
from core.store.conflicts import replaced
from core.store.locks import alone
from core.store.refs import next_refs
from core.store.store import Store

_AT_ONCE = 500
"""Migrations written between two words about progress."""


class StalePlanError(Exception):
    """Something was changed after the plan was made; nothing was written. Plan anew and look again.

    `message`: what to tell where the whole database is another one since, else None.
    """

    def __init__(self, message: Message | None = None) -> None:
        self.message = message
        # Another process makes the same of what is handed on here.
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Applied:
    """An import that was written: its number, and how many rows came out how (rejected ones stayed out)."""

    batch: int
    counts: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the columns of a file are: as it was last applied to such a header (`known`), else as suggested.

    `excluded`: the columns that were left out then; `statuses`: what statuses of theirs are of ours, by their folded
    text. What was said of the cells of one file (their order of dates, that they hold no secrets) is asked of each.
    """

    mapping: dict[str, str | None]
    excluded: frozenset[str]
    known: bool
    statuses: Mapping[str, str] = field(default_factory=dict)


def remembered(store: Store, header: tuple[str, ...]) -> Remembered:
    """Return what is remembered of a header, whatever the order of its columns."""
    query = (
        sa.select(import_batch.c.mapping)
        .where(import_batch.c.header_key == header_key(header))
        .order_by(import_batch.c.id.desc())
        .limit(1)
    )
    with reading(store.engine) as connection:
        known = connection.execute(query).scalar()
    suggested = suggest(header)
    if known is None:
        return Remembered(suggested, frozenset(), known=False)
    columns = {fold(name): id for name, id in known["columns"].items()}
    mapping = {name: columns.get(fold(name), suggested[name]) for name in header}
    out = {fold(name) for name in known["excluded"]}
    excluded = frozenset(name for name in header if fold(name) in out)
    return Remembered(mapping, excluded, known=True, statuses=known.get("statuses", {}))


def apply(
    store: Store,
    plan: Plan,
    sheet: Sheet,
    data: bytes,
    said: Said,
    act: Act,
    *,
    progress: Progress = lambda share: None,
) -> Applied:
    """Write what a plan says: its new and changed rows, all of them or none.

    Whether rejected rows may stay out is for whoever calls to ask. `data`: the file, of which only the fingerprint is
    kept. Raises StalePlanError where the migrations are not what the plan was made for, or somebody else made it;
    InputError where the person may not import.
    """
    require(act.person, "work")
    if said.reason:
        require(act.person, "force")
    if act.person.id != plan.actor:
        raise StalePlanError
    counts = plan.counts
    with writing(store.engine) as connection:
        alone(connection)
        now = epochs.read(connection)
        if plan.epoch not in (None, now.name):
            raise StalePlanError(replaced(now.restored_at))
        seen = {row.id: row.seq for row in connection.execute(sa.select(migration.c.id, migration.c.seq))}
        if seen != dict(plan.seen):
            raise StalePlanError
        batch = write_batch(
            connection,
            {
                "sha256": hashlib.sha256(data).hexdigest(),
                "encoding": sheet.encoding,
                "delimiter": sheet.delimiter,
                "header_key": header_key(sheet.header),
                "mapping": {
                    "columns": said.columns,
                    "excluded": sorted(said.excluded),
                    "statuses": dict(said.statuses),
                },
                "counts": counts,
                "actor": act.person.id,
                "applied_at": act.now,
            },
            (
                {
                    "row": row.row,
                    "outcome": row.outcome,
                    "errors": [{"column": error.column, "reason": error.message.id} for error in row.errors],
                }
                for row in plan.rows
            ),
        )
        # The desk hears of it now, not when the preview was made.
        stamp = {"batch_id": batch, "recorded_at": act.now}
        # Some at a time: all that a long file writes would be many times the file.
        named = [w.now.ref for w in plan.writings if w.before is None]
        refs = iter(next_refs(connection, named.count(""), named))
        total = len(plan.writings) or 1
        for start in range(0, len(plan.writings), _AT_ONCE):
            some = plan.writings[start : start + _AT_ONCE]
            if any(event.forced for written in some for event in written.events):
                require(act.person, "force")
            new = [w for w in some if w.before is None]
            for written in new:
                if not written.now.ref:
                    _name(written, next(refs))
            write_new(connection, [(w.now, w.events) for w in new], stamp)
            write_changed(connection, [(w.before, w.now, w.events) for w in some if w.before is not None], stamp)
            progress(min(start + _AT_ONCE, total) / total)
    progress(1.0)
    return Applied(batch, {**counts})


def _name(written: Writing, ref: str) -> None:
    """Give a new migration its ref, in what stands and in the event that registers it."""
    written.now.ref = ref
    written.events[0].new["ref"] = ref


def errors_csv(plan: Plan, language: Language) -> bytes:
    """Return everything that is wrong as a table: row, column, value, reason. UTF-8 with a byte order mark."""
    return mistakes_csv(plan.errors, language)
