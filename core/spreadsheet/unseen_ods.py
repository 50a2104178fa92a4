"""What calamine does not tell of the sheets of an ODS, out of its own XML; and whether they can be read at all."""

import re

from core.ground.file_limits import WORKBOOK
from core.ground.text_limits import CELL
from core.spreadsheet.packed import Packed, too_large
from core.spreadsheet.repair_kinds import NOT_CALCULATED
from core.spreadsheet.unseen import ERRORS, OTHER_ERROR, Unseen, check_reach, is_zero
from core.spreadsheet.untrusted_xml import local, parse

_UNWRITTEN = WORKBOOK // 10
"""Letters that a file may have cells repeat, or say as so many spaces."""

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
        return ERRORS.get(shown, shown if shown in ERRORS.values() else OTHER_ERROR)
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
        if formula and is_zero(given.get("office:value", "")):
            unseen.zeros.add(place)
    return ""
