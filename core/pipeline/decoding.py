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
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, repeat

from core.bounds import CELL, COLUMNS, LINE, shortened
from core.limits import MIGRATION_ROWS
from core.messages import FieldError, InputError, Message
from core.pipeline.repairs import Repair
from core.pipeline.said import AS_PROPOSED, Reading
from core.spool import Spool

KINDS = ("csv", "xlsx", "xls", "xlsb", "ods")
"""What files are read."""
ENCODINGS = ("utf-8", "cp1250", "iso-8859-2", "cp852")
DELIMITERS = (";", ",", "\t", "|")

LONGEST_RECORD = 500
"""Lines of the file that one row may take. A quote still open after that was never meant to open anything."""

_VAIN_TIMES, _VAIN = 3, 1_000_000
"""A file may be looked through so many times over, and so many letters, for the ends of quotes that have none.

The letters are for a short file with some such quotes: each may cost LONGEST_RECORD lines.
"""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc"),
)
"""How xlsx and ods, old xls, PDF, pictures and archives begin."""

BLOCK = 10_000
"""Rows handed out at a time: enough that the interpreter costs little, few enough to tell progress."""
_WHOLE_BLOCK = 1_000

_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_NEUTRAL = frozenset("\xa0„”“‘’–—…«»€§°×±©®™•·")
# SPÓŁKA and RÓŻA in cp1250 are valid UTF-8, too: "SP\u04e3KA", "R\u04efA".
_TWO_SCRIPTS = re.compile(r"[A-Z][\u0180-\u02ff\u0370-\u07ff]|[\u0180-\u02ff\u0370-\u07ff][A-Z]")
# How the letters of _TWO_SCRIPTS begin in UTF-8: where none does, there is nothing to search for.
_NO_OTHER_SCRIPT = bytes(byte for byte in range(256) if not (0xC6 <= byte <= 0xCB or 0xCD <= byte <= 0xDF))
_WORDS_ONLY = bytes(byte if byte >= 0x80 or chr(byte).isalpha() else 0x20 for byte in range(256))
_SAMPLE = 200
_BEGINNING = 1_000_000
"""Letters from which the delimiter is guessed."""
_AT_A_TIME = 1 << 20
"""Bytes in which letters are looked for at a time."""
# Excel reads such a first line and does not show it.
_SEP_LINE = re.compile(r'"?sep=([;,\t|])"?[^\S\r\n]*(?:\r\n|\r|\n|$)', re.IGNORECASE)


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


def guess_encoding(data: bytes) -> str:
    """Return the encoding of a Polish file: one of ENCODINGS, or `utf-16` by its byte order mark."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        candidates: tuple[str, ...] = ENCODINGS[1:]
    else:
        if not data.translate(None, _NO_OTHER_SCRIPT) or not _TWO_SCRIPTS.search(text):
            return "utf-8"
        candidates = ENCODINGS
        del text
    words = b" ".join(_words(data))
    return max(candidates, key=lambda encoding: _likeness(words, encoding))


def _words(data: bytes) -> set[bytes]:
    """Return the words that have other letters than those of ASCII."""
    file = io.BytesIO(data)
    found: set[bytes] = set()
    while part := file.read(_AT_A_TIME):
        # To the end of the line, so that no word is cut in two.
        found.update((part + file.readline()).translate(_WORDS_ONLY).split())
    return {word for word in found if not word.isascii()}


def _likeness(words: bytes, encoding: str) -> float:
    """Return how Polish the words look: a point for each Polish letter that suits its word, one off for what is odd."""
    try:
        text = words.decode(encoding)
    except UnicodeDecodeError:
        return float("-inf")
    points = -sum(not (letter.isascii() or letter in _POLISH or letter in _NEUTRAL) for letter in text)
    # Case tells Ą of cp1250 from ą of cp852, which are the same byte; a letter by itself may be a dash elsewhere.
    for word in re.findall(r"[^\W\d_]{2,}", text):
        if word.islower() or word.isupper() or word.istitle():
            points += sum(letter in _POLISH for letter in word)
    return points


def guess_delimiter(text: str) -> str:
    """Return the delimiter that cuts the header into several cells and most rows into as many; `;` for one column."""
    if told := _SEP_LINE.match(text):
        return told[1]
    best, best_fit = DELIMITERS[0], (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [0 if isinstance(cells, csv.Error) else len(cells) for _, cells in _sample(text, delimiter)]
        except InputError:
            # Quotes without an end, all over it.
            continue
        if widths and widths[0] > 1:
            fit = (widths.count(widths[0]) / len(widths), widths[0])
            if fit > best_fit:
                best, best_fit = delimiter, fit
    return best


def _sample(text: str, delimiter: str) -> Iterator[tuple[int, "list[str] | csv.Error"]]:
    return islice(_records(_Lines(io.StringIO(text, newline=""), 0), delimiter), _SAMPLE)


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
    """A file of which the header is read and the rows are still to come; `blocks` gives them, once."""

    def __init__(self, data: bytes, encoding: str, delimiter: str | None) -> None:
        self.encoding = encoding
        self._size = len(data)
        self._bytes = io.BytesIO(data)
        try:
            file = io.TextIOWrapper(self._bytes, encoding, newline="")
        except LookupError:
            raise _not_in(encoding) from None
        self._text = _lines_of(file)
        beginning = self._read_beginning()
        self.delimiter = delimiter or guess_delimiter("".join(beginning))
        told = bool(beginning and _SEP_LINE.match(beginning[0]))
        self._lines = _Lines(chain(beginning[told:], self._text), int(told))
        self._records = _records(self._lines, self.delimiter)
        names = _header(self._records)
        # A spreadsheet may add thousands of blank ones at the end.
        self._names = names[: _last(names)]
        self._blank = len(names) - len(self._names)
        self.header = tuple(name for name in self._names if name)

    def _read_beginning(self) -> list[str]:
        lines = [next(self._text, "").removeprefix("\ufeff")]
        read = len(lines[0])
        while read < _BEGINNING and (line := next(self._text, "")):
            lines.append(line)
            read += len(line)
        return [line for line in lines if line]

    def blocks(self, rows: int = BLOCK) -> Iterator[Block]:
        """Yield the rows below the header, blank ones left out, up to so many at a time.

        Raises InputError on "file" where the file turns out not to be in its encoding, or a column with values has no
        name.
        """
        unnamed = [place for place, name in enumerate(self._names) if not name]
        while True:
            share = self._bytes.tell() / self._size
            first, lines = self._lines.number + 1, self._lines.take(rows)
            if not lines:
                return
            if not (unnamed or self._blank) and (columns := _even(lines, self.delimiter, len(self._names))):
                yield Block(range(first, first + len(lines)), columns, [], share)
                continue
            self._lines.put_back(lines)
            numbers, sound, refused = self._one_by_one(rows)
            if unnamed:
                _drop(unnamed, sound)
            yield Block(numbers, list(zip(*sound, strict=True)) or [()] * len(self.header), refused, share)

    def _one_by_one(self, rows: int) -> tuple[list[int], list[list[str]], list[Line]]:
        """Return the numbers and cells of the next sound rows, and the refused ones between them."""
        width = len(self._names)
        numbers, sound, refused = [], [], []
        for number, cells in islice(self._records, rows):
            if isinstance(cells, csv.Error):
                refused.append(Line(number, (), Message("error.csv_row", {"detail": str(cells)})))
                continue
            # Spreadsheets add blank cells at the end.
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if width < len(cells) <= width + self._blank:
                place = next(place for place in range(width, len(cells)) if cells[place])
                raise _refused(Message("error.column_unnamed", {"column": place + 1}))
            if len(cells) == width and max(map(len, cells)) > CELL:
                refused.append(Line(number, (), Message("error.cell_long", {"max_length": CELL})))
            elif len(cells) == width:
                numbers.append(number)
                sound.append(cells)
            else:
                error = Message("error.cells", {"expected": width, "found": len(cells)})
                refused.append(Line(number, tuple(cells), error))
        return numbers, sound, refused


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


def _drop(unnamed: Sequence[int], rows: list[list[str]]) -> None:
    """Take the columns without a name out of the rows; raise InputError where one has a value."""
    for place in unnamed:
        if any(cells[place] for cells in rows):
            raise _refused(Message("error.column_unnamed", {"column": place + 1}))
    named = sorted({*range(len(rows[0]))} - {*unnamed}) if rows else []
    for cells in rows:
        cells[:] = [cells[place] for place in named]


def open_sheet(data: bytes, how: Reading = AS_PROPOSED) -> OpenSheet:
    """Return a file with its header read, as somebody said or as guessed.

    Cells lose the white space around them; cells and columns that are blank throughout and have no name are dropped.
    Raises InputError on "file" where it is empty, no text, not in the encoding asked for, or has more than COLUMNS
    columns, and on each header name that is repeated or too long.
    """
    if data.startswith(_NOT_TEXT):
        raise _refused(Message("error.not_csv"))
    return OpenSheet(data, how.encoding or guess_encoding(data), how.delimiter)


def read_sheet(data: bytes, how: Reading = AS_PROPOSED) -> Sheet:
    """Return a whole file at once, as `open_sheet` reads it; raises InputError as that and its `blocks` do.

    InputError on "file", too, where it has more than MIGRATION_ROWS rows.
    """
    opened = open_sheet(data, how)
    lines: Spool[Line] = Spool()
    for block in opened.blocks(_WHOLE_BLOCK):
        for line in block.lines:
            lines.append(line)
        if len(lines) > MIGRATION_ROWS:
            raise _refused(Message("error.too_many_rows", {"most": MIGRATION_ROWS}))
    return Sheet(opened.encoding, opened.delimiter, opened.header, lines)


def _lines_of(file: io.TextIOWrapper) -> Iterator[str]:
    # As the csv module wants them: split at \r, \n and \r\n alone, ends kept.
    try:
        yield from file
    except UnicodeError:
        raise _not_in(file.encoding) from None
    # The bytes below are asked to the end how far they are read; a file that nobody holds closes them.
    file.detach()


class _Lines:
    """Lines one after the other, of which some may be put back; `number` is that of the last one taken."""

    def __init__(self, lines: Iterator[str], number: int) -> None:
        self.number = number
        self._lines = lines
        self._ahead: deque[str] = deque()
        self._letters = self._vain = 0

    def looked_at(self, letters: int) -> None:
        """Count letters that were looked at in vain; raises InputError on "file" where they are too many by now."""
        self._vain += letters
        if self._vain > _VAIN + _VAIN_TIMES * self._letters:
            raise _refused(Message("error.quotes", {"row": self.number}))

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


def _records(lines: _Lines, delimiter: str) -> Iterator[tuple[int, "list[str] | csv.Error"]]:
    """Yield every record that is not blank, its cells stripped, with the number of the line it begins on."""
    while line := lines.next():
        number = lines.number
        found = _quoted(line, lines, delimiter) if '"' in line else line.split(delimiter)
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


def _header(records: Iterator[tuple[int, "list[str] | csv.Error"]]) -> list[str]:
    _, cells = next(records, (0, []))
    if isinstance(cells, csv.Error):
        nul = str(cells) == "NUL"
        raise _refused(Message("error.not_csv") if nul else Message("error.csv_row", {"detail": str(cells)}))
    if not cells:
        raise _refused(Message("error.file_empty"))
    if (found := _last(cells)) > COLUMNS:
        raise _refused(Message("error.columns", {"found": found, "most": COLUMNS}))
    names = [" ".join(cell.split()) for cell in cells]
    if long := [name for name in names if len(name) > LINE]:
        raise InputError(*(FieldError(shortened(n), "", Message("error.too_long", {"max_length": LINE})) for n in long))
    times = Counter(name.casefold() for name in names)
    if repeated := sorted({name for name in names if name and times[name.casefold()] > 1}):
        raise InputError(*(FieldError(name, "", Message("error.column_repeated")) for name in repeated))
    return names


def _last(cells: Sequence[str]) -> int:
    """Return the number of the last cell that is not blank."""
    return max(place for place, cell in enumerate(cells, start=1) if cell)


def _not_in(encoding: str) -> InputError:
    return _refused(Message("error.not_encoding", {"encoding": encoding}))


def _refused(message: Message) -> InputError:
    return InputError(FieldError("file", "", message))
