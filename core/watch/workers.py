"""Several machines: any number of workers share the looks by the jobs of one PostgreSQL (core.watch.deferring).

Each of them sweeps every few seconds, does jobs, and sends what notices are due. None is special and none keeps
anything: what a dead one has left is found by the others, by time. Whoever is told to stop ends what is under way.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import procrastinate
import psycopg
import psycopg_pool
import sqlalchemy as sa
from procrastinate.exceptions import ConnectorException

from core.database.trouble import trouble
from core.ground.messages import Message
from core.watch.deeds import Deeds
from core.watch.deferring import QUEUE, Patience
from core.watch.jobs_app import jobs_app

Report = Callable[[Message], None]


@dataclass(frozen=True)
class Rhythm:
    """Seconds between two sweeps, sendings, questions for jobs (where nobody tells of them), signs of life."""

    sweep: float = 3
    send: float = 3
    ask: float = 2
    alive: float = 5
    patience: Patience = field(default_factory=Patience)
    at_once: int = 4


class Worker:
    """A worker on the database of a URL; `listens`: the server itself tells it of jobs, as no pooler is between."""

    def __init__(self, url: str, deeds: Deeds, report: Report, *, listens: bool, rhythm: Rhythm | None = None) -> None:
        self._deeds, self._report = deeds, report
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
                    self._report(_trouble(error))
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
        self._deeds.sweep(self._rhythm.patience)

    def _look(self, watch_id: int) -> None:
        self._told(lambda: self._deeds.look(watch_id))

    def _morning(self, day: str) -> None:
        self._told(self._deeds.morning)

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


def _trouble(error: Exception) -> Message:
    """Return what to tell of an error of the driver's, which procrastinate wraps."""
    cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ else error
    if isinstance(cause, psycopg.errors.ForeignKeyViolation):
        # Jobs are taken in the name of a worker that there is no more: others have cleared it away.
        return Message("worker.thought_dead")
    return Message("worker.trouble", {"what": trouble(cause if isinstance(cause, Exception) else error)})


def _failed(error: Exception) -> Message:
    if isinstance(error, sa.exc.SQLAlchemyError):
        return Message("worker.trouble", {"what": trouble(error)})
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    # Its type and place, not its text, which may hold what was read.
    place = f"{last.tb_frame.f_code.co_filename.rpartition('/')[2]}:{last.tb_lineno}" if last else "?"
    return Message("worker.failed", {"detail": f"{type(error).__name__}, {place}"})
