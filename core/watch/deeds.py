"""What a worker does: it follows what moves, shares out what is due, looks, sends, and clears away once a day.

Each deed may be done twice, by two machines at once: the second finds it done, or writes nothing.
"""

import datetime as dt
import random
from collections.abc import Callable

import sqlalchemy as sa

from core.database.tables import watch as table
from core.database.transactions import reading, writing
from core.ground import clock as clocks
from core.store.store import Store
from core.watch import deferring, rows
from core.watch.following import Following
from core.watch.phases import due
from core.watch.plan import Plan
from core.watch.recording import NOTHING, Desk, Look, record, thin
from core.watch.runner import Looking
from core.watch.watch import Watch


class Deeds:
    """The deeds of a worker on a store; `send` sends the notices that are due at a time (UTC)."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        plan: Callable[[], Plan],
        look: Looking,
        send: Callable[[dt.datetime], object],
        clock: Callable[[], dt.datetime] = clocks.now,
    ) -> None:
        self._store, self._desk, self._plan, self._look, self._send = store, desk, plan, look, send
        self._clock = clock
        self._following = Following(store)

    def sweep(self, patience: deferring.Patience) -> None:
        """Follow what moves by now, and make jobs of what is due."""
        plan, now = self._plan(), self._clock()
        try:
            self._following.sync(plan, now)
        finally:
            # Where that fails, what is followed already is looked at all the same.
            with writing(self._store.engine) as connection:
                deferring.sweep(connection, plan, now, patience)

    def look(self, id: int, broke: Callable[[Exception], object]) -> None:
        """Look at the watch of an id and record it; nothing where it was looked at meanwhile, or is no more.

        `broke`: hears why a look came to nothing but that nobody answered.
        """
        plan, now = self._plan(), self._clock()
        with reading(self._store.engine) as connection:
            found = rows.load(connection, table.c.id == id)
            heard = rows.load_heard(connection, id)
        if found and due(found[0], plan, now):
            looked = self._looked(found[0], heard, plan, broke)
            # No lease: the job's lock says who looks, and the version of the watch who was first.
            record(self._desk, None, found[0], looked, plan, self._clock(), random.random())  # noqa: S311

    def send(self) -> None:
        """Send the notices that are due."""
        self._send(self._clock())

    def morning(self) -> None:
        """Forget what is kept of watches that ended long ago."""
        thin(self._store.engine, self._plan(), self._clock())

    def _looked(self, watch: Watch, heard: bytes | None, plan: Plan, broke: Callable[[Exception], object]) -> Look:
        try:
            return self._look(watch, heard, plan, self._clock)
        except sa.exc.DBAPIError:
            raise
        except Exception as error:
            # As if nobody had answered: it is looked at again as always, and after an hour people are told.
            broke(error)
            return NOTHING
