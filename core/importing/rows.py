"""The rows of a spreadsheet as what they mean: one model a row, every mistake told with its line and its column."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from core import datafiles
from core.dns.names import Name, parse_name, read_each
from core.files.cells import taken_back
from core.files.spool import Spool
from core.ground import dates
from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When
from core.ground.secrets import Suspicion, login_header, secret_column, secret_in, suspicion
from core.migration import values
from core.migration.columns import BY_ID, suggest
from core.migration.domains import as_it_stands
from core.migration.migration import DOMAIN_COLUMNS, FIELDS
from core.migration.stages import CONFIRMED, DONE, SWITCHED, position
from core.migration.values import Status
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mending import Mender
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.repairs import Repair
from core.spreadsheet.said import Said
from core.spreadsheet.survey import Survey, survey


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
    return values.notes_text(text, field, longest=100 * values.NOTES_MAX)


_Text = Annotated[str, _read(values.one_text)]
_Count = Annotated[int | None, _read(values.parse_count)]
_YesNo = Annotated[bool | None, _read(values.parse_yes_no)]
_Waits = Annotated[str, _read(values.parse_waits)]
_When = Annotated[Any, _dated(dates.parse_when)]


class Row(BaseModel):
    """What a row says; None and "" where it says nothing. The fields are the ids of `core.migration.columns`."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    client: _Text
    domain: Annotated[tuple[Name, ...], _read(_names)]
    ref: _Text = ""
    status: Annotated[Status | None, _read(values.parse_status)] = None
    package: _Text = ""
    source_host: _Text = ""
    target_host: _Text = ""
    owner: _Text = ""
    deputy: _Text = ""
    waiting_on: _Waits = ""
    contact_name: _Text = ""
    contact_phone: _Text = ""
    mailboxes: _Count = None
    websites: _Count = None
    nonstandard: _Text = ""
    fee_applies: _YesNo = None
    planned_at: _When = None
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
    old_ns: Annotated[str, _read(values.parse_hosts)] = ""
    new_ns: Annotated[str, _read(values.parse_hosts)] = ""
    old_addresses: Annotated[str, _read(values.parse_addresses)] = ""
    new_addresses: Annotated[str, _read(values.parse_addresses)] = ""
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


def standing(numbered: Numbered, there: Collection[str]) -> Numbered:
    """Return a row that names its domains as they stand on the board: a `www.alfa.pl` of old is alfa.pl."""
    names = as_it_stands(numbered.says.domain, there)
    if names == numbered.says.domain:
        return numbered
    return replace(numbered, says=numbered.says.model_copy(update={"domain": names}))


OF_MIGRATION = FIELDS
"""Columns that fill in a field of the migration."""

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


def secrets_of(sheet: Sheet, excluded: Collection[str] = (), harmless: Collection[str] = ()) -> Sequence[RowError]:
    """Return where a file holds what looks like a secret, columns left out of the import aside. Values are not kept.

    `harmless`: columns of which somebody said that they hold none: what only has the shape of one
    (`error.secret_shape`) is let pass in them, nothing else is.
    """
    found: Spool[RowError] = Spool()
    asked: list[tuple[int, str, set[str]]] = []
    for index, name in enumerate(sheet.header):
        if secret_in(name) is not None:
            found.append(RowError(1, "", "", Message("error.secret_header", {"number": index + 1})))
        elif name in excluded:
            continue
        elif secret_column(name, _cells(sheet, index)):
            found.append(RowError(1, name, "", Message("error.secret_column")))
        else:
            asked.append((index, name, set()))
    # A login in one column, its password in the next, whatever that is called.
    beside = {index for index, _, _ in asked if index and login_header(sheet.header[index - 1])}
    for line in sheet.lines:
        if line.error is not None:
            # A row that does not fit its header may show a secret anywhere.
            if any(map(secret_in, {*line.cells})):
                found.append(RowError(line.number, "", "", Message("error.secret_ragged")))
            continue
        for index, name, known in asked:
            cell = line.cells[index]
            if index in beside and (why := suspicion(f"{line.cells[index - 1]} / {cell}")) and name not in harmless:
                found.append(RowError(line.number, name, "", Message("error.secret_shape", {"reason": why.reason})))
                continue
            if cell in known:
                continue
            why = _suspicion(cell, name)
            if why is None or (name in harmless and not why.sure):
                if len(known) == _REMEMBERED:
                    known.clear()
                known.add(cell)
            else:
                id = "error.secret" if why.sure else "error.secret_shape"
                found.append(RowError(line.number, name, "", Message(id, {"reason": why.reason})))
    return found


def _suspicion(cell: str, header: str) -> Suspicion | None:
    # Notes of ours are parted by a blank line; together they may sound like what none of them says.
    told = [why for part in cell.split("\n\n") if (why := suspicion(part, header))]
    return next((why for why in told if why.sure), told[0] if told else None)


_REMEMBERED = 2_000
"""Cells of a column that are known to be harmless: most are said again and again, a million others need no memory."""


def _cells(sheet: Sheet, index: int) -> Iterator[str]:
    return (line.cells[index] for line in sheet.lines if line.error is None)


def read_rows(sheet: Sheet, said: Said, found: Survey | None = None) -> Iterator[Numbered | list[RowError]]:
    """Return every row of a file, in its order: what it says, or all that is wrong with it.

    `found`: what `survey` found in the file, where that is known.
    """
    mapping, excluded = said.mapping, said.excluded
    found = found or survey(sheet, said)
    mend = Mender(found, said, datafiles.platform_names(), typed=sheet.kind != "csv")
    context = {"order": found.order}
    known = [(i, id) for i, name in enumerate(sheet.header) if name not in excluded and (id := mapping.get(name))]
    kept = [
        (i, kept_name(name))
        for i, name in enumerate(sheet.header)
        if name not in excluded and mapping.get(name) is None
    ]
    header_of = {id: sheet.header[i] for i, id in known}
    for line in sheet.lines:
        if line.error is not None:
            yield [RowError(line.number, "", "", line.error)]
            continue
        given: dict[str, str] = {}
        extra: dict[str, str] = {}
        wrong: list[RowError] = []
        repairs: list[Repair] = []
        for place, (i, name) in enumerate((*known, *kept)):
            cell, header = line.cells[i], sheet.header[i]
            if not cell:
                continue
            ours = place < len(known)
            mended = mend(name if ours else "", cell)
            wrong += [RowError(line.number, header, value, why) for value, why in mended.wrong]
            repairs += [Repair(line.number, header, *step) for step in mended.steps]
            if not mended.text:
                continue
            (given if ours else extra)[name] = mended.text
            if not ours and len(mended.text) > values.NOTES_MAX:
                why = Message("error.too_long", {"max_length": values.NOTES_MAX})
                wrong.append(RowError(line.number, header, mended.text, why))
        told = {error.column for error in wrong}
        try:
            says = Row.model_validate(given, context=context)
        except ValidationError as error:
            wrong += [one for one in _errors(error, line.number, header_of) if one.column not in told]
        if wrong:
            yield wrong[:_MOST_ERRORS]
        else:
            yield Numbered(line.number, says, extra, tuple(repairs))


def _errors(error: ValidationError, row: int, header_of: Mapping[str, str]) -> list[RowError]:
    found = []
    for mistake in error.errors(include_url=False):
        id = str(mistake["loc"][0])
        cause = mistake.get("ctx", {}).get("error")
        if isinstance(cause, InputError):
            found += [RowError(row, header_of[id], str(told.value), told.message) for told in cause.errors]
        else:
            found.append(RowError(row, header_of.get(id, BY_ID[id].header), "", Message("error.missing")))
    return found


def kept_name(header: str) -> str:
    """Return the name under which a column is kept that nobody knows: never one that is read as one of ours later."""
    name = taken_back(header)
    return f"{name} ({_ELSE})" if suggest([name])[name] else name


_ELSE = "inne"
_MOST_ERRORS = 20
"""Mistakes told of one row."""
