r"""A file somebody saved from a spreadsheet, as rows of text: its letters, its delimiter and its line numbers.

    sheet = read_sheet(data)
    sheet.header, sheet.lines[0].number, sheet.lines[0].cells

A row that cannot be read keeps its place and says why; only a file without any rows to speak of is refused.

>>> read_sheet(b"klient;domena\r\nR\xf3\xbfa;a.pl\r\n").lines[0].cells
('Róża', 'a.pl')
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from core.messages import FieldError, InputError, Message

ENCODINGS = ("utf-8", "cp1250", "iso-8859-2", "cp852")
DELIMITERS = (";", ",", "\t", "|")

LONGEST_RECORD = 500
"""Lines of the file that one row may take. A quote still open after that was never meant to open anything."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NOT_TEXT = (
    *(b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"),
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    *(b"\x1f\x8b", b"Rar!", b"7z\xbc"),
)
"""How xlsx and ods, old xls, PDF, pictures and archives begin."""

_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_NEUTRAL = frozenset("\xa0„”“‘’–—…«»€§°×±©®™•·")
# SPÓŁKA and RÓŻA in cp1250 are valid UTF-8, too: "SP\u04e3KA", "R\u04efA".
_TWO_SCRIPTS = re.compile(r"[A-Z][\u0180-\u02ff\u0370-\u07ff]|[\u0180-\u02ff\u0370-\u07ff][A-Z]")
_WORDS_ONLY = bytes(byte if byte >= 0x80 or chr(byte).isalpha() else 0x20 for byte in range(256))
_SAMPLE = 200
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
class Sheet:
    """A file as it was understood: the rows below the header, blank ones left out."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


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
        if not _TWO_SCRIPTS.search(text):
            return "utf-8"
        candidates = ENCODINGS
    words = b" ".join(word for word in set(data.translate(_WORDS_ONLY).split()) if not word.isascii())
    return max(candidates, key=lambda encoding: _likeness(words, encoding))


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
    lines = _lines_of(text)
    best, best_fit = DELIMITERS[0], (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [0 if isinstance(cells, csv.Error) else len(cells) for _, cells in _sample(lines, delimiter)]
        if widths and widths[0] > 1:
            fit = (widths.count(widths[0]) / len(widths), widths[0])
            if fit > best_fit:
                best, best_fit = delimiter, fit
    return best


def _sample(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, "list[str] | csv.Error"]]:
    return islice(_records(lines, delimiter, 0), _SAMPLE)


def read_sheet(data: bytes, encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """Return a file's header and rows, in the encoding and with the delimiter given, or as guessed.

    Cells lose the white space around them; cells and columns that are blank throughout and have no name are dropped.
    Raises InputError on "file" where it is empty, no text, not in the encoding asked for, or a column with values has
    no name, and on each header name that is repeated.
    """
    if data.startswith(_NOT_TEXT):
        raise _refused(Message("error.not_csv"))
    encoding = encoding or guess_encoding(data)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeError, LookupError):
        raise _refused(Message("error.not_encoding", {"encoding": encoding})) from None
    delimiter = delimiter or guess_delimiter(text)
    records = _records(_lines_of(text), delimiter, 1 if _SEP_LINE.match(text) else 0)
    names = _header(records)
    unnamed = [place for place, name in enumerate(names) if not name]
    width = max(place for place, name in enumerate(names) if name) + 1
    lines = [_line(number, cells, width, len(names)) for number, cells in records]
    for place in unnamed:
        if any(line.cells[place:] and line.cells[place] for line in lines if not line.error):
            raise _refused(Message("error.column_unnamed", {"column": place + 1}))
    return Sheet(
        encoding,
        delimiter,
        tuple(name for name in names if name),
        tuple(_without(unnamed, line) for line in lines),
    )


def _lines_of(text: str) -> list[str]:
    # As the csv module wants them: split at \r, \n and \r\n alone, ends kept.
    return list(io.StringIO(text, newline=""))


def _records(lines: Sequence[str], delimiter: str, first: int) -> Iterator[tuple[int, "list[str] | csv.Error"]]:
    """Yield every record that is not blank, its cells stripped, with the number of the line it begins on."""
    at = first
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        if '"' not in line:
            found = line.split(delimiter)
        else:
            window = map(lines.__getitem__, range(number - 1, min(number - 1 + LONGEST_RECORD, len(lines))))
            reader = csv.reader(window, delimiter=delimiter, skipinitialspace=True, strict=True)
            try:
                found = next(reader)
            except csv.Error as error:
                # Only its first line is lost: a quote that nobody closed must not swallow the rows below it.
                yield number, error
                continue
            at += reader.line_num - 1
        cells = [cell.strip() for cell in found]
        if any(cells):
            yield number, csv.Error("NUL") if any("\0" in cell for cell in cells) else cells


def _header(records: Iterator[tuple[int, "list[str] | csv.Error"]]) -> list[str]:
    _, cells = next(records, (0, []))
    if isinstance(cells, csv.Error):
        nul = str(cells) == "NUL"
        raise _refused(Message("error.not_csv") if nul else Message("error.csv_row", {"detail": str(cells)}))
    names = [" ".join(cell.split()) for cell in cells]
    if not names:
        raise _refused(Message("error.file_empty"))
    folded = [name.casefold() for name in names]
    if repeated := sorted({name for name in names if name and folded.count(name.casefold()) > 1}):
        raise InputError(*(FieldError(name, "", Message("error.column_repeated")) for name in repeated))
    return names


def _line(number: int, cells: "list[str] | csv.Error", width: int, full_width: int) -> Line:
    """Return a row of `width` cells, or of up to `full_width` where there are values below blank names."""
    if isinstance(cells, csv.Error):
        return Line(number, (), Message("error.csv_row", {"detail": str(cells)}))
    # Spreadsheets add blank cells at the end.
    while len(cells) > width and not cells[-1]:
        cells.pop()
    sound = width <= len(cells) <= full_width
    error = None if sound else Message("error.cells", {"expected": width, "found": len(cells)})
    return Line(number, tuple(cells), error)


def _without(unnamed: Sequence[int], line: Line) -> Line:
    if line.error or not unnamed:
        return line
    return Line(line.number, tuple(cell for place, cell in enumerate(line.cells) if place not in unnamed), None)


def _refused(message: Message) -> InputError:
    return InputError(FieldError("file", "", message))
