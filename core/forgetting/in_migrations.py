"""A person in migrations: their own, which go whole, and what others' say of them, which is blanked."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from core.database import portions
from core.database.tables import domain, migration, quote
from core.forgetting.asked import Asked
from core.forgetting.found import Evidence, Found, Order
from core.migration.event import Event
from core.store import blanking
from core.store.erasing import erase_rows, quotes_of, record_erasure
from core.store.event_texts import Each, mapped, texts_of
from core.store.stored_texts import MARK, all_events, is_blanked, numbered

_NAMES = frozenset(("client", "contact_name"))
"""Fields that are somebody's whole name."""
_REACHED = frozenset(("client", "contact_name", "contact_phone"))
"""Fields of the client: what of them is sure makes a name that resembles theirs sure, too."""


@dataclass(slots=True)
class _Of:
    """What was found of a migration: texts with whether they are sure, and names of its domains."""

    texts: dict[Evidence, bool] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)


def find(connection: sa.Connection, asked: Asked) -> Iterator[Found]:
    """Yield the person's migrations, and texts about them in others'."""
    of: dict[int, _Of] = {}
    for _, id, _, happened in all_events(connection):
        here = of.setdefault(id, _Of())
        here.names |= dict.fromkeys(_names(happened))
        for name, header, text in texts_of(happened):
            evidence = Evidence(name, text, header)
            if text and evidence not in here.texts and not is_blanked(text):
                marks = asked.marks(text, name=name in _NAMES)
                if marks:
                    here.texts[evidence] = any(mark.sure for mark in marks)
    active: dict[int, list[str]] = {}
    named = sa.select(domain.c.migration_id, domain.c.name).where(~domain.c.withdrawn).order_by(domain.c.id)
    for id, name in connection.execute(named):
        active.setdefault(id, []).append(name)
    columns = ("id", "ref", "client", "token", "seq")
    rows = connection.execute(sa.select(*(migration.c[name] for name in columns)).order_by(migration.c.id))
    for row in rows:
        yield from _of_one(connection, asked, row, of.get(row.id, _Of()), active.get(row.id, []))


def _names(happened: Event) -> Iterator[str]:
    """Yield the names of domains in an event."""
    if happened.domain is not None:
        yield happened.domain
    if happened.kind in ("domain_added", "renamed"):
        yield from (str(happened.new[key]) for key in ("name", "display") if happened.new.get(key))


def _of_one(
    connection: sa.Connection, asked: Asked, row: sa.Row[tuple[object, ...]], here: _Of, active: list[str]
) -> Iterator[Found]:
    client = asked.marks(row.client, name=True) if not is_blanked(row.client) else ()
    domains = {name: asked.sure(name) for name in here.names if asked.marks(name)}
    owned = bool(active) and all(domains.get(name) for name in active)
    reached = any(sure and evidence.field in _REACHED for evidence, sure in here.texts.items())
    sure = any(mark.sure for mark in client) or owned or (bool(client) and reached)
    by_ref = asked.marks(row.ref, name=True)
    if client or domains or by_ref:
        told = [Evidence("client", row.client)] if client else []
        told += [Evidence("domain", name) for name in domains]
        told += [Evidence("ref", row.ref)] if by_ref else []
        told += [evidence for evidence in here.texts if evidence not in told] if sure else []
        along = _along(connection, row.id)
        state = (row.token, row.seq, *along.values())
        yield Found("migration", row.id, row.ref, True, sure, tuple(told), tuple(along), state)
    if sure:
        return
    for evidence, certain in here.texts.items():
        if (evidence.field, evidence.text) != ("client", row.client) or certain:
            yield Found("migration", row.id, row.ref, False, certain, (evidence,))


def _along(connection: sa.Connection, id: int) -> dict[str, int]:
    """Return the numbers of the quotes that go with a migration, with their versions."""
    ids = quotes_of(connection, [id])
    columns = sa.select(quote.c.number, quote.c.version).where(quote.c.id.in_(ids)).order_by(quote.c.id)
    return {row.number: row.version for row in connection.execute(columns)} if ids else {}


# -- going


def erase(connection: sa.Connection, asked: Asked, order: Order) -> None:
    """Erase whole migrations with their quotes, and blank the texts in others."""
    ids = [one.id for one in order.found if one.whole]
    erase_rows(connection, ids, order.act.now, order.act.person.id, order.reason)
    texts: dict[int, dict[Evidence, None]] = {}
    for one in order.found:
        if not one.whole and one.id not in ids:
            texts.setdefault(one.id, {}).update(dict.fromkeys(one.evidence))
    if texts:
        _blank(connection, asked, order, texts)


def _blank(connection: sa.Connection, asked: Asked, order: Order, texts: dict[int, dict[Evidence, None]]) -> None:
    last = blanking.next_number(connection)
    without = {id: _without(asked, of_one, last) for id, of_one in texts.items()}
    changed: dict[int, Event] = {}
    for some in portions.of([*texts]):
        for of in some:
            for id, _, _, happened in all_events(connection, of):
                now = mapped(happened, without[of])
                if now != happened:
                    changed[id] = now
    act = order.act
    erasure_id = record_erasure(
        connection, act.now, act.person.id, order.reason, len(texts), len(changed), kind="blanked"
    )
    blanking.write_blanked(connection, changed, [*texts], erasure_id)


def _without(asked: Asked, texts: dict[Evidence, None], number: int) -> Each:
    columns = [evidence.text for evidence in texts if evidence.field == "column"]

    def each(name: str, header: str, held: str) -> str:
        if Evidence(name, held, header) not in texts:
            return held
        # Two columns that were blanked are still two.
        return numbered(f"{number}.{columns.index(held) + 1}") if name == "column" else asked.without(held, MARK)

    return each
