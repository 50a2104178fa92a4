"""The rows of a file, read one after the other: what each says, or every mistake with its line and its column."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pydantic import ValidationError

from core import datafiles
from core.files.formula_safe import taken_back
from core.ground.messages import InputError, Message
from core.importing.row import Numbered, Row
from core.migration.cell_values import NOTES_MAX
from core.migration.domains import as_it_stands
from core.migration.import_columns import BY_ID, suggest
from core.spreadsheet.cell_repairs import Mender
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.repair_kinds import Repair
from core.spreadsheet.survey import Survey, survey


def standing(numbered: Numbered, there: Collection[str]) -> Numbered:
    """Return a row that names its domains as they stand on the board: a `www.alfa.pl` of old is alfa.pl."""
    names = as_it_stands(numbered.says.domain, there)
    if names == numbered.says.domain:
        return numbered
    return replace(numbered, says=numbered.says.model_copy(update={"domain": names}))


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
            if not ours and len(mended.text) > NOTES_MAX:
                why = Message("error.too_long", {"max_length": NOTES_MAX})
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
