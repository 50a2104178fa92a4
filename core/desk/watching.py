"""Whoever watches for the desk, with what its settings and its files say: who is asked, what is told, and whom."""

import datetime as dt
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import NamedTuple

from core import datafiles
from core.cutover.settings import Targets
from core.desk.opening import open_store
from core.ground.messages import InputError
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
from core.watch.recording import Desk, Recorded
from core.watch.runner import Looking, Runner
from core.watch.watch import Watch

_log = logging.getLogger(__name__)


class _Parts(NamedTuple):
    """With what is looked, recorded and told."""

    desk: Desk
    look: Looking
    send: Callable[[dt.datetime], object]


@contextmanager
def deeds(store: Store) -> Iterator[Deeds]:
    """Give the deeds of a worker on the desk's store; raises InputError where a setting or a file has mistakes."""
    with _parts(store) as given:
        yield Deeds(store, given.desk, plan_of_desk, given.look, given.send)


@contextmanager
def runner(store: Store, told: Callable[[Recorded], object] | None = None) -> Iterator[Runner]:
    """Give the runner of this process, not yet begun; raises InputError where a setting or a file has mistakes.

    `told`: hears of every look that was recorded.
    """
    with _parts(store) as given:
        yield Runner(store, given.desk, plan_of_desk, given.look, send=given.send, told=told)


@contextmanager
def beside_dashboard() -> Iterator[None]:
    """Let a runner look beside a dashboard, where the setting WATCH says so; it begins once the database can be used.

    What is wrong with that is told by the pages.
    """
    if settings().watch != "embedded":
        yield
        return
    ended = threading.Event()
    beside = threading.Thread(target=_look_until, args=(ended,), name="watch-beside", daemon=True)
    beside.start()
    try:
        yield
    finally:
        ended.set()
        beside.join(_LAST_LOOKS)


_AGAIN = 30.0
"""Seconds until it is tried again to begin."""
_LAST_LOOKS = 5.0
"""Seconds that the end of a dashboard waits for looks that are under way: they are looked at again otherwise."""


def _look_until(ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            with runner(open_store()) as running:
                running.start()
                ended.wait()
                running.stop(_LAST_LOOKS / 2)
        except Exception as error:
            said = [mistake.message.id for mistake in error.errors] if isinstance(error, InputError) else ""
            _log.warning("nobody looks at moving domains yet: %s %s", type(error).__name__, said)
            ended.wait(_AGAIN)


@contextmanager
def _parts(store: Store) -> Iterator[_Parts]:
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
        yield _Parts(desk, looks, send)
    finally:
        engine.stop()
