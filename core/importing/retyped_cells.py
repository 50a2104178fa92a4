"""A file with the cells that somebody typed anew while it was on the screen: it is read as if it had them."""

from dataclasses import replace

from core.files.spool import Spool
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Line, Sheet


def typed_anew(sheet: Sheet, said: Said) -> Sheet:
    """Return a file with the corrected cells in their places; what is no cell of a sound row is passed over."""
    places = {name: place for place, name in enumerate(sheet.header)}
    of_lines: dict[int, dict[int, str]] = {}
    for (number, header), text in said.corrected.items():
        if header in places:
            of_lines.setdefault(number, {})[places[header]] = text.strip()
    if not of_lines:
        return sheet
    return replace(sheet, lines=Spool(_with(line, of_lines.get(line.number, {})) for line in sheet.lines))


def _with(line: Line, new: dict[int, str]) -> Line:
    if not new or line.error is not None:
        return line
    return Line(line.number, tuple(new.get(place, cell) for place, cell in enumerate(line.cells)), None)
