"""How much can be moved on which day, as data: data/capacity.toml read and checked."""

import calendar
import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.ground import workdays
from core.ground.validation import mistake, read_toml

NAME = "data/capacity.toml"

Units = Annotated[int, Field(ge=0, le=10_000)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Weekdays(_Part):
    """The units of days of the week that have others than a working day."""

    monday: Units | None = None
    tuesday: Units | None = None
    wednesday: Units | None = None
    thursday: Units | None = None
    friday: Units | None = None
    saturday: Units | None = None
    sunday: Units | None = None


class SingleDay(_Part):
    """The units of one day."""

    date: dt.date
    units: Units


class Size(_Part):
    """How many units a migration takes from so many domains on."""

    from_: Annotated[int, Field(alias="from", ge=1)]
    units: Annotated[int, Field(ge=1, le=10_000)]


class Capacity(_Part):
    """data/capacity.toml."""

    working_day: Units
    weekdays: Weekdays = Weekdays()
    days: list[SingleDay] = []
    sizes: Annotated[list[Size], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        firsts = [size.from_ for size in self.sizes]
        if firsts[0] != 1 or sorted(set(firsts)) != firsts:
            raise mistake("flow.error.sizes", found=", ".join(map(str, firsts)))
        dates = [day.date for day in self.days]
        if twice := sorted({date for date in dates if dates.count(date) > 1}):
            raise mistake("flow.error.day_twice", found=twice[0])
        return self

    def on(self, day: dt.date) -> int:
        """Return the units of a day: its own, else those of its day of the week, where people work on it."""
        own = next((single.units for single in self.days if single.date == day), None)
        if own is not None:
            return own
        of_week: int | None = getattr(self.weekdays, tuple(Weekdays.model_fields)[day.weekday()])
        if workdays.is_working_day(day):
            return self.working_day if of_week is None else of_week
        # A Saturday is worked where the file says so; a holiday only by its own entry.
        return of_week or 0 if day.weekday() >= calendar.SATURDAY else 0

    def units(self, domains: int) -> int:
        """Return how many units a migration of so many domains takes."""
        return next(size.units for size in reversed(self.sizes) if size.from_ <= max(domains, 1))


def parse_capacity(text: str) -> Capacity:
    """Return the capacity written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Capacity, NAME)
