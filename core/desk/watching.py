"""Whoever watches for the desk, with what its settings and its files say: who is asked, what is told, and whom."""

import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex

from core import datafiles
from core.cutover.settings import Targets
from core.ground.settings import settings
from core.notices.notifying import Notifying
from core.notices.recipients import for_everybody
from core.notices.sender import send_due
from core.notices.ways import of_settings
from core.store.store import Store
from core.watch.asking_share import engine_of_desk
from core.watch.deeds import Deeds
from core.watch.looking import Looked, Means, look
from core.watch.plan import Plan, plan_of_desk
from core.watch.recording import Desk
from core.watch.watch import Watch


@contextmanager
def deeds(store: Store) -> Iterator[Deeds]:
    """Give the deeds of a worker on the desk's store; raises InputError where a setting or a file has mistakes."""
    config, targets = settings(), Targets(settings().cutover_targets)
    ways, by = of_settings(config), f"{socket.gethostname()[:60]}.{os.getpid()}.{token_hex(4)}"
    # What is wrong with one of them is told at the start.
    process = datafiles.process()
    for file in (plan_of_desk, datafiles.team, datafiles.root_servers, datafiles.resolvers):
        file()
    engine = engine_of_desk(authoritative_per_second=targets.per_second)

    def looks(watch: Watch, heard: bytes | None, plan: Plan, clock: Callable[[], dt.datetime]) -> Looked:
        means = Means(engine, datafiles.root_servers(), datafiles.resolvers(), targets)
        return look(watch, heard, plan, means, clock)

    def send(now: dt.datetime) -> None:
        send_due(store.engine, by, now, ways, datafiles.team(), plan_of_desk().quiet, config.public_url)

    notifying = Notifying(datafiles.team, for_everybody(config))
    desk = Desk(store.engine, process, notifying, config.watch_ticks)
    try:
        yield Deeds(store, desk, plan_of_desk, looks, send)
    finally:
        engine.stop()
