"""Whether a day or a package can be agreed as it was chosen: what it comes to, and where a reason is to be given."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.flow.capacity import Capacity
from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError, Message
from core.migration import package_choice
from core.migration.agreed import days, odd
from core.migration.carried import line_of
from core.migration.migration import Migration
from core.pricing.tariff import Tariff

_CALLED = {"package": "target"}
"""Fields that are called otherwise: a migration's package is the one that it leads to."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A day that is to be agreed: the units it has, those that others take, and those that are wanted.

    `count`: how many migrations are to be agreed for it; `odd`: what is unusual about it otherwise.
    """

    day: dt.date
    units: int
    taken: int
    wanted: int
    count: int
    passed: bool
    odd: Message | None

    @property
    def exceeded(self) -> bool:
        """Whether more would be agreed for it than it can take. What has passed is only written down."""
        return not self.passed and self.wanted > 0 and self.taken + self.wanted > self.units

    @property
    def told(self) -> tuple[Message, ...]:
        """What is to be said of it before it is agreed; nothing where it is a day like any other."""
        found = [self.odd] if self.odd else []
        if self.exceeded and not self.units:
            found.append(Message("agree.no_units", {"day": self.day}))
        elif self.exceeded:
            values = {"day": self.day, "taken": self.taken, "units": self.units, "wanted": self.wanted}
            id = "agree.full" if self.taken >= self.units else "agree.overfull"
            found.append(Message(id, values, count=self.count))
        return tuple(found)


def chosen(
    day: dt.date | None,
    migrations: Iterable[Migration],
    capacity: Capacity,
    now: dt.datetime,
    *,
    moved: Collection[Migration] = (),
    new: int = 0,
) -> Chosen | None:
    """Return what a day comes to for migrations that are `moved` to it, or for a new one of so many domains.

    They count together, and where they stand now does not stand in their way. None where nothing is agreed anew: no
    day, or the one that all of them have.
    """
    if day is None or (moved and not new and all(_day(m) == day for m in moved)):
        return None
    refs = {m.ref for m in moved}
    others = (m for m in migrations if m.ref not in refs)
    taken = sum(capacity.units(len(one.migration.active)) for one in days(others, now) if one.day == day)
    sizes = _sizes(moved, new)
    wanted = wanted_units(capacity, moved, new)
    today = now.astimezone(WARSAW).date()
    unusual = odd(dt.datetime.combine(day, dt.time(), WARSAW), now)
    return Chosen(day, capacity.on(day), taken, wanted, len(sizes), day < today, unusual)


def wanted_units(capacity: Capacity, moved: Collection[Migration], new: int = 0) -> int:
    """Return the units that migrations take together, and a new one of so many domains."""
    # What is larger than a usual working day takes a whole one, as where days are offered.
    return sum(min(capacity.units(size), capacity.working_day or 1) for size in _sizes(moved, new))


def _sizes(moved: Collection[Migration], new: int) -> list[int]:
    return [len(m.active) for m in moved if m.open] + [new] * (new > 0)


def _day(m: Migration) -> dt.date | None:
    return m.planned_at.astimezone(WARSAW).date() if m.planned_at else None


def day_of(values: Mapping[str, Any]) -> dt.date | None:
    """Return the day that changed fields of a migration agree; None where they agree none."""
    at = values.get("planned_at")
    return at.astimezone(WARSAW).date() if isinstance(at, dt.datetime) else None


def reasons_for(
    values: Mapping[str, Any],
    given: Mapping[str, str],
    day: Chosen | None,
    tariff: Tariff | None = None,
    package_now: str = "",
) -> dict[str, str]:
    """Return the reasons that changed fields need, of those given, by field; raises InputError with each that lacks.

    `day`: what the agreed day comes to; `package_now`: the package that is there. What nothing asks for is left out.
    """
    found: dict[str, str] = {}
    wrong: list[FieldError] = []
    asked = {
        "planned_at": "error.reason_capacity" if day is not None and day.exceeded else "",
        "package": "error.reason_package"
        if package_choice.foreign(str(values.get("package", "")), tariff, package_now)
        else "",
    }
    for name, id in asked.items():
        if name not in values or not id:
            continue
        try:
            why = line_of("reason", given.get(name, "").strip())
            if not why:
                raise InputError(FieldError(_CALLED.get(name, name), "", Message(id)))
            found[name] = why
        except InputError as error:
            wrong += error.errors
    if wrong:
        raise InputError(*wrong)
    return found
