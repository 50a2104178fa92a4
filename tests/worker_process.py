"""A worker in a scripted world: `python -m tests.worker_process URL [N...]`.

For each N a process dies by SIGKILL before its N-th statement, one after the other ("killed"); the last one lives
("works") until it is told to stop. What a look sees depends on how many were recorded before it: what every watch goes
through is known beforehand.
"""

import asyncio
import datetime as dt
import os
import signal
import sys
from typing import NamedTuple

import sqlalchemy as sa

from core.database.epoch import read
from core.database.tables import notice
from core.database.transactions import engine, writing
from core.ground import clock
from core.ground.settings import ROOT
from core.store.store import Store
from core.watch.deeds import Deeds
from core.watch.deferring import Patience
from core.watch.jobs_app import pooled
from core.watch.plan import Plan, parse_plan
from core.watch.recording import Desk
from core.watch.sight import Sight
from core.watch.workers import Rhythm, Worker, quiet_loggers
from tests.migrations import PROCESS

INTERVAL = 4.0
RHYTHM = Rhythm(sweep=0.3, send=0.3, ask=0.5, alive=0.5, patience=Patience(dead=2, longest=60, pause=1), at_once=2)

_MOVED = {"moves": True, "began": True, "published": True, "servers": ("ns1.new.example",)}
_ASKED = {**_MOVED, "resolvers_asked": True}
SCRIPT = [
    {},
    {"moves": True, "began": True, "published": False},
    _MOVED,
    {**_MOVED, "wrong": ("ns1.new.example",)},
    {**_MOVED, "wrong": ("ns1.new.example",)},
    _MOVED,
    {**_ASKED, "propagated": True},
    {**_ASKED, "propagated": True, "old": ("r1",)},
    {**_ASKED, "propagated": True, "old": ("r1",)},
    {**_ASKED, "propagated": True},
]
"""What the looks at a watch see one after the other; the last one from then on."""


class Seen(NamedTuple):
    """A look: each says something, so that each is kept as a round."""

    sight: Sight
    packed: bytes | None = None
    same: bool = False


def plan() -> Plan:
    """Return the plan that ships, with all phases looking every few seconds."""
    found = parse_plan((ROOT / "data" / "watch.toml").read_text(encoding="utf-8"))
    quick = {name: pace.model_copy(update={"minutes": INTERVAL / 60}) for name, pace in found.phases.items()}
    return found.model_copy(update={"phases": quick})


def look(watch, _heard, _plan, now) -> Seen:
    """See what the script has for a watch that was looked at so many times."""
    return Seen(Sight(now(), "answers", **SCRIPT[min(watch.rounds, len(SCRIPT) - 1)]))


def notify(connection, watch_id, transition, told, recipients, urgent, now, _quiet) -> None:
    """Write a notice to each; a second one of the same would fail."""
    values = {
        "watch_id": watch_id,
        "transition": transition,
        "urgent": urgent,
        "told": dict(told),
        "created_at": now,
        "epoch": read(connection).name,
        "state": "waiting",
        "due_at": now,
        "tries": 0,
        "claimed_by": "",
        "message_id": "",
    }
    connection.execute(sa.insert(notice), [{**values, "recipient": one} for one in recipients])


def run(url: str, last: int = 0) -> None:
    """Work until told to stop, or until a statement."""
    db = engine(url)

    def send(now: dt.datetime) -> None:
        with writing(db) as connection:
            waiting = sa.select(notice.c.id).where(notice.c.state == "waiting").with_for_update(skip_locked=True)
            sent = {"state": "sent", "sent_at": now, "tries": notice.c.tries + 1}
            connection.execute(sa.update(notice).where(notice.c.id.in_(waiting)).values(sent))

    count = 0

    def kill(*_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(db, "before_cursor_execute", kill)
    sa.event.listen(db, "commit", kill)
    deeds = Deeds(Store(db), Desk(db, PROCESS, notify), plan, look, send, clock.now)

    async def work() -> None:
        worker = Worker(url, deeds, lambda message: print(message, flush=True), listens=not pooled(url), rhythm=RHYTHM)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        if not last:
            print("works", flush=True)
        await worker.run()

    asyncio.run(work())
    db.dispose()


def main(url: str, deaths: list[int]) -> None:
    """Let processes work and die, then work."""
    quiet_loggers()
    for last in deaths:
        child = os.fork()
        if child == 0:
            run(url, last)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        print("killed", flush=True)
    run(url)


if __name__ == "__main__":
    main(sys.argv[1], [*map(int, sys.argv[2:])])
