"""What calamine does not tell of workbooks that are records and no XML: XLS and XLSB."""

import struct
from collections.abc import Iterator

from core.ground.messages import Message
from core.spreadsheet.office_parts import part_of_id
from core.spreadsheet.packed import Packed, broken
from core.spreadsheet.records import refused
from core.spreadsheet.repair_kinds import NOT_CALCULATED
from core.spreadsheet.unseen import ERRORS, Unseen, check_reach

_CODES = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_OTHER = "#VALUE!"


def _error(code: int) -> str:
    return ERRORS[_CODES.get(code, _OTHER)]


# -- XLS: [MS-XLS]

_FORMULA, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS, _BOOLERR = 0x06, 0x0A, 0x2F, 0x85, 0x200, 0x205
_VALUES = {0x06, 0xFD, 0x203, 0x27E, 0x204, 0x205, 0xBD, 0xD6}
"""Records with a value: FORMULA, LABELSST, NUMBER, RK, LABEL, BOOLERR, MULRK, RSTRING."""


def _xls(stream: bytes, at: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the records from a place to the end of its sheet."""
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        if kind == _EOF:
            return
        at += 4 + size


def xls_sheets(stream: bytes) -> dict[str, int]:
    """Return where the sheets of an XLS begin, by name; raises InputError on "file" where it has a password."""
    found = {}
    try:
        for kind, record in _xls(stream):
            if kind == _FILEPASS:
                raise refused(Message("error.workbook_password"))
            if kind == _BOUNDSHEET:
                letters, wide = record[6], record[7] & 1
                name = record[8 : 8 + letters * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
                found[name] = struct.unpack_from("<I", record)[0]
    except (struct.error, IndexError):
        raise broken() from None
    return found


def _check_dimensions(record: bytes) -> None:
    """Raise InputError on "file" where a sheet says of itself what cannot be: calamine makes room for all of it."""
    top, bottom, left, right = struct.unpack_from("<HHHH" if len(record) < 12 else "<IIHH", record)
    if not (top <= bottom <= 65_536 and left <= right <= 256):
        raise broken()


def of_xls(stream: bytes, at: int, uncalculated: bool) -> Unseen:
    """Return what is to be known of the sheet that begins there; merged cells are calamine's to tell."""
    unseen = Unseen()
    rows = columns = cells = 0
    try:
        for kind, record in _xls(stream, at):
            if kind == _DIMENSIONS:
                _check_dimensions(record)
            if kind not in _VALUES:
                continue
            row, column = struct.unpack_from("<HH", record)
            last = struct.unpack_from("<H", record, len(record) - 2)[0] if kind == 0xBD else column
            rows, columns, cells = max(rows, row + 1), max(columns, last + 1), cells + 1
            if kind == _BOOLERR and record[7]:
                unseen.say(row, column, _error(record[6]))
            elif kind == _FORMULA:
                result, special = record[6:14], record[12:14] == b"\xff\xff"
                if special and result[0] == 2:
                    unseen.say(row, column, _error(result[2]))
                elif special and result[0] == 3 and uncalculated:
                    unseen.say(row, column, NOT_CALCULATED)
                elif not special and struct.unpack("<d", result)[0] == 0:
                    unseen.zeros.add((row, column))
    except (struct.error, IndexError):
        raise broken() from None
    check_reach(rows, columns, cells)
    return unseen


# -- XLSB: [MS-XLSB]

_ROW, _CELL_ERROR, _FORMULA_STRING, _FORMULA_NUMBER, _FORMULA_ERROR, _LAST_CELL = 0, 3, 8, 9, 11, 11
_BUNDLE, _MERGED = 156, 176


def _xlsb(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, place and size of each record."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind >= 0x80:
            kind = kind & 0x7F | data[at] << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        yield kind, at, size
        at += size


def xlsb_parts(packed: Packed, workbook: str) -> dict[str, str]:
    """Return the part of each sheet of an XLSB by its name."""
    part = part_of_id(packed, workbook)
    data = packed.read(workbook)
    found = {}
    try:
        for kind, at, _ in _xlsb(data):
            if kind == _BUNDLE:
                id, at = _string(data, at + 8)
                name, _ = _string(data, at)
                found[name] = part(id)
    except (struct.error, IndexError):
        raise broken() from None
    return found


def _string(data: bytes, at: int) -> tuple[str, int]:
    letters = struct.unpack_from("<I", data, at)[0]
    end = at + 4 + 2 * letters
    return data[at + 4 : end].decode("utf-16-le", "replace"), end


def of_xlsb(packed: Packed, part: str) -> Unseen:
    """Return what is to be known of a sheet of an XLSB."""
    data = packed.read(part)
    unseen = Unseen()
    row = rows = columns = cells = 0
    try:
        for kind, at, size in _xlsb(data):
            if kind == _ROW:
                row = int.from_bytes(data[at : at + 4], "little")
            elif 2 <= kind <= _LAST_CELL:
                column = int.from_bytes(data[at : at + 4], "little")
                rows, columns, cells = max(rows, row + 1), max(columns, column + 1), cells + 1
                if kind in (_CELL_ERROR, _FORMULA_ERROR):
                    unseen.say(row, column, _error(data[at + 8]))
                elif kind == _FORMULA_NUMBER and size >= 16 and struct.unpack_from("<d", data, at + 8)[0] == 0:
                    unseen.zeros.add((row, column))
            elif kind == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data, at)
                unseen.merged.append((top, left, bottom, right))
    except (struct.error, IndexError):
        raise broken() from None
    check_reach(rows, columns, cells)
    return unseen
