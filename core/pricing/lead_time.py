"""How long the work of a migration takes, and whether it carries the change past a boundary of the terms.

Ordered on a day, the work is analysed, then done on an agreed day, then caches of the DNS expire (PROCESS, "Stages").
The change is carried out somewhere between the agreed day and the last of these: expectations, not guarantees.
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.messages import FieldError, InputError, Message
from core.pricing import calendar
from core.pricing.quote import Option, Quote, quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.validation import input_error


class LeadTime(BaseModel):
    """The table [lead_time] of data/process.toml: working days of the analysis, hours of the DNS at most."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    analysis_working_days: Annotated[int, Field(ge=0, le=30)]
    dns_hours: Annotated[int, Field(ge=0, le=336)]


class ProcessFile(BaseModel):
    """data/process.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lead_time: LeadTime


def parse_process(text: str) -> ProcessFile:
    """Return the process file written in `text` (TOML); raises InputError with every mistake found."""
    try:
        return ProcessFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError(FieldError("", "", Message("error.toml", {"detail": str(error)}))) from None
    except ValidationError as error:
        raise input_error(error) from None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The days of a migration; each is the last one expected for its step."""

    ordered: dt.date
    analysed: dt.date
    agreed: dt.date
    visible: dt.date


def schedule(ordered: dt.date, agreed: dt.date | None, lead_time: LeadTime) -> Schedule:
    """Return the days of a migration ordered on a day, done on the agreed one (None: the earliest that can be agreed).

    Raises InputError where the agreed day comes before the earliest.
    """
    analysed = working_days_later(ordered, lead_time.analysis_working_days)
    earliest = working_days_later(analysed, 1)
    if agreed is not None and agreed < earliest:
        values = {"earliest": earliest, "analysed": analysed}
        raise InputError(FieldError("agreed_on", agreed, Message("error.agreed_too_early", values)))
    day = agreed or earliest
    # The switch may come as late as the evening of the agreed day, so a part of a day counts as a day.
    return Schedule(ordered, analysed, day, day + dt.timedelta(days=-(-lead_time.dns_hours // 24)))


def working_days_later(day: dt.date, days: int) -> dt.date:
    """Return the n-th working day after a day by the Polish calendar; the day itself for 0."""
    return _poland().get_nth_working_day(day, days) if days else day


@cache
def _poland() -> holidays.HolidayBase:
    return holidays.country_holidays("PL")


def is_work(option: Option) -> bool:
    """Whether the option has domains moved by us: only then does the work take days."""
    return any(line.kind == "migration" and line.net > 0 for line in option.lines)


@dataclass(frozen=True, slots=True)
class Carried:
    """A change as ordered and as carried out at the latest; `late` and its option are None where that is refused."""

    schedule: Schedule
    ordered: Option
    late: Quote | None
    late_option: Option | None
    refused: tuple[FieldError, ...]
    crosses: bool
    """Whether another rule or another table of the tariff decides by then."""


def carried(found: Quote, option: Option, tariff: Tariff, when: Schedule) -> Carried:
    """Return what the change costs if it is carried out on the last day of its schedule."""
    try:
        late = quote(found.request.model_copy(update={"change_on": when.visible}), tariff)
    except InputError as error:
        return Carried(when, option, None, None, error.errors, True)
    kinds = {other.kind: other for other in late.options}
    late_option = kinds.get(option.kind) or kinds.get(OptionKind.ORDERED) or late.options[-1]
    # Another price list or VAT on the way counts like another rule; that the days grow fewer does not.
    before, after = (tariff.on(calendar.number(day)) for day in (found.request.change_on, when.visible))
    crosses = late.rule.id != found.rule.id or before is not after
    return Carried(when, option, late, late_option, (), crosses)
