"""Tables as an XLSX workbook: dates are dates, numbers are numbers, and no text is ever a formula."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from core.files.formula_safe import neutral
from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.pricing.money import to_decimal

_LONGEST = 32_767
"""Letters that a cell holds at most."""


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its header, the width of each column in characters, and its rows.

    A cell may be None, a text, a count, an amount (Grosze, in zl then), a date, or a moment, which becomes the wall
    time in Warsaw; its midnight is a date.
    """

    name: str
    header: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[object]]


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return the sheets as a file; their headers stay in sight and can filter."""
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(one.widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_cell(sheet, name, bold=True) for name in one.header])
        count = 1
        for count, row in enumerate(one.rows, start=2):  # noqa: B007 - counted for the filter below
            sheet.append([_cell(sheet, value) for value in row])
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(one.header))}{count}"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: object, *, bold: bool = False) -> Cell | int | None:
    match value:
        case None | "":
            return None
        case Grosze():
            return _shown(sheet, to_decimal(value), "#,##0.00")
        case Decimal():
            return _shown(sheet, value, "General")
        case dt.datetime():
            # A workbook has no zones.
            wall = value.astimezone(WARSAW).replace(second=0, microsecond=0, tzinfo=None)
            return _shown(sheet, wall, "dd.mm.yyyy" if wall.time() == dt.time() else "dd.mm.yyyy hh:mm")
        case dt.date():
            return _shown(sheet, value, "dd.mm.yyyy")
        case int() if not isinstance(value, bool):
            return value
    # Characters that a workbook cannot hold at all are left out.
    text = neutral(ILLEGAL_CHARACTERS_RE.sub("", str(value)))
    cell = WriteOnlyCell(sheet, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
    # Else "#N/A" would be an error.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _shown(sheet: WriteOnlyWorksheet, value: Any, number_format: str) -> Cell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell
