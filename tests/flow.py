"""What tests of the flow share: days by their wall clock, items made up, and lives of migrations that began then."""

import datetime as dt
from typing import Any

from core import datafiles
from core.flow import history
from core.flow.history import FINISHED, STARTED, WORKED, Item
from core.ground.clock import WARSAW
from core.migration import moves
from core.migration.rebuilding import rebuild
from core.migration.stages import STAGES, position
from tests.migrations import Life, act

TODAY = dt.date(2026, 11, 18)
"""The Wednesday of tests.migrations.NOW."""


def at(text: str) -> dt.datetime:
    """Return a moment on a wall clock in Warsaw; ten o'clock where only the day is given."""
    wall = dt.datetime.fromisoformat(text if " " in text else f"{text} 10:00")
    return wall.replace(tzinfo=WARSAW).astimezone(dt.UTC)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Way(Life):
    """A life that began at a moment."""

    def __init__(self, *domains: str, now: dt.datetime, ref: str = "P-1", **values: Any) -> None:
        names = domains or ("a.pl",)
        self.events = moves.register(
            act(now=now), ref, {"client": "Róża", **values}, {name: {"display": name} for name in names}
        )
        self.m = rebuild(self.events)

    @property
    def item(self) -> Item:
        return history.item(self.events, datafiles.tariff())

    def by(self, *stages: tuple[str, str], domains: tuple[str, ...] = ()) -> "Way":
        """Come to stages on their days: `("data", "2026-11-02")`."""
        for stage, text in stages:
            self.to(stage, *domains, now=at(text))
        return self


def item(started: str | None = None, finished: str | None = None, stage: str = "", **values: Any) -> Item:
    """Return an item that started and finished on days, left every stage on the last one, and closed then."""
    stage = stage or ("closed" if finished else STARTED if started else "data")
    first, last = (day(text) if text else None for text in (started, finished))
    given = {
        "id": None, "ref": "P-1", "client": "Róża", "owner": "anna", "domains": 1, "group": "shared", "stage": stage,
        "open": stage != "closed", "held": False, "waiting_on": "us", "sample": False, "reworks": 0,
        "began": position(stage) >= position(STARTED), "done": position(stage) >= position(FINISHED), "dropped": False,
        "enquired": first, "started": first, "finished": last, "closed": last, "cancelled": None,
        "left": {before: last if before in WORKED else first for before in STAGES[: position(stage)]}, "spans": (),
    }  # fmt: skip
    return Item(**{**given, **values})
