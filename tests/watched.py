"""Watches of tests: what a look brings, a desk that records it, and what was written."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from core.database.tables import notice, watch_round
from core.database.transactions import reading
from core.watch import rows
from core.watch.following import Following
from core.watch.recording import Desk
from core.watch.sight import Sight
from tests.migrations import NOW, PROCESS
from tests.plain_rows import row
from tests.test_watch_transitions import PLAN

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Looked(NamedTuple):
    """What a look brings, as `core.watch.looking` gives it."""

    sight: Sight | None
    packed: bytes | None = None
    same: bool = False


def notify(connection, watch_id, transition_key, told, recipients, urgent, now, quiet):
    """Write notices as plainly as can be: one that is there already is a mistake."""
    for recipient in recipients:
        values = {"watch_id": watch_id, "transition": transition_key, "recipient": recipient, "told": dict(told)}
        connection.execute(sa.insert(notice), row(notice, **values, urgent=urgent, created_at=now, due_at=now))


def desk_of(store, **values):
    return Desk(store.engine, PROCESS, notify, **values)


def followed(store, now=NOW):
    """Begin the watches of what is there; return them."""
    assert Following(store).sync(PLAN, now)
    return watches(store)


def watches(store, *which):
    with reading(store.engine) as connection:
        return sorted(rows.load(connection, *which), key=lambda watch: watch.id)


def rounds(store, watch_id):
    """Return the kinds of transitions of each round that was kept."""
    query = sa.select(watch_round.c.transitions).where(watch_round.c.watch_id == watch_id).order_by(watch_round.c.id)
    with reading(store.engine) as connection:
        return [[one["kind"] for one in brought] for brought in connection.execute(query).scalars()]


def notices(store):
    """Return who is told of what, in the order of their writing."""
    query = sa.select(notice.c.watch_id, notice.c.transition, notice.c.recipient).order_by(notice.c.id)
    with reading(store.engine) as connection:
        return [tuple(one) for one in connection.execute(query)]
