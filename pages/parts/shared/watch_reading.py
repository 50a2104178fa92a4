"""The watches of the desk, read once for everybody who looks at them within the same minute."""

import datetime as dt
import threading
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from core import datafiles
from core.ground import clock
from core.ground.messages import InputError
from core.watch.plan import Plan
from core.watch.showing import Shown, ordered, shown
from core.watch.watches import Found, Holder, Watches
from pages.parts.shared import shell
from pages.parts.shared.once import Once


class Read(NamedTuple):
    """All watches as they are shown, in their order, those that cannot be read, and who looks."""

    shown: list[Shown]
    broken: tuple[str, ...]
    holder: Holder | None


class _Kept:
    """What was read last in this process: ten thousand watches are too many to be read at every drawing."""

    def __init__(self, engine: sa.Engine) -> None:
        self._watches, self._lock = Watches(engine), threading.Lock()
        self._mark: object = None
        self._epoch: object = None
        self._found = Found(())

    def all(self, mark: object, epoch: object) -> Found:
        """Return all watches; `mark`: another once they are to be asked for anew, `epoch`: of which database."""
        with self._lock:
            if self._mark != mark:
                # After a restore a version means another state.
                self._found = self._watches.all(self._found.watches if self._epoch == epoch else ())
                self._mark, self._epoch = mark, epoch
            return self._found

    def forget(self) -> None:
        """Have them asked for anew."""
        with self._lock:
            self._mark = None


_kept = Once(_Kept)


def watches() -> Watches:
    """Return the watches of the desk, or say what is wrong with its database and stop the page."""
    return Watches(shell.store().engine)


def mark() -> tuple[tuple[object, ...], bool, dt.datetime]:
    """Return what is another once watches are to be drawn anew: after a change, and every minute."""
    found, now = watches(), clock.now()
    return found.mark(), found.who_looks(now) is None, now.replace(second=0, microsecond=0)


def somebody(now: dt.datetime) -> bool:
    """Return whether anybody looks (`now`: UTC)."""
    return watches().who_looks(now) is not None


def read(now: dt.datetime, plan: Plan) -> Read:
    """Return all watches as they are shown now (UTC)."""
    there, seen_by = watches(), mark()
    found, holder = _kept(there.engine).all(seen_by, seen_by[0][-1]), there.who_looks(now)
    seen = [shown(one, plan, now, somebody=holder is not None) for one in found.watches]
    return Read(ordered(seen), tuple(found.broken), holder)


def forget() -> None:
    """Have them read anew: somebody here has changed one."""
    _kept(shell.store().engine).forget()


def operators() -> Mapping[str, str]:
    """Return who runs the resolvers, by id; nobody where their file is broken, which the page that asks them tells."""
    try:
        return {server.id: server.operator for server in datafiles.resolvers() if server.operator}
    except InputError:
        return {}
