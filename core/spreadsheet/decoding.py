r"""A file somebody saved from a spreadsheet, as rows of text: its letters, its delimiter and its line numbers.

    sheet = read_sheet(data)
    sheet.header, sheet.lines[0].number, sheet.lines[0].cells

    for block in open_sheet(data).blocks():    # a million rows, of which only one block is in memory
        block.columns, block.refused

A row that cannot be read keeps its place and says why; only a file without any rows to speak of is refused.

>>> read_sheet(b"klient;domena\r\nR\xf3\xbfa;a.pl\r\n").lines[0].cells
('Róża', 'a.pl')
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.files.spool import Spool
from core.ground.file_limits import MIGRATION_ROWS
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import masked
from core.ground.text_limits import CELL, COLUMNS, LINE, shortened
from core.migration import import_columns as board
from core.migration.import_columns import Column
from core.spreadsheet.choices import AS_PROPOSED, Reading
from core.spreadsheet.delimited import Text, best_header
from core.spreadsheet.letters import guess_encoding
from core.spreadsheet.no_data import NoData
from core.spreadsheet.records import TOP, Record, refused
from core.spreadsheet.repair_kinds import Repair
from core.spreadsheet.workbooks import Book, is_workbook

KINDS = ("csv", "xlsx", "xls", "xlsb", "ods")
"""What files are read."""

_NOT_READ = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc"),
)
"""How PDF, pictures and archives begin."""

BLOCK = 10_000
"""Rows handed out at a time: enough that the interpreter costs little, few enough to tell progress."""
_WHOLE_BLOCK = 1_000
_LAST_HEADER = 1_000
"""Rows among which the header may be chosen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line of the file on which it begins (from 1), its cells, and why it is refused, if it is.

    A sound row has as many cells as the header; a refused one the cells it was found with, or none.
    """

    number: int
    cells: tuple[str, ...]
    error: Message | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no row of data: its line, its cells, and the kind of repair that leaves it out."""

    number: int
    cells: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was understood: the rows below the header, blank ones left out.

    `kind`: one of KINDS; `encoding` and `delimiter` are "" for a workbook, `name` and `names` (its sheets) for a text.
    `header_row`: the line of the header; `top`: the first lines of the sheet as they stand, of which one can be chosen
    for the header; `left_out`: rows that are no data, in the order of the file; `mended`: repairs of whole rows.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: Sequence[Line]
    kind: str = "csv"
    name: str = ""
    names: tuple[str, ...] = ()
    header_row: int = 1
    top: tuple[Line, ...] = ()
    left_out: Sequence[LeftOut] = ()
    mended: Sequence[Repair] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow one another: the sound ones by column with their numbers, the refused ones, and `share`.

    `share`: how far the whole file is read, 0 to 1.
    """

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]
    refused: list[Line]
    share: float

    @property
    def lines(self) -> list[Line]:
        """All rows, in the order of the file."""
        rows = zip(self.numbers, zip(*self.columns, strict=True), strict=True)
        return sorted((*(Line(number, cells, None) for number, cells in rows), *self.refused), key=lambda it: it.number)


class OpenSheet:
    """A file of which the header is read and the rows are still to come; `blocks` gives them, once.

    It has what a Sheet has but the lines; `left_out` and `mended` grow while the rows are read.
    """

    def __init__(self, file: Text | Book, how: Reading, columns: tuple[Column, ...]) -> None:
        self._file = file
        self.kind, self.encoding, self.delimiter = file.kind, file.encoding, file.delimiter
        self.name, self.names = file.name, file.names
        top = file.top(max(TOP, min(how.header_row or 0, _LAST_HEADER)))
        self.top = tuple(_as_line(number, cells) for number, cells in top[:TOP])
        place = _place_of_header(top, how, columns)
        self.left_out: Spool[LeftOut] = Spool()
        for number, cells in islice(file.records, place):
            self.left_out.append(LeftOut(number, tuple(cells) if isinstance(cells, list) else (), "title"))
        self.header_row, cells = next(file.records, (0, []))
        names = _header(cells)
        # A spreadsheet may add thousands of blank ones at the end.
        self._names = names[: _last(names)]
        # All rows of a workbook are as long as its longest.
        self._blank = 0 if file.pads else len(names) - len(self._names)
        self.header = tuple(name for name in self._names if name)
        self._no_data = NoData(self._names, how.off)
        asked = board.suggest(self.header, columns)
        kinds = {column.id: column.kind for column in columns}
        file.prices = frozenset(
            place for place, name in enumerate(self._names) if kinds.get(asked.get(name) or "") == "amount"
        )
        file.named = frozenset(place for place, name in enumerate(self._names) if asked.get(name) in board.NAMES)
        self.mended = file.mended

    def blocks(self, rows: int = BLOCK) -> Iterator[Block]:
        """Yield the rows below the header, blank ones left out, up to so many at a time.

        Raises InputError on "file" where the file turns out not to be in its encoding, or a column with values has no
        name.
        """
        file, width = self._file, len(self._names)
        unnamed = [place for place, name in enumerate(self._names) if not name]
        uneven = bool(unnamed or self._blank)
        while True:
            share = file.share
            if not uneven and (even := file.even(rows, width, self._no_data.in_none)):
                yield Block(*even, [], share)
                continue
            records = list(islice(file.records, rows))
            if not records:
                return
            self._tell_fills()
            numbers, sound, wrong = self._one_by_one(records)
            if unnamed:
                _drop(unnamed, sound)
            yield Block(numbers, list(zip(*sound, strict=True)) or [()] * len(self.header), wrong, share)

    def _tell_fills(self) -> None:
        for number, place, text in self._file.fills:
            if number > self.header_row and place < len(self._names) and self._names[place]:
                self.mended.append(Repair(number, self._names[place], "merged", "", text))
        self._file.fills.clear()

    def _one_by_one(self, records: list[Record]) -> tuple[list[int], list[list[str]], list[Line]]:
        """Return the numbers and cells of the sound rows, and the refused ones between them."""
        width, pads = len(self._names), self._file.pads
        numbers, sound, wrong = [], [], []
        for number, cells in records:
            if not isinstance(cells, list):
                wrong.append(_as_line(number, cells))
                continue
            # Spreadsheets add blank cells at the end.
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if pads:
                cells += [""] * (width - len(cells))
            if kind := self._no_data.kind(cells):
                self.left_out.append(LeftOut(number, tuple(cells), kind))
                continue
            if width < len(cells) <= width + self._blank:
                place = next(place for place in range(width, len(cells)) if cells[place])
                raise refused(Message("error.column_unnamed", {"column": place + 1}))
            if len(cells) == width and max(map(len, cells)) > CELL:
                wrong.append(Line(number, (), Message("error.cell_long", {"max_length": CELL})))
            elif len(cells) == width:
                numbers.append(number)
                sound.append(cells)
            else:
                error = Message("error.cells", {"expected": width, "found": len(cells)})
                wrong.append(Line(number, tuple(cells), error))
        return numbers, sound, wrong


def _as_line(number: int, cells: list[str] | csv.Error | Message) -> Line:
    if isinstance(cells, Message):
        return Line(number, (), cells)
    if isinstance(cells, csv.Error):
        return Line(number, (), Message("error.csv_row", {"detail": str(cells)}))
    return Line(number, tuple(cells), None)


def _place_of_header(top: list[Record], how: Reading, columns: tuple[Column, ...]) -> int:
    """Return which of the first rows has the names of the columns, as somebody said or as proposed."""
    if how.header_row is not None:
        numbers = [number for number, _ in top]
        if how.header_row not in numbers:
            nearest = min(numbers, key=lambda number: abs(number - (how.header_row or 0)), default=1)
            raise InputError(FieldError("header_row", how.header_row, Message("error.header_row", {"row": nearest})))
        return numbers.index(how.header_row)
    if "title" in how.off:
        return 0
    return best_header([cells if isinstance(cells, list) else [] for _, cells in top], columns)[0]


def _drop(unnamed: Sequence[int], rows: list[list[str]]) -> None:
    """Take the columns without a name out of the rows; raise InputError where one has a value."""
    for place in unnamed:
        if any(cells[place] for cells in rows):
            raise refused(Message("error.column_unnamed", {"column": place + 1}))
    named = sorted({*range(len(rows[0]))} - {*unnamed}) if rows else []
    for cells in rows:
        cells[:] = [cells[place] for place in named]


def open_sheet(data: bytes, how: Reading = AS_PROPOSED, columns: tuple[Column, ...] = board.COLUMNS) -> OpenSheet:
    """Return a file with its header read, as somebody said or as guessed.

    What it is, its content says. The header is the first row that names most of the `columns` that are known, the first
    one where none names two. Cells lose the white space around them; cells and columns that are blank throughout and
    have no name are dropped. Raises InputError on "file" where it is empty, neither text nor workbook, not in the
    encoding asked for, or has more than COLUMNS columns, on "sheet" and "header_row" where there is no such, and on
    each header name that is repeated or too long.
    """
    return OpenSheet(_opened(data, how, columns), how, columns)


def _opened(data: bytes, how: Reading, columns: tuple[Column, ...]) -> Text | Book:
    if is_workbook(data):
        return Book(data, how, columns)
    if data.startswith(_NOT_READ):
        raise refused(Message("error.not_csv"))
    encoding = how.encoding or guess_encoding(data)
    return Text(data, encoding, how.delimiter, columns, mends="encoding" not in how.off)


def read_sheet(data: bytes, how: Reading = AS_PROPOSED) -> Sheet:
    """Return a whole file at once, as `open_sheet` reads it; raises InputError as that and its `blocks` do.

    InputError on "file", too, where it has more than MIGRATION_ROWS rows.
    """
    opened = open_sheet(data, how)
    lines: Spool[Line] = Spool()
    for block in opened.blocks(_WHOLE_BLOCK):
        for line in block.lines:
            lines.append(line)
        if len(lines) + len(opened.left_out) > MIGRATION_ROWS:
            raise refused(Message("error.too_many_rows", {"most": MIGRATION_ROWS}))
    return Sheet(
        opened.encoding,
        opened.delimiter,
        opened.header,
        lines,
        opened.kind,
        opened.name,
        opened.names,
        opened.header_row,
        opened.top,
        opened.left_out,
        opened.mended,
    )


def glimpse(data: bytes, how: Reading, columns: tuple[Column, ...] = board.COLUMNS) -> Sheet | None:
    """Return a file that could not be read as it was to be, without rows: its sheets and first lines, to choose from.

    None where even those cannot be read.
    """
    try:
        file = _opened(data, how, columns)
    except InputError:
        return None
    top = file.top(TOP)
    place = best_header([cells if isinstance(cells, list) else [] for _, cells in top], columns)[0]
    row = how.header_row or (top[place][0] if top else 1)
    lines = tuple(_as_line(number, cells) for number, cells in top)
    return Sheet(file.encoding, file.delimiter, (), (), file.kind, file.name, file.names, row, lines)


def _header(cells: list[str] | csv.Error | Message) -> list[str]:
    if isinstance(cells, Message):
        raise refused(cells)
    if isinstance(cells, csv.Error):
        nul = str(cells) == "NUL"
        raise refused(Message("error.not_csv") if nul else Message("error.csv_row", {"detail": str(cells)}))
    if not cells:
        raise refused(Message("error.file_empty"))
    if (found := _last(cells)) > COLUMNS:
        raise refused(Message("error.columns", {"found": found, "most": COLUMNS}))
    names = [" ".join(cell.split()) for cell in cells]
    if long := [name for name in names if len(name) > LINE]:
        raise InputError(*(FieldError(shortened(n), "", Message("error.too_long", {"max_length": LINE})) for n in long))
    times = Counter(name.casefold() for name in names)
    if repeated := sorted({name for name in names if name and times[name.casefold()] > 1}):
        raise InputError(*(FieldError(name, "", Message("error.column_repeated")) for name in masked(repeated)))
    return names


def _last(cells: Sequence[str]) -> int:
    """Return the number of the last cell that is not blank."""
    return max(place for place, cell in enumerate(cells, start=1) if cell)
