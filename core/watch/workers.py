"""Several machines: any number of workers share the looks by the jobs of one PostgreSQL (core.watch.deferring).

Each of them sweeps every few seconds, does jobs, and sends what notices are due. None is special and none keeps
anything: what a dead one has left is found by the others, by time. Whoever is told to stop ends what is under way.
"""

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import procrastinate
import psycopg
import psycopg_pool
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException

from core.database.transactions import engine as engine_for
from core.database.transactions import writing
from core.database.trouble import trouble
from core.ground.messages import Message
from core.watch.deferring import QUEUE, Patience, sweep
from core.watch.jobs_app import jobs_app
from core.watch.plan import Plan

Report = Callable[[Message], None]


@dataclass(frozen=True)
class Deeds:
    """What a worker does. Each may be done twice, by two at once: it must not matter.

    `look`: look at the watch of an id, where it is still due, and record it. `morning`: what is done once a day, by the
    day in Warsaw (ISO). `send`: send what notices are due. `now`: the time, UTC.
    """

    look: Callable[[int], None]
    morning: Callable[[str], None]
    send: Callable[[], None]
    now: Callable[[], dt.datetime]


@dataclass(frozen=True)
class Rhythm:
    """Seconds between two sweeps, sendings, questions for jobs (where nobody tells of them), signs of life."""

    sweep: float = 3
    send: float = 3
    ask: float = 2
    alive: float = 5
    patience: Patience = Patience()
    at_once: int = 4


class Worker:
    """A worker on the database of a URL, until `stop`; `listens`: the server tells it of jobs (no pooler is between)."""

    def __init__(
        self, url: str, plan: Callable[[], Plan], deeds: Deeds, report: Report, *, listens: bool, rhythm: Rhythm | None = None
    ) -> None:
        self._engine, self._plan, self._deeds, self._report = engine_for(url), plan, deeds, report
        self._listens, self._rhythm = listens, rhythm or Rhythm()
        self._app = jobs_app(url, self._look, self._morning, self._rhythm.at_once)
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End after what is under way; called within the event loop."""
        self._stopped.set()

    async def run(self) -> None:
        """Work until stopped, through troubles of the database, which are told."""
        loop, rhythm = asyncio.get_running_loop(), self._rhythm
        # Looks wait for the network: they must leave a thread for the sweep and for the sender.
        loop.set_default_executor(ThreadPoolExecutor(rhythm.at_once + 3))
        rounds = [
            asyncio.create_task(self._every(rhythm.sweep, self._sweep)),
            asyncio.create_task(self._every(rhythm.send, self._deeds.send)),
        ]
        try:
            while not self._stopped.is_set():
                try:
                    await self._do_jobs()
                except (ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout) as error:
                    # A server that starts anew; or our sign of life came too late, and others took us for dead.
                    self._report(Message("worker.trouble", {"what": trouble(_cause(error))}))
                await self._wait(rhythm.ask)
        finally:
            self._stopped.set()
            await asyncio.gather(*rounds)

    async def _do_jobs(self) -> None:
        rhythm = self._rhythm
        async with self._app.open_async():
            doing = asyncio.create_task(
                self._app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=rhythm.at_once,
                    listen_notify=self._listens,
                    fetch_job_polling_interval=rhythm.ask,
                    update_heartbeat_interval=rhythm.alive,
                    stalled_worker_timeout=rhythm.patience.dead,
                    # One that failed stays for a while, so that it is not tried again at once.
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            )
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait((doing, stopped), return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()
            # Cancelled, it takes no more jobs and waits for those under way.
            doing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await doing

    async def _every(self, seconds: float, deed: Callable[[], object]) -> None:
        while not self._stopped.is_set():
            try:
                await asyncio.to_thread(deed)
            except Exception as error:
                self._report(_failed(error))
            await self._wait(seconds)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)

    def _sweep(self) -> None:
        with writing(self._engine) as connection:
            sweep(connection, self._plan(), self._deeds.now(), self._rhythm.patience)

    def _look(self, id: int) -> None:
        self._told(lambda: self._deeds.look(id))

    def _morning(self, day: str) -> None:
        self._told(lambda: self._deeds.morning(day))

    def _told(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except Exception as error:
            self._report(_failed(error))
            raise


def quiet_loggers() -> None:
    """Let procrastinate and its pool not write by themselves: what matters of it is told in words."""
    for name in (procrastinate.__name__, "psycopg.pool", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _cause(error: BaseException) -> Exception:
    """Return the driver's own error, which procrastinate wraps."""
    cause = error.__cause__ if isinstance(error, ConnectorException) else error
    return cause if isinstance(cause, Exception) else psycopg.OperationalError(type(error).__name__)


def _failed(error: Exception) -> Message:
    if isinstance(error, sa.exc.SQLAlchemyError):
        return Message("worker.trouble", {"what": trouble(error)})
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    # Its type and place, not its text, which may hold what was read.
    place = f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last else "?"
    return Message("worker.failed", {"detail": f"{type(error).__name__}, {place}"})
