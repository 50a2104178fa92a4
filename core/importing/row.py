"""A row of a spreadsheet as what it means: a model of our columns, and which of its dates tells of which stage."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from core.dns.names import Name, parse_name, read_each
from core.ground import dates
from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When
from core.migration import cell_values
from core.migration.cell_values import Status
from core.migration.migration import DOMAIN_COLUMNS, FIELDS, WITHOUT_COLUMN
from core.migration.stages import CONFIRMED, DONE, SWITCHED, position
from core.spreadsheet.repair_kinds import Repair


def _read(parse: Callable[[str, str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda text, info: parse(text, info.field_name or ""))


def _dated(parse: Callable[[str, DateOrder, str], Any]) -> BeforeValidator:
    def read(text: str, info: ValidationInfo) -> Any:
        assert info.context is not None
        return parse(text, info.context["order"], info.field_name or "")

    return BeforeValidator(read)


def _names(text: str, field: str) -> tuple[Name, ...]:
    found = {name.ascii: name for name in read_each(text, field, lambda part: parse_name(part, field))}
    if not found:
        raise InputError(FieldError(field, text, Message("error.missing")))
    return tuple(found.values())


_VERSION = re.compile(r"([0-9]{1,9})-([0-9a-f]{8})(?:-([0-9a-f]{8}))?")


def _version(text: str, field: str) -> tuple[int, str, str]:
    found = _VERSION.fullmatch(text)
    if found is None:
        raise InputError(FieldError(field, text, Message("error.version")))
    return int(found[1]), found[2], found[3] or ""


def _notes(text: str, field: str) -> str:
    # All notes of a migration in one cell; each of them is no longer than the board takes.
    return cell_values.notes_text(text, field, longest=100 * cell_values.NOTES_MAX)


_Text = Annotated[str, _read(cell_values.one_text)]
_Count = Annotated[int | None, _read(cell_values.parse_count)]
_YesNo = Annotated[bool | None, _read(cell_values.parse_yes_no)]
_Waits = Annotated[str, _read(cell_values.parse_waits)]
_When = Annotated[Any, _dated(dates.parse_when)]
_Day = Annotated[dt.date | None, _dated(dates.parse_day)]


class Row(BaseModel):
    """What a row says; None and "" where it says nothing. The fields are the ids of `core.migration.import_columns`."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    client: _Text
    domain: Annotated[tuple[Name, ...], _read(_names)]
    ref: _Text = ""
    status: Annotated[Status | None, _read(cell_values.parse_status)] = None
    package: _Text = ""
    source_host: _Text = ""
    target_host: _Text = ""
    owner: _Text = ""
    deputy: _Text = ""
    waiting_on: _Waits = ""
    contact_name: _Text = ""
    contact_phone: _Text = ""
    no_phone: _Text = ""
    mailboxes: _Count = None
    websites: _Count = None
    nonstandard: _Text = ""
    fee_applies: _YesNo = None
    planned_at: _When = None
    old_hosting_until: _Day = None
    on_package: _When = None
    on_data: _When = None
    on_analysis: _When = None
    on_date: _When = None
    on_migration: _When = None
    on_sync: _When = None
    on_test: _When = None
    tested_at: _When = None
    on_dns: _When = None
    dns_switched_at: _When = None
    visible_at: _When = None
    on_passwords: _When = None
    password_changed: Annotated[Any, _dated(dates.parse_yes_or_date)] = None
    closed_at: _When = None
    hold_by: _Waits = ""
    hold_reason: _Text = ""
    cancel_reason: _Text = ""
    old_ns: Annotated[str, _read(cell_values.parse_hosts)] = ""
    new_ns: Annotated[str, _read(cell_values.parse_hosts)] = ""
    old_addresses: Annotated[str, _read(cell_values.parse_addresses)] = ""
    new_addresses: Annotated[str, _read(cell_values.parse_addresses)] = ""
    registered_until: _Day = None
    notes: Annotated[str, _read(_notes)] = ""
    version: Annotated[tuple[int, str, str] | None, _read(_version)] = None

    @property
    def cancelled(self) -> bool:
        """Whether the whole migration is given up."""
        return self.status is not None and self.status.side == "cancelled"

    @property
    def withdrawn(self) -> bool:
        """Whether its domains are not moved after all."""
        return self.status is not None and self.status.side == "withdrawn"

    @property
    def held(self) -> bool:
        """Whether it is on hold, by whomever."""
        return bool(self.hold_by) or (self.status is not None and self.status.side == "held")

    @property
    def stage_named(self) -> bool:
        """Whether the status says the stage; dates tell only that it has been reached."""
        return self.status is not None and self.status.stage is not None

    @cached_property
    def stage(self) -> str | None:
        """The stage that its domains have reached: what the status says, else at least the latest that has a date."""
        if self.status is not None and self.stage_named:
            return self.status.stage
        if self.withdrawn:
            return None
        # What was given up has an end, not a completion.
        dated = [
            stage
            for id, stage in REACHED.items()
            if getattr(self, id) not in (None, False) and not (self.cancelled and id == "closed_at")
        ]
        return max(dated, key=position, default=None)

    @property
    def over(self) -> bool:
        """Whether nothing is being moved any more."""
        return self.cancelled or self.withdrawn or self.stage == "closed"

    def dates(self, ids: Iterable[str]) -> dict[str, When | bool]:
        """Return the dates among some columns that the row gives."""
        return {id: value for id in ids if (value := getattr(self, id)) is not None}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A row that reads well: its line, what it says, and the cells of columns that nobody knows, by header.

    `repairs`: what was read in it otherwise than it stands.
    """

    row: int
    says: Row
    extra: Mapping[str, str]
    repairs: tuple[Repair, ...] = ()


OF_MIGRATION = tuple(name for name in FIELDS if name not in WITHOUT_COLUMN)
"""Columns that fill in a field of the migration: what a client hands over, lists or an archive, has none."""

OF_DOMAIN = DOMAIN_COLUMNS
"""Columns that fill in a field of the domain."""

COUNTS = ("mailboxes", "websites")
"""Those that count for the whole row: of several domains in it, the first has them."""

DATES_OF_MIGRATION = {
    "on_package": "package",
    "on_data": "data",
    "on_analysis": "analysis",
    "on_date": "date",
    "on_passwords": "passwords",
    "password_changed": "password_changed",
    "closed_at": "closed",
}
"""Columns with a date of the migration: the stage that was entered then, or the check that was done."""

DATES_OF_DOMAIN = {
    "on_migration": "migration",
    "on_sync": "sync",
    "on_test": "test",
    "tested_at": CONFIRMED,
    "on_dns": "dns",
    "dns_switched_at": SWITCHED,
    "visible_at": DONE,
}
"""Columns with a date of the domain: the step that was entered then, or the check that was done."""

CHECKS = (CONFIRMED, SWITCHED, "password_changed")
"""Items of dates that are checks; the others are stages and steps."""

BEGUN = "on_migration"
"""The date of a domain that is also one of its migration: the first of them began it."""

Given = When | bool | None
"""What a column of dates gives: a moment, that it happened, or nothing."""

REACHED = {
    "on_package": "package",
    "on_data": "data",
    "on_analysis": "analysis",
    "on_date": "date",
    "on_migration": "migration",
    "on_sync": "sync",
    "on_test": "test",
    "tested_at": "test",
    "on_dns": "dns",
    "dns_switched_at": "dns",
    "visible_at": "visible",
    "on_passwords": "passwords",
    "password_changed": "test",
    "closed_at": "closed",
}
"""The stage that has been reached at least where a column has a date."""


def beyond(row: Row) -> str | None:
    """Return a column whose date belongs to a later stage than the row's; None where none does."""
    if row.stage is None or row.over:
        return None
    for id, stage in REACHED.items():
        # The password may be changed while one of several domains is sent back.
        aside = id == "password_changed" and position(row.stage) >= position("migration")
        if getattr(row, id) not in (None, False) and position(stage) > position(row.stage) and not aside:
            return id
    return None
