"""Rows of cells out of a text with delimiters, as spreadsheets save it: record by record, or many lines at once."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat

from core.ground.messages import InputError, Message
from core.ground.text_limits import CELL, LINE
from core.ground.words import fold
from core.migration.import_columns import COLUMNS, Column, suggest
from core.spreadsheet.letters import Judged
from core.spreadsheet.records import TOP, Record, refused

DELIMITERS = (";", ",", "\t", "|")
LONGEST_RECORD = 500
"""Lines of the file that one row may take. A quote still open after that was never meant to open anything."""

_VAIN_TIMES, _VAIN = 3, 1_000_000
"""A file may be looked through so many times over, and so many letters, for the ends of quotes that have none.

The letters are for a short file with some such quotes: each may cost LONGEST_RECORD lines.
"""

_SAMPLE = 200
_BEGINNING = 1_000_000
"""Letters from which the delimiter is guessed."""
# Excel reads such a first line and does not show it; another program pads it like every row.
_SEP_LINE = re.compile(r'"?sep=([;,\t|])"?((?:[;,|]|[^\S\r\n])*)(?:\r\n|\r|\n|$)', re.IGNORECASE)


def guess_delimiter(text: str, columns: tuple[Column, ...] = COLUMNS) -> str:
    """Return the delimiter that cuts a header of known columns into most of them, wherever it stands at the top.

    Where none is known: the one that cuts the first row into several cells and most rows into as many; `;` for one
    column.
    """
    if told := _SEP_LINE.match(text):
        return told[2].strip()[:1] or told[1]
    best, best_fit = DELIMITERS[0], (0, 0.0, 0)
    for delimiter in DELIMITERS:
        try:
            records = islice(_beginning(text, delimiter), _SAMPLE)
            rows = [cells if isinstance(cells, list) else [] for _, cells in records]
        except InputError:
            # Quotes without an end, all over it.
            continue
        place, known = best_header(rows[:TOP], columns)
        widths = list(map(len, rows[place:]))
        if widths and widths[0] > 1:
            fit = (known, widths.count(widths[0]) / len(widths), widths[0])
            if fit > best_fit:
                best, best_fit = delimiter, fit
    return best


def _beginning(text: str, delimiter: str) -> Iterator[Record]:
    return _records(_Lines(io.StringIO(text, newline=""), 0), delimiter)


def best_header(rows: Sequence[Sequence[str]], columns: tuple[Column, ...]) -> tuple[int, int]:
    """Return the place of the first row that names most columns, and how many; (0, 0) where none names two."""
    best, most = 0, 0
    for place, cells in enumerate(rows):
        names = {fold(cell): None for cell in cells if cell and len(cell) <= LINE}
        known = len({*suggest([*names], columns).values()} - {None})
        if known > max(most, 1):
            best, most = place, known
    return best, most


class Text:
    """A text with delimiters: its first rows, then the others one by one or many at once."""

    kind, name = "csv", ""
    names: tuple[str, ...] = ()
    pads = False
    prices: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()

    def __init__(
        self, data: bytes, encoding: str, delimiter: str | None, columns: tuple[Column, ...], mends: bool
    ) -> None:
        self.encoding = encoding
        self.fills: list[tuple[int, int, str]] = []
        self._size = len(data)
        self._bytes = io.BytesIO(data)
        wrong = "strict" if encoding.startswith("utf-16") else "surrogateescape"
        try:
            file = io.TextIOWrapper(self._bytes, encoding, wrong, newline="")
        except LookupError:
            raise refused(Message("error.not_encoding", {"encoding": encoding})) from None
        judged = Judged(file, data, mends)
        self.mended = judged.mended
        self._text = iter(judged)
        beginning = self._read_beginning()
        self.delimiter = delimiter or guess_delimiter("".join(beginning), columns)
        told = bool(beginning and _SEP_LINE.match(beginning[0]))
        self._first = beginning[told:]
        self._lines = _Lines(chain(self._first, self._text), int(told), judged.bad)
        self.records = _records(self._lines, self.delimiter)

    def _read_beginning(self) -> list[str]:
        lines = [next(self._text, "").removeprefix("\ufeff")]
        read = len(lines[0])
        while read < _BEGINNING and (line := next(self._text, "")):
            lines.append(line)
            read += len(line)
        return [line for line in lines if line]

    def top(self, rows: int) -> list[Record]:
        """Return the first rows, before any is taken."""
        lines = _Lines(iter(self._first), self._lines.number, self._lines.bad)
        return list(islice(_records(lines, self.delimiter), rows))

    @property
    def share(self) -> float:
        """How far it is read, 0 to 1."""
        return self._bytes.tell() / self._size

    def even(
        self, rows: int, width: int, sound: Callable[[list[list[str]]], bool]
    ) -> tuple[range, list[list[str]]] | None:
        """Return the numbers and the columns of so many rows where each is one line of `width` cells.

        None, and none is taken, where one is anything else, or they are not `sound`.
        """
        first, lines = self._lines.number + 1, self._lines.take(rows)
        if lines:
            numbers, bad = range(first, first + len(lines)), self._lines.bad
            well = not bad or not any(map(bad.__contains__, numbers))
            columns = _even(lines, self.delimiter, width) if well else None
            if columns and sound(columns):
                return numbers, columns
            self._lines.put_back(lines)
        return None


def _even(lines: list[str], delimiter: str, width: int) -> list[list[str]] | None:
    """Return the columns of lines of which each is one row of `width` cells; None where one is anything else.

    What `_records` finds line by line, several times as fast.
    """
    text = "".join(lines)
    if "\0" in text or max(map(len, lines)) > CELL:
        return None
    columns: list[list[str]]
    if '"' in text:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))
        except csv.Error:
            return None
        # As many as there are lines: none takes two.
        if len(rows) != len(lines) or set(map(len, rows)) != {width}:
            return None
        columns = [list(map(str.strip, cells)) for cells in zip(*rows, strict=True)]
    else:
        if set(map(str.count, lines, repeat(delimiter))) != {width - 1}:
            return None
        for end in ("\r\n", "\n", "\r"):
            text = text.replace(end, delimiter)
        cells = text.split(delimiter)
        columns = [list(map(str.strip, cells[place : width * len(lines) : width])) for place in range(width)]
    if "" in columns[0] and not all(map(any, zip(*columns, strict=True))):
        return None
    return columns


_NONE: Mapping[int, Message] = {}


class _Lines:
    """Lines one after the other, of which some may be put back; `number` is that of the last one taken.

    `bad`: why some are not to be read, by number.
    """

    def __init__(self, lines: Iterator[str], number: int, bad: Mapping[int, Message] = _NONE) -> None:
        self.number, self.bad = number, bad
        self._lines = lines
        self._ahead: deque[str] = deque()
        self._letters = self._vain = 0

    def looked_at(self, letters: int) -> None:
        """Count letters that were looked at in vain; raises InputError on "file" where they are too many by now."""
        self._vain += letters
        if self._vain > _VAIN + _VAIN_TIMES * self._letters:
            raise refused(Message("error.quotes", {"row": self.number}))

    def take(self, most: int) -> list[str]:
        """Return the next lines, fewer only at the end."""
        taken = [self._ahead.popleft() for _ in range(min(most, len(self._ahead)))]
        taken += islice(self._lines, most - len(taken))
        self.number += len(taken)
        self._letters += sum(map(len, taken))
        return taken

    def next(self) -> str:
        """Return the next line, "" after the last."""
        line = self._ahead.popleft() if self._ahead else next(self._lines, "")
        self.number += bool(line)
        self._letters += len(line)
        return line

    def put_back(self, lines: Sequence[str]) -> None:
        """Take back lines, the last ones taken."""
        self._ahead.extendleft(reversed(lines))
        self.number -= len(lines)
        self._letters -= sum(map(len, lines))


def _records(lines: _Lines, delimiter: str) -> Iterator[Record]:
    """Yield every record that is not blank, its cells stripped, with the number of the line it begins on."""
    while line := lines.next():
        number = lines.number
        found = _quoted(line, lines, delimiter) if '"' in line else line.split(delimiter)
        if lines.bad and (why := next(filter(None, map(lines.bad.get, range(number, lines.number + 1))), None)):
            yield number, why
            continue
        if isinstance(found, csv.Error):
            yield number, found
            continue
        cells = list(map(str.strip, found))
        if any(cells):
            nul = "\0" in line or (lines.number > number and any("\0" in cell for cell in cells))
            yield number, csv.Error("NUL") if nul else cells


def _quoted(line: str, lines: _Lines, delimiter: str) -> "list[str] | csv.Error":
    """Return the record that begins with a line, and takes what else belongs to it."""
    ahead: list[str] = []

    def wanted() -> Iterator[str]:
        yield line
        while len(ahead) < LONGEST_RECORD - 1 and (more := lines.take(1)):
            ahead.extend(more)
            yield more[0]

    try:
        return next(csv.reader(wanted(), delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        # Only its first line is lost: a quote that nobody closed must not swallow the rows below it.
        lines.put_back(ahead)
        lines.looked_at(sum(map(len, ahead)))
        return error
