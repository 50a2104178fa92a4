"""A workbook (XLSX, XLSB, XLS, ODS) as rows of texts, of one of its sheets.

calamine reads the cells; what each says is in `core.spreadsheet.typed_cells`, what calamine does not tell of them in
`core.spreadsheet.unseen`.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.files.spool import Spool
from core.ground.file_limits import WORKBOOKS_BEGIN
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import masked
from core.migration.import_columns import Column
from core.spreadsheet.choices import Reading
from core.spreadsheet.delimited import best_header
from core.spreadsheet.letters import garbled
from core.spreadsheet.office_parts import workbook_part
from core.spreadsheet.packed import Packed, broken, ole_streams
from core.spreadsheet.records import TOP, Record, refused
from core.spreadsheet.repair_kinds import NOT_CALCULATED, TURNED, Repair
from core.spreadsheet.typed_cells import said
from core.spreadsheet.unseen import Area, Unseen
from core.spreadsheet.unseen_ods import of_ods
from core.spreadsheet.unseen_records import of_xls, of_xlsb, xls_sheets, xlsb_parts
from core.spreadsheet.unseen_xlsx import of_xlsx, sheet_parts

_T = TypeVar("_T")

_NO_NAMES = frozenset((float, bool, dt.datetime, dt.date, dt.time, dt.timedelta))
"""What a spreadsheet makes of a name that looks like one, and of a number, which is a name as long as it is whole."""


def is_workbook(data: bytes) -> bool:
    """Return whether a file begins as workbooks do."""
    return data.startswith(WORKBOOKS_BEGIN)


class Book:
    """A workbook of which one sheet is read; its rows are as long as its cells reach.

    `prices`: places of columns where a price is asked, in which a formula's 0 is no answer; `named`: those of names, in
    which a day or a fraction is none; `fills`: what merged cells say in rows below their first one, by row and place,
    as far as rows are read.
    """

    encoding = delimiter = ""
    pads = True

    def __init__(self, data: bytes, how: Reading, columns: tuple[Column, ...]) -> None:
        """Open it; raises InputError on "file" where it cannot be read, on "sheet" where it has none of that name."""
        self.prices: frozenset[int] = frozenset()
        self.named: frozenset[int] = frozenset()
        self._odd: dict[int, set[int]] = {}
        self.fills: list[tuple[int, int, str]] = []
        self.mended: Spool[Repair] = Spool()
        self._merges = "merged" not in how.off
        self.kind, self._look = _opened(data)
        self._book = _by_calamine(CalamineWorkbook.from_filelike, io.BytesIO(data))
        sheets = [sheet for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        self.names = (*seen, *(sheet.name for sheet in sheets if sheet.name not in seen))
        if how.sheet is not None and how.sheet not in self.names:
            expected = ", ".join(masked(self.names))
            raise InputError(FieldError("sheet", how.sheet, Message("error.one_of", {"expected": expected})))
        self.name, (self._sheet, self._unseen) = self._choose(how.sheet, seen, columns)
        self._height, self._read = self._sheet.total_height, 0
        self._unpriced: Iterator[Record] = self._records()
        self.records = self._priced()

    def _choose(
        self, asked: str | None, seen: list[str], columns: tuple[Column, ...]
    ) -> tuple[str, tuple[CalamineSheet, Unseen]]:
        """Return the sheet that somebody said, else the first one in sight whose header is known, else one with cells.

        Raises InputError on "file" where no sheet has any.
        """
        first: str | None = None
        for name in (asked,) if asked is not None else self.names:
            sheet, unseen = self._one(name)
            if sheet.end is None and not unseen.cells:
                continue
            if asked is not None or (name in seen and best_header(_top(sheet), columns)[1]):
                return name, (sheet, unseen)
            first = first or name
        if first is None:
            raise refused(Message("error.file_empty"))
        # Read again: of a large workbook two sheets need not stay in memory.
        return first, self._one(first)

    def _one(self, name: str) -> tuple[CalamineSheet, Unseen]:
        # Looked at first: calamine makes room for all that lies between the cells.
        unseen = self._look(name)
        sheet = _by_calamine(self._book.get_sheet_by_name, name)
        if self.kind in ("xlsx", "xls"):
            unseen.merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
        return sheet, unseen

    def top(self, rows: int) -> list[Record]:
        """Return the first rows, before any is taken."""
        first = list(islice(self._unpriced, rows))
        self._unpriced = chain(first, self._unpriced)
        return [(number, [*cells]) if isinstance(cells, list) else (number, cells) for number, cells in first]

    @property
    def share(self) -> float:
        """How far it is read, 0 to 1."""
        return min(self._read / (self._height or 1), 1.0)

    def even(self, rows: int, width: int, sound: Callable[[list[list[str]]], bool]) -> None:
        """Return None: cells are read one by one."""

    def _priced(self) -> Iterator[Record]:
        # Which columns have prices, the header says, which is among these rows.
        for number, cells in self._unpriced:
            if self._unseen.zeros and isinstance(cells, list):
                for column in self.prices:
                    if (number - 1, column) in self._unseen.zeros:
                        cells[column] = NOT_CALCULATED
            odd = self._odd.pop(number, None)
            if odd and isinstance(cells, list):
                for column in odd & self.named:
                    cells[column] = TURNED + cells[column]
            yield number, cells

    def _records(self) -> Iterator[Record]:
        unseen, fill = self._unseen, _Filling(self._unseen.merged if self._merges else [])
        for row, cells, odd in _rows(self._sheet, max(unseen.cells, default=-1)):
            self._read = row + 1
            for column, text in unseen.cells.get(row, _NONE).items():
                cells += [""] * (column + 1 - len(cells))
                cells[column] = text
                # A duration or a yes of an ODS; an error is told as what it is.
                (odd.add if text in ("tak", "nie") or (text[-1:].isdigit() and ":" in text) else odd.discard)(column)
            # A row of which nothing but merged cells is left is none.
            if any(cells):
                filled = fill(row, cells, odd)
                self.fills += [(row + 1, column, text) for column, text in filled]
                if odd:
                    self._odd[row + 1] = odd
                yield row + 1, garbled("\n".join(cells)) or cells
            else:
                fill(row, cells, odd)


_NONE: dict[int, str] = {}


class _Filling:
    """Says a merged cell's text in the rows below its first one."""

    def __init__(self, merged: list[Area]) -> None:
        self._to_come = sorted((area for area in merged if area[2] > area[0]), reverse=True)
        # By column: merged cells that lie over each other are none, and a thousand of them would take their time.
        self._open: dict[int, tuple[int, str, bool]] = {}

    def __call__(self, row: int, cells: list[str], odd: set[int]) -> list[tuple[int, str]]:
        """Fill in a row, the next one, and return what was filled in at which places.

        `odd`: places of what a spreadsheet may have made of a name; those that are filled with such are added.
        """
        filled = []
        if self._open:
            self._open = {column: one for column, one in self._open.items() if one[0] >= row}
            for column, (_, text, of_odd) in self._open.items():
                if any(cells) and text and not any(cells[column : column + 1]):
                    cells += [""] * (column + 1 - len(cells))
                    cells[column] = text
                    filled.append((column, text))
                    if of_odd:
                        odd.add(column)
        while self._to_come and self._to_come[-1][0] <= row:
            _, column, last, _ = self._to_come.pop()
            self._open[column] = (last, cells[column] if column < len(cells) else "", column in odd)
        return filled


def _opened(data: bytes) -> tuple[str, Callable[[str], Unseen]]:
    """Return what kind of workbook a file is, and what looks at one of its sheets by name before it is read."""
    if data.startswith(WORKBOOKS_BEGIN[1]):
        streams = ole_streams(data)
        if "EncryptedPackage" in streams:
            raise refused(Message("error.workbook_password"))
        stream = streams.get("Workbook", streams.get("Book"))
        if not stream:
            raise refused(Message("error.not_csv"))
        places = xls_sheets(stream)
        # Only libraries write none, which work nothing out.
        uncalculated = "\x05SummaryInformation" not in streams
        # All at once: calamine reads all of an XLS and of an ODS as soon as it is opened.
        looks = {name: of_xls(stream, at, uncalculated) for name, at in places.items()}
        return "xls", lambda name: looks.get(name, Unseen())
    packed = Packed(data)
    if "xl/workbook.bin" in packed:
        parts = xlsb_parts(packed, "xl/workbook.bin")
        return "xlsb", lambda name: of_xlsb(packed, parts.get(name, ""))
    if "[Content_Types].xml" in packed and (workbook := workbook_part(packed)):
        parts, uncalculated = sheet_parts(packed, workbook)
        return "xlsx", lambda name: of_xlsx(packed, parts.get(name, ""), uncalculated)
    if packed.read("mimetype")[:100].startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        if b"encryption-data" in packed.read("META-INF/manifest.xml"):
            raise refused(Message("error.workbook_password"))
        tables = of_ods(packed)
        return "ods", lambda name: tables.get(name, Unseen())
    raise refused(Message("error.not_csv"))


def _by_calamine(work: Callable[..., _T], *args: Any) -> _T:
    """Let calamine do something; raises InputError on "file" where it cannot."""
    try:
        return work(*args)
    except PasswordError:
        raise refused(Message("error.workbook_password")) from None
    except Exception:
        raise broken() from None
    except BaseException as error:
        # What its authors did not foresee is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise broken() from None


def _top(sheet: CalamineSheet) -> list[list[str]]:
    return [cells for _, cells, _ in islice(_rows(sheet, -1), TOP)]


def _rows(sheet: CalamineSheet, last: int) -> Iterator[tuple[int, list[str], set[int]]]:
    """Yield the rows of a sheet, from the first one to the last with cells, and to this one; numbers are from 0.

    With each the places of cells that a spreadsheet may have made of a name that was typed.
    """
    # They come from the first row on, but from the first column that has cells.
    first = (sheet.start or (0, 0))[1]
    before = [""] * first
    rows = iter(sheet.iter_rows()) if sheet.end else iter(())
    row = 0
    while (cells := _by_calamine(next, rows, None)) is not None:
        texts = [*before, *[cell.strip() if cell.__class__ is str else said(cell) for cell in cells]]
        odd = {
            place
            for place, cell in enumerate(cells, first)
            if cell.__class__ in _NO_NAMES and not (cell.__class__ is float and cell.is_integer())
        }
        yield row, texts, odd
        row += 1
    yield from ((row, [], set()) for row in range(row, last + 1))
