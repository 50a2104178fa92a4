"""The texts that are stored, where each stands, and which of them look like a secret."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from core.database import portions
from core.database.tables import event, import_batch, migration
from core.database.transactions import reading
from core.ground.messages import Message
from core.ground.secrets import Suspicion, secret_column, suspicion
from core.migration.event import Event
from core.store.event_texts import texts_of
from core.store.rows import EVENT_COLUMNS
from core.store.store import Store

MARK = "[usunięte]"
"""What stands where a text was, in every language: it is data."""


def numbered(number: int | str) -> str:
    """Return what stands where the name of a column was: two that were blanked are still two."""
    return f"{MARK[:-1]} {number}]"


def is_blanked(text: str) -> bool:
    """Whether it is what stands where a text was."""
    return text.startswith(MARK[:-1]) and text.endswith("]")


class Spot(NamedTuple):
    """Where a text stands: the `number`-th of an event of a migration, or of what an import remembers of columns."""

    of: Literal["migration", "import"]
    id: int
    seq: int
    number: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text that somebody or a file brought. `field`: an id of ours; `header`: of a column that an import kept.

    `header` is "" where the text is the name of the column itself.
    """

    spot: Spot
    ref: str
    domain: str | None
    field: str
    header: str
    text: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Suspect:
    """Where something looks like a secret, and why, without it. `sure`: more than its shape says so."""

    spot: Spot
    ref: str
    domain: str | None
    field: str
    at: datetime
    actor: str
    reason: Message
    sure: bool


def named(field: str) -> Message:
    """Return what a field is called, as `Text` and `Suspect` have it."""
    if field in ("extra", "column"):
        return Message(f"blank.{field}")
    # A quote's package is the one that is left; a migration's is the one that it leads to.
    return Message("field.target" if field == "package" else f"field.{field}")


def texts(store: Store, migration_id: int) -> list[Text]:
    """Return the texts of a migration, each once, the last first."""
    with reading(store.engine) as connection:
        ref = connection.execute(sa.select(migration.c.ref).where(migration.c.id == migration_id)).scalar() or ""
        found: dict[tuple[str, str], Text] = {}
        for spot, happened, field, header, text in _of_events(connection, migration_id):
            if text and not is_blanked(text):
                told = Text(spot, ref, happened.domain, field, header, text, happened.recorded_at, happened.actor)
                # The place where it was said last is the one that people know.
                found.pop((field, text), None)
                found[field, text] = told
    return list(found.values())[::-1]


def suspects(store: Store, migration_id: int | None = None) -> list[Suspect]:
    """Return what among all that is stored looks like a secret, each text of a migration once, without it."""
    found: list[Suspect] = []
    with reading(store.engine) as connection:
        refs = {row.id: row.ref for row in connection.execute(sa.select(migration.c.id, migration.c.ref))}
        seen: set[tuple[int, str]] = set()
        for spot, happened, field, header, text in _of_events(connection, migration_id):
            why = _suspected(text, header)
            if why is None or (spot.id, text) in seen:
                continue
            seen.add((spot.id, text))
            ref, at, by = refs.get(spot.id, ""), happened.recorded_at, happened.actor
            found.append(Suspect(spot, ref, happened.domain, field, at, by, why.reason, why.sure))
        if migration_id is None:
            found += _of_imports(connection, {text for _, text in seen})
    return found


def _of_events(connection: sa.Connection, migration_id: int | None) -> Iterator[tuple[Spot, Event, str, str, str]]:
    """Yield every text with where it stands, its event, its field and the header of its column."""
    for _, of, seq, happened in all_events(connection, migration_id):
        for number, (field, header, text) in enumerate(texts_of(happened)):
            yield Spot("migration", of, seq, number), happened, field, header, text


def _suspected(text: str, header: str) -> Suspicion | None:
    if header and text and not is_blanked(text) and secret_column(header, [text]):
        return Suspicion(Message("secret.column"))
    return next(filter(None, (suspicion(part, header) for part in text.split("\n\n"))), None)


def _of_imports(connection: sa.Connection, known: set[str]) -> Iterator[Suspect]:
    """Yield what an import remembers of columns and statuses, where no event holds it."""
    query = sa.select(import_batch.c.id, import_batch.c.mapping, import_batch.c.applied_at, import_batch.c.actor)
    for id, mapping, at, actor in connection.execute(query.order_by(import_batch.c.id)):
        for number, (field, text) in enumerate(_remembered(mapping)):
            why = suspicion(text)
            if why and text not in known:
                known.add(text)
                yield Suspect(Spot("import", id, 0, number), "", None, field, at, actor, why.reason, why.sure)


def all_events(connection: sa.Connection, migration_id: int | None = None) -> Iterator[tuple[int, int, int, Event]]:
    """Yield every event with its own id, its migration's, and its number there."""
    query = (
        sa.select(event.c.id, event.c.seq, *EVENT_COLUMNS)
        .order_by(event.c.migration_id, event.c.seq)
        .execution_options(yield_per=portions.SIZE)
    )
    if migration_id is not None:
        query = query.where(event.c.migration_id == migration_id)
    for id, seq, of, *values in connection.execute(query):
        yield id, of, seq, Event(*values)


def headers(mapping: Mapping[str, Any]) -> list[str]:
    """Return the names of columns that an import remembers."""
    return [*mapping["columns"], *mapping["excluded"]]


def _remembered(mapping: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the texts that an import remembers, each with what it is: names of columns, and statuses of theirs."""
    return [*(("column", name) for name in headers(mapping)), *(("status", s) for s in mapping.get("statuses", {}))]


def text_at(connection: sa.Connection, spot: Spot) -> str:
    """Return the text at a spot; "" where there is none."""
    if spot.of == "import":
        mapping = connection.execute(sa.select(import_batch.c.mapping).where(import_batch.c.id == spot.id)).scalar()
        there = [text for _, text in _remembered(mapping)] if mapping else []
    else:
        there = [text for here, _, _, _, text in _of_events(connection, spot.id) if here.seq == spot.seq]
    return there[spot.number] if 0 <= spot.number < len(there) else ""
