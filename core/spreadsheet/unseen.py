"""What calamine does not tell of a packed workbook's cells, out of its own XML; and whether they can be read at all.

Errors and formulas without a result come as blank cells, LibreOffice's TRUE as 1, a longer duration of an ODS as
`PT30H15M`. And one cell in the last corner of a sheet makes a table of seventeen milliards, so how far its cells reach
is asked before.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from core.ground.bounds import CELL
from core.ground.limits import WORKBOOK, WORKBOOK_CELLS
from core.ground.messages import InputError, Message
from core.spreadsheet.packed import Packed, broken, too_large
from core.spreadsheet.records import refused
from core.spreadsheet.repairs import NOT_CALCULATED

ERRORS = {
    "#N/A": "#N/D!",
    "#VALUE!": "#ARG!",
    "#REF!": "#ADR!",
    "#DIV/0!": "#DZIEL/0!",
    "#NAME?": "#NAZWA?",
    "#NUM!": "#LICZBA!",
    "#NULL!": "#ZERO!",
}
"""What Excel calls an error in its files, and in Poland."""
_OTHER_ERROR = "#ARG!"

_SPARSE = 20
"""Cells of the whole rectangle for each that has something in it; beyond that a small file takes the memory of all."""
_ANYWAY = 2_000_000
_UNWRITTEN = WORKBOOK // 10
"""Letters that a file may have cells repeat, or say as so many spaces."""

Area = tuple[int, int, int, int]
"""First row and column, last row and column, from 0."""


@dataclass
class Unseen:
    """What is to be known of a sheet besides its cells, rows and columns from 0.

    `cells`: what cells say that seem to say something else, by row and column; `zeros`: cells where a formula gives 0;
    `merged`: where cells are merged.
    """

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    zeros: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)

    def say(self, row: int, column: int, text: str) -> None:
        """Note what a cell says."""
        self.cells.setdefault(row, {})[column] = text


def check_reach(rows: int, columns: int, cells: int) -> None:
    """Raise InputError on "file" where a sheet's cells reach too far for how many there are."""
    if rows * columns > min(WORKBOOK_CELLS, _ANYWAY + _SPARSE * cells):
        raise refused(Message("error.workbook_wide", {"rows": rows, "columns": columns}))


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def parse(pieces: Iterable[bytes], start: Any = None, end: Any = None, text: Any = None) -> None:
    """Read XML that nobody is to trust; raises InputError on "file" where it is none, or defines entities."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise broken()

    parser.EntityDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except InputError:
        raise
    except (expat.ExpatError, LookupError, ValueError):
        # No XML, in no known encoding, or no number where there is to be one.
        raise broken() from None


# -- XLSX


def workbook_part(packed: Packed) -> str:
    """Return where the workbook of an XLSX stands, "" where it has none."""
    found = ""

    def relation(name: str, given: dict[str, str]) -> None:
        nonlocal found
        if local(name) == "Relationship" and given.get("Type", "").endswith("/officeDocument"):
            found = given.get("Target", "").lstrip("/")

    parse(packed.parts("_rels/.rels"), relation)
    return next((name for name in (found, "xl/workbook.xml") if name.startswith("xl/") and name in packed), "")


def sheet_parts(packed: Packed, workbook: str) -> tuple[dict[str, str], bool]:
    """Return the part of each sheet of an XLSX by its name, and whether the workbook was never calculated."""
    folder = PurePosixPath(workbook).parent
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}
    uncalculated = False

    def relation(name: str, given: dict[str, str]) -> None:
        if local(name) == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    def sheet(name: str, given: dict[str, str]) -> None:
        nonlocal uncalculated
        if local(name) == "sheet":
            id = next((value for key, value in given.items() if local(key) == "id"), "")
            sheets[given.get("name", "")] = id
        elif local(name) == "calcPr":
            # Written by libraries that leave the work to whoever opens the file; Excel itself drops it.
            uncalculated = given.get("fullCalcOnLoad", "") in ("1", "true")

    parse(packed.parts(f"{folder}/_rels/{PurePosixPath(workbook).name}.rels"), relation)
    parse(packed.parts(workbook), sheet)
    found = {}
    for name, id in sheets.items():
        target = targets.get(id, "")
        found[name] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
    return found, uncalculated


_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
_TAG = re.compile(rb"<(?:\w+:)?c[\s>/]")
_MATTERS = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_OVERLAP = 64


def of_xlsx(packed: Packed, part: str, uncalculated: bool) -> Unseen:
    """Return what is to be known of a sheet of an XLSX; raises InputError on "file" where its cells reach too far."""
    if not _is_to_be_read(packed, part):
        return Unseen()
    unseen = Unseen()
    row = column = -1
    rows = columns = cells = 0
    kind = ""
    formula = within = False
    value: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal row, column, kind, formula, within, rows, columns, cells
        name = local(name)
        if name == "c":
            row, column = _place(given.get("r", ""), row, column)
            rows, columns, cells = max(rows, row + 1), max(columns, column + 1), cells + 1
            kind, formula, within = given.get("t", "n"), False, False
            value.clear()
        elif name == "v":
            within = True
        elif name == "f":
            formula = True
        elif name == "row":
            row, column = int(given.get("r", row + 2)) - 1, -1

    def text(data: str) -> None:
        if within:
            value.append(data)

    def end(name: str) -> None:
        nonlocal within
        name = local(name)
        if name == "v":
            within = False
        elif name == "c" and (formula or kind == "e"):
            given = "".join(value).strip()
            if kind == "e":
                unseen.say(row, column, ERRORS.get(given.upper(), _OTHER_ERROR))
            elif not given and kind != "str":
                unseen.say(row, column, NOT_CALCULATED)
            elif kind == "n" and _zero(given):
                if uncalculated:
                    unseen.say(row, column, NOT_CALCULATED)
                else:
                    unseen.zeros.add((row, column))

    parse(packed.parts(part), start, end, text)
    check_reach(rows, columns, cells)
    return unseen


def _is_to_be_read(packed: Packed, part: str) -> bool:
    """Return whether a sheet has anything that calamine hides, or cells without their names; checks how far it reaches.

    A look at the bytes, twenty times as fast as reading them.
    """
    matters = False
    cells = named = rows = 0
    letters: set[bytes] = set()
    last = b""
    for piece in packed.parts(part):
        piece = last + piece
        # A tag is not cut in two; what is counted stands before it.
        cut = max(piece.rfind(b"<"), 0) if len(piece) > _OVERLAP else 0
        piece, last = piece[:cut], piece[cut:]
        matters = matters or any(map(piece.__contains__, _MATTERS))
        found = _CELL.findall(piece)
        named += len(found)
        cells += len(_TAG.findall(piece))
        letters.update({name for name, _ in found})
        rows = max(rows, max((int(number[:9]) for number in {number for _, number in found}), default=0))
        if len(last) > 1 << 20:
            # No tag is as long as that.
            raise broken()
    _check_shared(packed, part, cells)
    if cells > named:
        return True
    check_reach(rows, max((_column(name.decode()) + 1 for name in letters), default=0), cells)
    return matters


_SHARED = re.compile(rb"""\bt\s*=\s*["']s["'][^>]{0,200}>\s*<(?:\w+:)?v>\s*([0-9]{1,9})""")
_TEXT = re.compile(rb"<(?:\w+:)?si\b")


def _check_shared(packed: Packed, part: str, cells: int) -> None:
    """Raise InputError on "file" where texts that stand once are said by cells more often than could be written out."""
    lengths, last, before = array("Q"), b"", 0
    for piece in packed.parts("xl/sharedStrings.xml"):
        first, *more = _TEXT.split(last + piece)
        if more:
            lengths.append(before + len(first))
            lengths.extend(map(len, more[:-1]))
            first, before = more[-1], 0
        # Of a text that goes on only what may be a cut tag is kept.
        last = first[-_OVERLAP:]
        before += len(first) - len(last)
    lengths.append(before + len(last))
    if max(lengths) * cells <= WORKBOOK:
        return
    # What stands before the first text is none of them.
    lengths.pop(0)
    said, last = 0, b""
    for piece in packed.parts(part):
        piece, end = last + piece, 0
        for found in _SHARED.finditer(piece):
            end, number = found.end(), int(found[1])
            said += lengths[number] if number < len(lengths) else 0
        if said > WORKBOOK:
            raise too_large()
        last = piece[end:][-_OVERLAP * 6 :]


def _place(name: str, row: int, column: int) -> tuple[int, int]:
    if not name:
        return max(row, 0), column + 1
    letters = name.rstrip("0123456789")
    return int(name[len(letters) :]) - 1, _column(letters)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _zero(text: str) -> bool:
    try:
        return float(text) == 0
    except ValueError:
        return False


# -- ODS

_BOOLEANS = {"TRUE": "tak", "FALSE": "nie", "PRAWDA": "tak", "FAŁSZ": "nie"}
_DURATION = re.compile(
    r"(-?)P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,][0-9]+)?S)?"
)
_SOFFICE_ERROR = re.compile(r"(?:Err|Błąd|Fehler):[0-9]{3}")


def of_ods(packed: Packed) -> dict[str, Unseen]:
    """Return what is to be known of each sheet of an ODS, by name.

    Raises InputError on "file" where the cells of one reach too far.
    """
    found: dict[str, Unseen] = {}
    unseen = Unseen()
    inside = 0
    row = column = 0
    rows = columns = cells = 0
    depth = 0
    here: dict[str, str] = {}
    shown: list[str] = []
    letters = paragraphs = 0
    # Letters of a cell, all of them, and those that no letter of the file stands for: a bomb has few and says many.
    heard = unwritten = 0
    drawn = False
    pending: list[tuple[int, int, str]] = []
    row_times = 1

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal unseen, inside, row, column, rows, columns, cells, depth, here, row_times, letters, paragraphs, drawn
        nonlocal heard, unwritten
        beside, name = _beside(name), local(name)
        if name == "table":
            inside += 1
            if inside == 1:
                unseen = found[given.get("table:name", "")] = Unseen()
                row = rows = columns = cells = 0
        elif not inside:
            return
        elif name == "table-row":
            column, row_times = 0, int(given.get("table:number-rows-repeated", 1))
        elif name in ("table-cell", "covered-table-cell"):
            here = given
            depth = letters = paragraphs = 0
            heard = len(given.get("office:string-value", ""))
            drawn = False
            shown.clear()
        elif beside:
            depth += 1
            drawn = True
        elif name == "p" and not depth:
            paragraphs += 1
            if paragraphs > 1:
                text("\n")
        elif name == "s":
            spaces = int(given.get("text:c", 1))
            heard += max(spaces, 0)
            unwritten += max(spaces, 0)
            if not depth:
                text(" " * min(spaces, CELL))

    def text(data: str) -> None:
        nonlocal letters, heard
        heard += len(data)
        if inside and not depth and letters <= CELL:
            shown.append(data)
            letters += len(data)

    def end(name: str) -> None:
        nonlocal inside, row, column, rows, columns, cells, depth, unwritten
        beside, name = _beside(name), local(name)
        if not inside:
            return
        if name == "table":
            inside -= 1
            if not inside:
                check_reach(rows, columns, cells)
                if unwritten > _UNWRITTEN:
                    raise too_large()
        elif beside:
            depth -= 1
        elif name == "table-row":
            for down in range(min(row_times, 1_000) if pending else 0):
                for at, times, said in pending:
                    for right in range(min(times, 1_000)):
                        unseen.say(row + down, at + right, said)
            pending.clear()
            row += row_times
        elif name in ("table-cell", "covered-table-cell"):
            times = int(here.get("table:number-columns-repeated", 1))
            kind = here.get("office:value-type", "")
            if kind or "table:formula" in here or shown:
                rows, columns = max(rows, row + row_times), max(columns, column + times)
                cells += 1
                unwritten += heard * (max(times, 1) * max(row_times, 1) - 1)
                whole, boxed = "".join(shown).strip(), drawn and kind == "string"
                # calamine leaves out a text without a type, and reads the words of a box over a text with it. A formula
                # without a type has a paragraph where it was worked out: it gives a blank text.
                untyped = not kind and (paragraphs > 0 or "table:formula" not in here)
                said = whole if untyped or boxed else _said_in_ods(here, kind, whole, (row, column), unseen)
                if said or boxed:
                    pending.append((column, times, said))
                down, right = (int(here.get(f"table:number-{of}-spanned", 1)) for of in ("rows", "columns"))
                if down > 1 or right > 1:
                    unseen.merged.append((row, column, row + down - 1, column + right - 1))
            column += times

    parse(packed.parts("content.xml"), start, end, text)
    return found


def _beside(name: str) -> bool:
    """Return whether an element of a cell is none of its text: a comment, or a box or shape that lies over it."""
    return name.startswith(("draw:", "office:annotation"))


def _is_error(shown: str) -> bool:
    return shown in ERRORS or shown in ERRORS.values() or bool(_SOFFICE_ERROR.match(shown))


def _said_in_ods(given: dict[str, str], kind: str, shown: str, place: tuple[int, int], unseen: Unseen) -> str:
    """Return what a cell says where calamine gives something else, else ""."""
    formula = "table:formula" in given
    if given.get("calcext:value-type") == "error" or (formula and _is_error(shown)):
        return ERRORS.get(shown, shown if shown in ERRORS.values() else _OTHER_ERROR)
    if formula and not kind:
        return NOT_CALCULATED
    if kind == "boolean":
        return "tak" if given.get("office:boolean-value") == "true" else "nie"
    if kind == "time" and (found := _DURATION.fullmatch(given.get("office:time-value", ""))):
        sign, days, hours, minutes, seconds = found.groups("0")
        minutes_in_all = 60 * (24 * int(days) + int(hours)) + int(minutes)
        return f"{sign.strip('0')}{minutes_in_all // 60:02}:{minutes_in_all % 60:02}:{int(seconds):02}"
    if kind == "float":
        # Which LibreOffice writes for a formula and for what came from an XLSX.
        if shown in _BOOLEANS and given.get("office:value") in ("0", "1"):
            return _BOOLEANS[shown]
        if formula and _zero(given.get("office:value", "")):
            unseen.zeros.add(place)
    return ""
