"""What calamine does not tell of a sheet of an XLSX, out of its own XML; and whether it can be read at all."""

import re
from array import array

from core.ground.file_limits import WORKBOOK
from core.spreadsheet.office_parts import part_of_id
from core.spreadsheet.packed import Packed, broken, too_large
from core.spreadsheet.repair_kinds import NOT_CALCULATED
from core.spreadsheet.unseen import ERRORS, OTHER_ERROR, Unseen, check_reach, is_zero
from core.spreadsheet.untrusted_xml import local, parse


def sheet_parts(packed: Packed, workbook: str) -> tuple[dict[str, str], bool]:
    """Return the part of each sheet of an XLSX by its name, and whether the workbook was never calculated."""
    sheets: dict[str, str] = {}
    uncalculated = False

    def sheet(name: str, given: dict[str, str]) -> None:
        nonlocal uncalculated
        if local(name) == "sheet":
            id = next((value for key, value in given.items() if local(key) == "id"), "")
            sheets[given.get("name", "")] = id
        elif local(name) == "calcPr":
            # Written by libraries that leave the work to whoever opens the file; Excel itself drops it.
            uncalculated = given.get("fullCalcOnLoad", "") in ("1", "true")

    part = part_of_id(packed, workbook)
    parse(packed.parts(workbook), sheet)
    return {name: part(id) for name, id in sheets.items()}, uncalculated


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
                unseen.say(row, column, ERRORS.get(given.upper(), OTHER_ERROR))
            elif not given and kind != "str":
                unseen.say(row, column, NOT_CALCULATED)
            elif kind == "n" and is_zero(given):
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
