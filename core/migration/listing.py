"""The migrations as a list: those that somebody asks for, the most urgent first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.ground.text_limits import bounded
from core.ground.words import fold
from core.migration.checks import is_done
from core.migration.clocks import Running, State, running
from core.migration.event import moment
from core.migration.migration import Domain, Migration
from core.migration.stages import DONE, FIRST_OF_DOMAINS, STAGES, STEPS, Check, Process, position

STATES = ("open", "held", "closed", "cancelled", "all")
"""What a list may be limited to; `open` includes those on hold."""

NOBODY = "~none"
"""The owner of migrations that have none. No id of a person begins like this."""

MINE = "~me"
"""Stands in an address for the owner who is whoever looks."""

OVERDUE = ("late", "soon")
"""What a list may be limited to by its clocks: overdue, or so within `SOON`."""

SOON = dt.timedelta(hours=48)

_RANKS: dict[State, int] = {"late": 0, "due": 1, "running": 2, "unknown": 3, "paused": 4}
_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


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
    """A migration of a list, and the most urgent of its clocks."""

    migration: Migration
    clock: Running | None


def listed(migrations: Iterable[Migration], wanted: Wanted, process: Process, now: dt.datetime) -> list[Listed]:
    """Return the migrations asked for: what is overdue first, what is over last.

    Raises InputError on "q" where the text looked for is longer than LINE.
    """
    needles = _needles(wanted.text)
    found = (
        Listed(m, most_urgent(running(m, process, now)))
        for m in migrations
        if _asked(m, wanted, now) and _matches(m, needles)
    )
    return sorted((item for item in found if _pressing(item.clock, wanted.overdue, now)), key=_urgency)


def most_urgent(clocks: Iterable[Running]) -> Running | None:
    """Return the clock to look at first: the one overdue the longest, else the one that runs out first."""
    return min(clocks, key=_urgency_of, default=None)


def ahead(m: Migration) -> tuple[str, int] | None:
    """Return the furthest step that some of its domains have reached, and how many; None where all stand together."""
    steps = [d.step for d in m.active]
    furthest = max(steps, key=STEPS.index)
    count = steps.count(furthest)
    return (furthest, count) if count < len(steps) else None


def visible(m: Migration) -> int | None:
    """Return how many domains are seen on our servers; None before any is moved, and when nothing is any more."""
    if not m.open or position(m.stage) < position(FIRST_OF_DOMAINS):
        return None
    return sum(d.step == DONE for d in m.active)


@dataclass(frozen=True, slots=True)
class Waited:
    """A check that a stage waits for: of the migration itself (`domains` is empty), or of its domains at that stage."""

    stage: str
    check: Check
    done: bool
    domains: tuple[Domain, ...] = ()
    missing: tuple[Domain, ...] = ()


def gate(m: Migration, process: Process, now: dt.datetime) -> list[Waited]:
    """Return the checks of the stage where a migration stands, or of those where its domains do, the last one first."""
    if m.stage not in STEPS:
        return [Waited(m.stage, check, is_done(check, m, None, now)) for check in process.by_id[m.stage].checks]
    found = []
    for stage in reversed(STEPS):
        here = tuple(d for d in m.active if d.step == stage and stage in STAGES)
        for check in process.by_id[stage].checks if here else ():
            missing = tuple(d for d in here if not is_done(check, m, d, now))
            found.append(Waited(stage, check, not missing, here, missing))
    return found


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


def _pressing(clock: Running | None, overdue: str, now: dt.datetime) -> bool:
    if not overdue:
        return True
    if clock is None or clock.late is None or clock.usual is None:
        return False
    return clock.state == "late" or (overdue == "soon" and clock.usual <= now + SOON)


def _needles(text: str) -> list[str]:
    """Return the words looked for; of a link or an e-mail address pasted whole, its domain."""
    words = []
    # Each of them is looked for in every migration.
    for word in dict.fromkeys(bounded(text, "q").split()):
        if "://" in word:
            word = word.split("://", 1)[1].split("/", 1)[0]
        word = word.rsplit("@", 1)[-1].removeprefix("www.")
        # What has neither letters nor digits is looked for as it is, and so found nowhere rather than everywhere.
        words.append(fold(word) or word)
    return words


def _matches(m: Migration, needles: list[str]) -> bool:
    if not needles:
        return True
    names = [text for d in m.active for text in {d.display, d.name}]
    digits = "".join(letter for letter in m.contact_phone if letter.isdigit())
    hay = "\n".join([*(fold(text) for text in (m.ref, m.client, *names, m.contact_name, m.contact_phone)), digits])
    return all(needle in hay for needle in needles)


# -- in what order


def _urgency_of(clock: Running) -> tuple[int, dt.datetime]:
    at = clock.late if clock.state == "late" else clock.usual
    return _RANKS[clock.state], at or _EVER


def _urgency(item: Listed) -> tuple[bool, int, float]:
    m = item.migration
    if not m.open:
        since = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed")
        return True, 0, -(since or _NEVER).timestamp()
    if item.clock is not None:
        rank, at = _urgency_of(item.clock)
    else:
        rank, at = _RANKS["paused" if m.hold else "unknown"], m.entered.get(m.stage) or _EVER
    return False, rank, at.timestamp()
