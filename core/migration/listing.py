"""The migrations as a list: those that somebody asks for, the most urgent first."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.ground.sought import Sought, looked_for
from core.ground.words import fold
from core.migration.clocks import Running, running
from core.migration.migration import Migration
from core.migration.ranking import Place, most_urgent, place, reasons
from core.migration.stages import DONE, FIRST_OF_DOMAINS, STEPS, SWITCHED, Process, position

STATES = ("open", "held", "closed", "cancelled", "all")
"""What a list may be limited to; `open` includes those on hold."""

NOBODY = "~none"
"""The owner of migrations that have none. No id of a person begins like this."""

MINE = "~me"
"""Stands in an address for the owner who is whoever looks."""

OVERDUE = ("late", "soon")
"""What a list may be limited to by its clocks: overdue, or so within `SOON`."""

SOON = dt.timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is to show; a blank leaves nothing out.

    `overdue`: one of OVERDUE; `size`: the fewest and the most domains (None: and more). `recent`: with the state `open`
    comes what was closed within this span as well.
    """

    text: str = ""
    stage: str = ""
    owner: str = ""
    waiting_on: str = ""
    state: str = "all"
    overdue: str = ""
    size: tuple[int, int | None] | None = None
    recent: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A migration of a list, the most urgent of its clocks, and whether any of them is alarming."""

    migration: Migration
    clock: Running | None
    late: bool = False


def listed(migrations: Iterable[Migration], wanted: Wanted, process: Process, now: dt.datetime) -> list[Listed]:
    """Return the migrations asked for: whose number was typed first, then in the one order (`ranking`).

    Raises InputError on "q" where the text looked for is longer than LINE.
    """
    sought = looked_for(wanted.text)
    found: list[tuple[bool, Place, str, Listed]] = []
    for m in migrations:
        if _asked(m, wanted, now) and _matches(m, sought):
            clocks = running(m, process, now)
            if _pressing(clocks, wanted.overdue, now):
                item = Listed(m, most_urgent(clocks), any(clock.state == "late" for clock in clocks))
                found.append((not sought.is_ref(m.ref), place(m, reasons(m, process, now, clocks)), m.ref, item))
    return [item for *_, item in sorted(found, key=lambda entry: entry[:3])]


def meant(found: Sequence[Listed], text: str) -> Listed | None:
    """Return the one of those found that a text can only mean: the only one, or the one whose whole number it is."""
    sought = looked_for(text)
    named = [item for item in found if not sought.digits and sought.is_ref(item.migration.ref)]
    return next((few[0] for few in (found, named) if len(few) == 1), None)


def ahead(m: Migration) -> tuple[str, int] | None:
    """Return the furthest step that some of its domains have reached, and how many; None where all stand together."""
    steps = [d.step for d in m.active]
    furthest = max(steps, key=STEPS.index)
    count = steps.count(furthest)
    return (furthest, count) if count < len(steps) else None


def switched(m: Migration) -> int | None:
    """Return of how many domains the name servers were changed; None before any is moved, and when nothing is any more.

    One that is seen on our servers has been switched, whatever was ticked.
    """
    if not m.open or position(m.stage) < position(FIRST_OF_DOMAINS):
        return None
    return sum(d.step == DONE or SWITCHED in d.checks for d in m.active)


# -- what is asked for


def _asked(m: Migration, wanted: Wanted, now: dt.datetime) -> bool:
    closed = m.entered.get("closed") if m.stage == "closed" and m.cancelled is None else None
    lately = wanted.recent is not None and closed is not None and closed >= now - wanted.recent
    states = {
        "open": m.open or lately,
        "held": m.open and m.hold is not None,
        "closed": m.stage == "closed" and m.cancelled is None,
        "cancelled": m.cancelled is not None,
    }
    return (
        states.get(wanted.state, True)
        and wanted.stage in ("", m.stage)
        and wanted.owner in ("", m.owner or NOBODY)
        and (not wanted.waiting_on or (m.open and wanted.waiting_on == m.waiting_on))
        and (wanted.size is None or wanted.size[0] <= len(m.active) <= (wanted.size[1] or len(m.active)))
    )


def _pressing(clocks: Iterable[Running], overdue: str, now: dt.datetime) -> bool:
    if not overdue:
        return True
    return any(
        clock.state == "late" or (overdue == "soon" and clock.usual is not None and clock.usual <= now + SOON)
        for clock in clocks
    )


def _matches(m: Migration, sought: Sought) -> bool:
    if not sought:
        return True
    names = [text for d in m.active for text in {d.display, d.name}]
    if sought.digits:
        # The letters of a name in ASCII are nobody's: xn--ra-76a18b has no 76.
        names = [d.display for d in m.active]
    hay = "\n".join(fold(text) for text in (m.client, *names, m.contact_name))
    return sought.found(hay, ref=m.ref, phones=m.contact_phone)
