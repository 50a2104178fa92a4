"""One change of many migrations: each on its own, each only as it was seen, and told what became of every one."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets
from core.ground.text_limits import bounded
from core.ground.validation import one_line
from core.migration import moves
from core.migration.act import Act
from core.migration.event import Event
from core.migration.migration import Migration, Origin
from core.migration.people import require
from core.migration.rebuilding import after
from core.migration.stages import FIRST_OF_DOMAINS, position
from core.migration.typed import read_moment
from core.store.conflicts import ConflictError
from core.store.store import Store

Hold = Literal["", "us", "client", "resume"]
HOLDS: tuple[Hold, ...] = ("", "us", "client", "resume")
"""What may be done about being on hold: nothing, by whom to hold, or to take up again."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed in each migration.

    `owner`: an id, "" for nobody; None leaves it. `planned_at`: None leaves it. `reason`: why it is put on hold;
    `day_reason`: why this day, where that is asked.
    """

    owner: str | None = None
    planned_at: dt.datetime | None = None
    hold: Hold = ""
    reason: str = ""
    day_reason: str = ""


@dataclass(slots=True)
class Result:
    """What became of each migration, by id.

    `unchanged`: it was like that already; `refused`: what was wrong; `conflicts`: somebody else was quicker, with what
    stands now and what happened since; `gone`: erased meanwhile.
    """

    changed: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: dict[int, tuple[FieldError, ...]] = field(default_factory=dict)
    conflicts: dict[int, ConflictError] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


def read(owner: str | None, day: dt.date | str | None, hour: str, hold: Hold, reason: str) -> Change:
    """Return the change that somebody typed; raises InputError with all that is wrong with it."""
    wrong: list[FieldError] = []
    planned_at = None
    try:
        planned_at = read_moment(day, hour, "planned_at")
    except InputError as error:
        wrong += error.errors
    why = ""
    try:
        why = one_line(bounded(reason, "reason", secret=True)) if hold in ("us", "client") else ""
        refuse_secrets("reason", why)
    except InputError as error:
        wrong += error.errors
    if hold in ("us", "client") and not why:
        wrong.append(FieldError("reason", "", Message("error.missing")))
    if not wrong and owner is None and planned_at is None and not hold:
        wrong.append(FieldError("", "", Message("error.nothing_to_change")))
    if wrong:
        raise InputError(*wrong)
    return Change(owner, planned_at, hold, why)


def decide(m: Migration, act: Act, change: Change) -> tuple[Event, ...]:
    """Return the events that make the change in a migration, none where it is like that already; raises InputError."""
    deeds: list[Callable[[Migration, Act], Sequence[Event]]] = []
    if change.hold == "resume" and m.hold is not None:
        deeds.append(moves.resume)
    values: dict[str, Any] = {"owner": change.owner, "planned_at": change.planned_at}
    if change.planned_at is not None and position(m.stage) >= position(FIRST_OF_DOMAINS):
        # Of one migration it can be put right on its page; of many at once it is a mistake.
        raise InputError(FieldError("planned_at", "", Message("error.moving_begun")))
    if given := {name: value for name, value in values.items() if value is not None}:
        reasons = {"planned_at": change.day_reason} if change.day_reason else {}
        deeds.append(partial(moves.change, values=given, reasons=reasons))
    if change.hold in ("us", "client") and not _held(m, change):
        deeds.append(partial(moves.hold, by=change.hold, reason=change.reason))
    events: tuple[Event, ...] = ()
    for deed in deeds:
        events += tuple(deed(after(m, events), act))
    return events


def _held(m: Migration, change: Change) -> bool:
    return m.hold is not None and (m.hold["by"], m.hold["reason"]) == (change.hold, change.reason)


def apply(
    store: Store, change: Change, seen: Mapping[int, int], act: Act, origins: Mapping[int, Origin] | None = None
) -> Result:
    """Change migrations, each in a transaction of its own: what is wrong with one does not stop the others.

    `seen`: their ids with the versions that the user saw, `origins` with where. Raises InputError where the person may
    not change any.
    """
    require(act.person, "work")
    result = Result()
    for id, version in seen.items():
        try:
            doing = partial(decide, act=act, change=change)
            written = store.change(id, doing, seen=version, origin=(origins or {}).get(id))
        except InputError as error:
            result.refused[id] = error.errors
        except ConflictError as error:
            result.conflicts[id] = error
        except LookupError:
            result.gone.append(id)
        else:
            (result.changed if written.events else result.unchanged).append(id)
    return result
