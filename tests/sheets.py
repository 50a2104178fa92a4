"""Tables as the programs of others write them: openpyxl, XlsxWriter, odfpy, xlwt and pyxlsbwriter, none of them ours.

    data = WRITERS["xlsx"]([Tab("migracje", [["klient", "domena"], ["Alfa", "alfa.pl"]])])

A cell is None, a text, a number, a bool, a date, a moment, a time of day, a duration, or a Formula.
"""

import csv
import datetime as dt
import io
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from odf import table, text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from pyxlsbwriter import XlsbWriter


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and its result, None where it was never calculated."""

    of: str
    result: object = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet. `merged`: first and last row and column (from 0) of cells that are one; `hidden`: out of sight."""

    name: str
    rows: Sequence[Sequence[object]]
    hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()


Tabs = Sequence[Tab]

_DAY, _MOMENT, _CLOCK, _SPAN = "dd.mm.yyyy", "dd.mm.yyyy hh:mm:ss", "hh:mm:ss", "[hh]:mm:ss"


def _format(value: object) -> str:
    match value:
        case dt.datetime():
            return _MOMENT
        case dt.date():
            return _DAY
        case dt.time():
            return _CLOCK
        case dt.timedelta():
            return _SPAN
    return ""


def by_openpyxl(tabs: Tabs) -> bytes:
    """XLSX. A formula has no result: the program calculates nothing."""
    book = openpyxl.Workbook()
    del book[book.active.title]
    for tab in tabs:
        sheet = book.create_sheet(tab.name)
        sheet.sheet_state = "hidden" if tab.hidden else "visible"
        for r, row in enumerate(tab.rows, start=1):
            for c, value in enumerate(row, start=1):
                if value is None:
                    continue
                cell = sheet.cell(r, c)
                cell.value = value.of if isinstance(value, Formula) else value
                if isinstance(value, str):
                    # Else "=1" would be a formula and "#N/A" an error.
                    cell.data_type = "s"
                if shown := _format(value):
                    cell.number_format = shown
        for first, left, last, right in tab.merged:
            sheet.merge_cells(start_row=first + 1, start_column=left + 1, end_row=last + 1, end_column=right + 1)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter(tabs: Tabs) -> bytes:
    """XLSX. A formula without a result is written as 0, and the workbook asks to be calculated when it is opened."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for tab in tabs:
        sheet = book.add_worksheet(tab.name)
        if tab.hidden:
            sheet.hide()
        elif tab is next(tab for tab in tabs if not tab.hidden):
            # It hides no sheet that is the active one, which the first is.
            sheet.activate()
            sheet.set_first_sheet()
        for first, left, last, right in tab.merged:
            sheet.merge_range(first, left, last, right, "")
        for r, row in enumerate(tab.rows):
            for c, value in enumerate(row):
                shown = _format(value)
                form = book.add_format({"num_format": shown}) if shown else None
                match value:
                    case None:
                        continue
                    case Formula():
                        sheet.write_formula(r, c, value.of, None, 0 if value.result is None else value.result)
                    case str():
                        sheet.write_string(r, c, value)
                    case bool():
                        sheet.write_boolean(r, c, value)
                    case int() | float():
                        sheet.write_number(r, c, value)
                    case _:
                        sheet.write_datetime(r, c, value, form)
    book.close()
    return file.getvalue()


def by_odfpy(tabs: Tabs) -> bytes:
    """ODS, as plain as it can be: no number formats, days and times by their types alone."""
    document = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    for tab in tabs:
        sheet = table.Table(name=tab.name, **({"stylename": hidden} if tab.hidden else {}))
        covered = {
            (r, c)
            for first, left, last, right in tab.merged
            for r in range(first, last + 1)
            for c in range(left, right + 1)
        }
        spans = {(m[0], m[1]): (m[2] - m[0] + 1, m[3] - m[1] + 1) for m in tab.merged}
        for r, row in enumerate(tab.rows):
            line = table.TableRow()
            for c, value in enumerate(row):
                line.addElement(_odf_cell(value, spans.get((r, c)), covered=(r, c) in covered))
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def _odf_cell(value: object, span: tuple[int, int] | None, *, covered: bool) -> Any:
    if covered and span is None:
        return table.CoveredTableCell()
    how: dict[str, Any] = dict(zip(("numberrowsspanned", "numbercolumnsspanned"), span or (), strict=False))
    if isinstance(value, Formula):
        how["formula"] = f"of:{value.of}"
        value = value.result
    match value:
        case None:
            return table.TableCell(**how)
        case bool():
            how |= {"valuetype": "boolean", "booleanvalue": str(value).lower()}
        case int() | float():
            how |= {"valuetype": "float", "value": repr(value)}
        case dt.date():
            how |= {"valuetype": "date", "datevalue": value.isoformat()}
        case dt.time():
            how |= {"valuetype": "time", "timevalue": f"PT{value.hour:02}H{value.minute:02}M{value.second:02}S"}
        case dt.timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            how |= {"valuetype": "time", "timevalue": f"PT{minutes // 60:02}H{minutes % 60:02}M{seconds:02}S"}
        case _:
            how["valuetype"] = "string"
    cell = table.TableCell(**how)
    for line in str(value).split("\n"):
        cell.addElement(text.P(text=line))
    return cell


def by_xlwt(tabs: Tabs) -> bytes:
    """XLS of 1997. A formula has no result."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = xlwt.Workbook(encoding="utf-8")
        for tab in tabs:
            sheet = book.add_sheet(tab.name)
            sheet.visibility = int(tab.hidden)
            for first, left, last, right in tab.merged:
                sheet.merge(first, last, left, right)
            for r, row in enumerate(tab.rows):
                for c, value in enumerate(row):
                    if value is None:
                        continue
                    shown = xlwt.easyxf(num_format_str=_format(value) or "General")
                    if isinstance(value, Formula):
                        value = xlwt.Formula(value.of.removeprefix("="))
                    elif isinstance(value, dt.timedelta):
                        value = value / dt.timedelta(days=1)
                    sheet.write(r, c, value, shown)
        file = io.BytesIO()
        book.save(file)
    return file.getvalue()


def by_pyxlsbwriter(tabs: Tabs) -> bytes:
    """XLSB. It knows texts, numbers, bools, days and moments; a row as wide as the widest."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.xlsb"
        with XlsbWriter(str(file)) as book:
            for tab in tabs:
                width = max(map(len, tab.rows), default=1)
                book.add_sheet(tab.name, tab.hidden)
                book.write_sheet([[*row, *[None] * (width - len(row))] for row in tab.rows])
        return file.read_bytes()


def as_csv(rows: Sequence[Sequence[object]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """CSV, every cell as a Polish spreadsheet shows it."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([[shown(value) for value in row] for row in rows])
    return file.getvalue().encode(encoding)


def shown(value: object) -> str:
    """Return a cell as a Polish spreadsheet shows it, General or as a day, and writes it to CSV."""
    match value:
        case None:
            return ""
        case Formula():
            return shown(value.result)
        case bool():
            return "PRAWDA" if value else "FAŁSZ"
        case float():
            return f"{value:.10g}".replace(".", ",")
        case dt.datetime():
            return value.strftime("%d.%m.%Y %H:%M")
        case dt.date():
            return value.strftime("%d.%m.%Y")
    return str(value)


WRITERS: dict[str, Callable[[Tabs], bytes]] = {
    "csv": lambda tabs: as_csv(tabs[0].rows),
    "xlsx": by_openpyxl,
    "xls": by_xlwt,
    "xlsb": by_pyxlsbwriter,
    "ods": by_odfpy,
}
"""One for each kind of file; `by_xlsxwriter` writes XLSX, too."""
