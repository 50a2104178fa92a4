"""A desk with a row in every table, all that is in it, and what goes wrong with it or its backup."""

import contextlib
import sqlite3

import pytest
import sqlalchemy as sa

from core.database.tables import (
    asker,
    base,
    import_batch,
    metadata,
    notice,
    subscription,
    subscription_domain,
    watch,
    watch_lease,
    watch_round,
)
from core.database.transactions import engine, engine_of, reading, writing
from core.datafiles import read_tariff
from core.desk.backup import backup
from core.ground.messages import InputError
from core.migration import moves
from core.quotes.store import Quotes
from core.store.changing import write_batch
from core.store.store import Store
from tests.conftest import EASY
from tests.migrations import MARIA, act
from tests.plain_rows import NOON, row
from tests.quotes import save


def fill(url):
    """Put a row into every table, as the desk does."""
    store = Store(engine(url))
    m = take_up(store, "M-1", "Żółw", "a.pl")
    store.change(m.id, lambda m: moves.check(m, act(), "server"))
    store.erase([take_up(store, "M-0", "Ala", "o.pl").id], act(MARIA), "na prośbę")
    with writing(engine(url)) as connection:
        mapping = {"columns": {"klient": "client"}, "excluded": []}
        batch = row(import_batch, mapping=mapping, counts={"new": 1}, actor="anna")
        write_batch(connection, batch, [{"row": 1, "outcome": "new", "errors": []}])
        # As core.quotes.subscription_base keeps one.
        connection.execute(base.insert(), row(base, id=1, actor="maria"))

        connection.execute(subscription.insert(), row(subscription, id=1, base_id=1))
        connection.execute(subscription_domain.insert(), {"subscription_id": 1, "name": "a.pl"})
        # As a watch is begun, looked at and told of, by a process of the desk.
        watched = row(watch, id=1, name="a.pl", migration_id=m.id, phase="expiring", next_at=NOON, heard=b"heard")
        connection.execute(watch.insert(), watched)
        seen = {"at": NOON.isoformat(), "state": "consistent"}
        connection.execute(watch_round.insert(), row(watch_round, watch_id=1, sight=seen, transitions=[]))
        told = row(notice, watch_id=1, transition="published.1", recipient="anna", state="waiting")
        connection.execute(notice.insert(), told)
        connection.execute(watch_lease.insert(), row(watch_lease, id=1, holder="a", fence=1))
        connection.execute(asker.insert(), row(asker, id="a"))
    save(Quotes(engine(url)), read_tariff(EASY), migration=m.id)


def with_every_row(sqlite_url):
    fill(sqlite_url)
    return sqlite_url


def backed_up(filled, tmp_path):
    """A backup of the filled database."""
    backup(filled, tmp_path / "kept.sqlite3")
    return tmp_path / "kept.sqlite3"


def take_up(store, ref, client, domain):
    return store.register(act(), {"ref": ref, "client": client}, {domain: {"display": domain}}, "uwaga").migration


def rows(url):
    """Return every row of every table, but for the epoch: each copy has its own."""
    db = engine_of(url)
    with reading(db) as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in metadata.sorted_tables
            if table.name != "epoch"
        }
    db.dispose()
    return found


def forget(url):
    store = Store(engine(url))
    store.change(1, lambda m: moves.change(m, act(), {"client": "somebody else"}))
    take_up(store, "M-2", "Ola", "c.pl")


def damage(file):
    """Break a page of a table, as a bad disk would."""
    with contextlib.closing(sqlite3.connect(file)) as live:
        live.execute("PRAGMA journal_mode = DELETE")
        (page,) = live.execute("SELECT rootpage FROM sqlite_master WHERE name = 'migration'").fetchone()
        (size,) = live.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)


def refusal(call, *arguments, **flags):
    with pytest.raises(InputError) as refused:
        call(*arguments, **flags)
    (mistake,) = refused.value.errors
    return mistake
