"""The stages of a migration as data: data/stages.toml read and checked.

What a stage waits for, for how long and what the client is told is data. That a domain never goes past the client's
test without it is not: a file that says otherwise is refused (and `core.migration.rebuilding` holds it besides).
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from string import Formatter
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.ground.messages import FieldError, InputError, Message
from core.ground.validation import mistake, read_toml
from core.pricing.lead_time import LeadTime

NAME = "data/stages.toml"

Side = Literal["us", "client"]
Level = Literal["migration", "domain"]

StageId = Literal["package", "data", "analysis", "date", "migration", "sync", "test", "dns", "passwords", "closed"]
STAGES: tuple[str, ...] = get_args(StageId)
"""All stages of a migration, in order."""

STEPS = ("waiting", "migration", "sync", "test", "dns", "visible")
"""All steps of a domain, in order: the stages on its level between waiting for them and being done with them."""

FIRST_OF_DOMAINS, LAST_OF_DOMAINS = "migration", "dns"
TEST, SWITCH, DONE = "test", "dns", "visible"
CONFIRMED = "client_confirmed"
"""The check of the client's test, without which nothing goes past it."""
SWITCHED = "ns_changed"
"""The check whose moment starts the clock of the DNS."""
SEEN = "seen"
"""The check that a domain is seen on our servers."""
SEEN_BY_WATCH = (SWITCHED, SEEN)
"""The checks that the desk itself can see come true, and tick."""
FROM_FILE = "from-file"
"""The way in which a check was done that a spreadsheet tells by its status alone; no way of data/ is called so."""

STAGE_INDEX = {stage: index for index, stage in enumerate(STAGES)}
STEP_INDEX = {step: index for index, step in enumerate(STEPS)}


def position(stage: str) -> int:
    """Return the number of a stage or a step, so that later ones are greater; visible comes between DNS and passwords.

    >>> position("waiting") < position("migration") < position("dns") < position("visible") == position("passwords")
    True
    """
    if stage in STAGE_INDEX:
        return STAGE_INDEX[stage]
    return STAGE_INDEX["passwords"] if stage == DONE else STAGE_INDEX[FIRST_OF_DOMAINS] - 1


def stages_before(stage: str) -> list[str]:
    """Return the stages of a migration itself, none of its domains', that come before one."""
    return [own for own in STAGES if own not in STEPS and position(own) < position(stage)]


def steps_before(step: str) -> list[str]:
    """Return the steps of a domain on its way that come before one."""
    return [on_way for on_way in STEPS[1:] if position(on_way) < position(step)]


REWORKS = STEPS[1 : STEPS.index(TEST)]
"""The steps to which a domain goes back whose test failed."""

PLACEHOLDERS = ("client", "domains", "count", "day", "hour", "contact", "owner", "usual", "late")
"""What a message to the client may mention."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(_Part):
    """A text in both languages."""

    pl: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def in_(self, language: str) -> str:
        """Return the text in the language of a code."""
        return self.pl if language == "pl" else self.en


class Choice(_Part):
    """One of the ways in which a check can be done; `told`: it must be said by whom or how."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Words
    told: bool = False


GateField = Literal[
    "package", "nonstandard", "planned_at", "contact_name", "contact_phone", "mail_accounts", "site_list"
]
"""The fields of a migration that a gate may ask for."""

_LISTS = ("mail_accounts", "site_list")


class Check(_Part):
    """Something that must be true before a stage is left.

    `or_field`: a field that does instead of `field`, which says why that is blank; `needs`: the field without which it
    cannot be ticked.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    label: Words
    field: GateField | None = None
    or_field: Literal["no_phone"] | None = None
    needs: Literal["planned_at"] | None = None
    fact: Literal["agreed_day_come"] | None = None
    opens: StageId | None = None
    required: bool = True
    forceable: bool = True
    then: Side | None = None
    choices: Annotated[list[Choice], Field(min_length=1)] | None = None

    @property
    def ticked(self) -> bool:
        """Whether somebody ticks it; else it follows from what the migration is."""
        return self.field is None and self.fact is None

    @property
    def of_list(self) -> bool:
        """Whether it is done by a list that is handed over; a spreadsheet of migrations has no column for one."""
        return self.field in _LISTS

    @property
    def told_by_file(self) -> bool:
        """Whether a spreadsheet whose status leads past it is taken to say that it is done."""
        return self.ticked or self.of_list or self.field == "contact_phone"


class Clock(_Part):
    """How long something is expected to take: `usual` and, where later, when it is `late`, in units."""

    unit: Literal["working_days", "days", "hours"]
    usual: Annotated[int, Field(ge=1, le=1000)]
    late: Annotated[int, Field(ge=1, le=1000)] | None = None
    from_: Annotated[str | None, Field(alias="from")] = None
    until: str | None = None
    on_hold: bool = True

    @model_validator(mode="after")
    def _later(self) -> Self:
        if self.late is not None and self.late < self.usual:
            raise mistake("error.at_least", ge=self.usual)
        return self


SYNCHRONISED = "synchronised"
"""What a clock may start from besides a check: the moment from which every domain was past the synchronisation."""


class Stage(_Part):
    """One stage, as in the file.

    `before`: the clock that runs until the check from which `clock` does. `eve`: how many working days before the
    agreed day, once the client has accepted it, somebody is reminded of it.
    """

    id: StageId
    level: Level
    title: Words
    message: Words
    waits_on: Side | None = None
    clock: Clock | None = None
    before: Clock | None = None
    eve: Annotated[int, Field(ge=1, le=30)] | None = None
    wip_limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    checks: list[Check] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {check.id for check in self.checks if check.ticked}
        if self.clock and self.clock.from_ not in (None, SYNCHRONISED, *known):
            raise mistake("error.stage_clock", check=self.clock.from_)
        if self.clock and self.clock.until not in (None, *known):
            raise mistake("error.stage_clock", check=self.clock.until)
        if self.before and (self.clock is None or self.clock.from_ not in known):
            raise mistake("error.stage_before", stage=self.id)
        if self.eve and self.id != "date":
            raise mistake("error.stage_eve", stage=self.id)
        _fillable(self.message)
        return self


def _fillable(message: Words) -> None:
    for text in (message.pl, message.en):
        try:
            names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            raise mistake("error.stage_message", found=text, expected=", ".join(PLACEHOLDERS)) from None
        if unknown := names - set(PLACEHOLDERS):
            raise mistake("error.stage_message", found=sorted(unknown)[0], expected=", ".join(PLACEHOLDERS))


class StagesFile(_Part):
    """data/stages.toml. What the client is told besides: of a switch that was taken back, of the agreed day at hand."""

    switched_back: Words
    reminder: Words
    stages: list[Stage]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _fillable(self.switched_back)
        _fillable(self.reminder)
        if tuple(stage.id for stage in self.stages) != STAGES:
            raise mistake("error.stage_order", expected=", ".join(STAGES))
        for stage in self.stages:
            level = "domain" if stage.id in STEPS else "migration"
            if stage.level != level:
                raise mistake("error.stage_level", stage=stage.id, expected=level)
        checks = [check.id for stage in self.stages for check in stage.checks]
        ticked = {check.id for stage in self.stages for check in stage.checks if check.ticked}
        # Dates are corrected by the name of a tick, a stage or a step.
        if repeated := sorted({id for id in checks if checks.count(id) > 1} | ticked & {*STAGES, *STEPS}):
            raise mistake("error.stage_repeated", check=repeated[0])
        for stage in self.stages:
            first = STAGES.index(SWITCH) if stage.id == SWITCH else 0
            may = STAGES[first : STAGES.index(stage.id) + 1]
            for check in stage.checks:
                if check.id != CONFIRMED and check.opens not in (None, *may):
                    raise mistake("error.stage_opens", check=check.id, expected=", ".join(may))
        held: dict[str, dict[str, Check]] = {
            stage.id: {check.id: check for check in stage.checks} for stage in self.stages
        }
        for stage_id, check_id in ((TEST, CONFIRMED), (SWITCH, SWITCHED), ("passwords", "password_changed")):
            if check_id not in held[stage_id]:
                raise mistake("error.stage_check", stage=stage_id, check=check_id)
        test = held[TEST][CONFIRMED]
        if test.forceable or not test.required or not test.ticked or test.opens not in (None, TEST):
            raise mistake("error.stage_test", check=CONFIRMED)
        return self


class Process:
    """The stages, to be asked by id. Made by `parse_stages`."""

    def __init__(self, file: StagesFile) -> None:
        self.stages = tuple(file.stages)
        self.switched_back = file.switched_back
        self.reminder = file.reminder
        self.by_id: Mapping[str, Stage] = MappingProxyType({stage.id: stage for stage in file.stages})
        self.checks: Mapping[str, Check] = MappingProxyType(
            {check.id: check for stage in file.stages for check in stage.checks}
        )
        self.stage_of: Mapping[str, Stage] = MappingProxyType(
            {check.id: stage for stage in file.stages for check in stage.checks}
        )

    def of_field(self, stage: str, field: str) -> Iterator[Check]:
        """Return the checks of a stage that are done by filling in a field."""
        return (check for check in self.by_id[stage].checks if check.field == field)

    @cached_property
    def lead_time(self) -> LeadTime:
        """How long the analysis takes and the DNS at most: what a quote needs to say when the work is done."""
        analysis, dns = self.by_id["analysis"].clock, self.by_id[SWITCH].clock
        assert analysis is not None
        assert dns is not None
        return LeadTime(analysis_working_days=analysis.usual, dns_hours=dns.late or dns.usual)


def parse_stages(text: str) -> Process:
    """Return the process written in `text` (TOML); raises InputError with every mistake found."""
    file = read_toml(text, StagesFile, NAME)
    for id, unit in (("analysis", "working_days"), (SWITCH, "hours")):
        clock = next(stage.clock for stage in file.stages if stage.id == id)
        if clock is None or clock.unit != unit:
            raise InputError(FieldError(f"{NAME}: {id}", "", Message("error.stage_needs_clock", {"unit": unit})))
    return Process(file)
