"""How the processes of a desk share what resolvers let it ask: each has a part of every rate, counted in the database.

    engine = engine_sharing(database)      # as any other Engine; `stop` gives its part back at once

A part is renewed in a thread, which runs only while somebody asks. What it may be at a moment, `asking_count` says.
"""

import contextlib
import datetime as dt
import logging
import threading
import time
from secrets import token_hex
from typing import Any, NamedTuple

import sqlalchemy as sa

from core.database.tables import asker as table
from core.database.transactions import engine, writing
from core.dns.asking.engine import Engine
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.watch.asking_count import LIFE, UNCOUNTED, Count


class Times(NamedTuple):
    """How parts are renewed, in seconds.

    `renewed`: between two renewals; so long does somebody new wait at most, where all others live. `life`: for how long
    a part holds that is not renewed. `idle`: without a question after which a process is not counted any more.
    """

    renewed: float = 2.0
    life: float = LIFE
    idle: float = 60.0


USUAL = Times()

_OFTEN = 8
"""Somebody new looks so many times as often whether the others have noticed."""
_PATIENCE = 5.0
"""Seconds that the end of a process waits for its row to be removed; one that stays costs others a short wait."""

_log = logging.getLogger(__name__)


def awake() -> float:
    """Return seconds that only run forward, those that the machine has slept through included where it tells them."""
    # Linux leaves those out of its monotonic clock.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def engine_sharing(database: sa.Engine | None, times: Times = USUAL, **how: Any) -> Engine:
    """Return an engine that shares with the other processes of the desk; stopping it gives its part back.

    None where there is no database to be counted in: it asks little (`UNCOUNTED`). `how`: as `Engine` has it.
    """
    return Engine(share=lambda: UNCOUNTED, **how) if database is None else SharingEngine(Share(database, times), **how)


def engine_of_desk(**how: Any) -> Engine:
    """Return an engine that shares with the processes of the desk that the setting DATABASE_URL names."""
    try:
        database = engine(settings().database_url)
    except InputError:
        # That it is no URL is told by whoever needs what is in it.
        database = None
    return engine_sharing(database, **how)


class Share:
    """The part of every resolver's rate that this process may use now: call it to know, from any thread and at once.

    The first call begins to be counted; a while after the last (`Times.idle`), or at the `end`, it is not any more.
    Where the database was never reached (it does not open, it has no such table yet) the part is `UNCOUNTED`, so that a
    check can still be made; where it has gone meanwhile nothing may be asked until it is back.
    """

    def __init__(self, database: sa.Engine, times: Times = USUAL) -> None:
        self._database, self._times = database, times
        self._lock, self._woken = threading.Lock(), threading.Event()
        self._count: Count | None = None
        self._thread: threading.Thread | None = None
        self._used = awake()

    def __call__(self) -> float:
        """Return the part, from 0 to 1."""
        self._used = now = awake()
        count = self._count
        if count is None:
            self._begin(now)
            return 0.0
        return count.part(now)

    def end(self) -> None:
        """Use nothing more, and be counted no more; the next call begins anew."""
        with self._lock:
            thread, self._thread, self._count = self._thread, None, None
            self._woken.set()
        if thread:
            thread.join(_PATIENCE)

    def _begin(self, now: float) -> None:
        with self._lock:
            if self._count is None:
                woken, count = threading.Event(), Count(token_hex(16), now, self._times.life)
                self._count, self._woken = count, woken
                self._thread = threading.Thread(target=self._keep, args=(count, woken), name="share", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:
                    # The machine has no thread left: whoever asks next tries again.
                    self._count = self._thread = None

    def _keep(self, count: Count, woken: threading.Event) -> None:
        reached = True
        while self._is_used(count):
            try:
                self._renew(count)
                reached = True
            except Exception as error:
                # Of every kind: without a part nothing would be asked any more, and nobody would know why.
                count.unreachable(awake())
                if reached and count.registered:
                    _log.warning("the database does not answer, no resolver is asked: %s", type(error).__name__)
                reached = False
            woken.wait(self._times.renewed / (_OFTEN if reached and count.waits else 1))
        # Where that fails, the others forget it in a moment by themselves.
        with contextlib.suppress(Exception):
            self._leave(count)

    def _is_used(self, count: Count) -> bool:
        with self._lock:
            if self._count is count and awake() - self._used > self._times.idle:
                self._count = self._thread = None
            return self._count is count

    def _renew(self, count: Count) -> None:
        began, mine = awake(), table.c.id == count.id
        with writing(self._database) as connection:
            at = _alone(connection, clock.now())
            beats = {row.id: row.until for row in connection.execute(sa.select(table))}
            turn = count.counted(beats, began, awake())
            if turn.forgotten:
                connection.execute(sa.delete(table).where(table.c.id.in_(turn.forgotten)))
            until = at + dt.timedelta(seconds=self._times.life)
            if count.id in beats:
                # Another one each time, also while a clock stands still or was put back.
                until = max(until, beats[count.id] + dt.timedelta(microseconds=1))
                connection.execute(sa.update(table).where(mine).values(until=until))
            else:
                connection.execute(sa.insert(table).values(id=count.id, until=until))
        count.committed(turn)

    def _leave(self, count: Count) -> None:
        with writing(self._database) as connection:
            _alone(connection, clock.now())
            connection.execute(sa.delete(table).where(table.c.id == count.id))


class SharingEngine(Engine):
    """An engine with its `share`, which ends when it is stopped."""

    def __init__(self, share: Share, **how: Any) -> None:
        super().__init__(share=share, **how)
        self.share = share

    def stop(self) -> None:
        """Stop as any engine does, and give the part back."""
        super().stop()
        self.share.end()


def _alone(connection: sa.Connection, now: dt.datetime) -> dt.datetime:
    """Wait until no other counts, and return what time it then is (UTC): the server's, where there is one."""
    if connection.dialect.name == "sqlite":
        # A transaction that writes is alone from its beginning.
        return now
    connection.execute(sa.text("LOCK TABLE asker IN SHARE ROW EXCLUSIVE MODE"))
    found: dt.datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return found.astimezone(dt.UTC)
