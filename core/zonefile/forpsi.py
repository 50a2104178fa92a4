"""Forpsi's CSV: columns Hostname, TTL, Type, Value in any order, semicolons between, names without the last dot."""

import csv

from core.ground.words import fold
from core.zonefile.panel_values import finish
from core.zonefile.record import Draft, ZoneFile
from core.zonefile.table_columns import Line, columns_of, take_rows
from core.zonefile.zone_name import needed, zone_name

_FIRST = 20
"""Lines within which the header stands."""


def _cells(line: str) -> list[str]:
    """Return the cells of a line. Line by line: a quotation mark that is not closed takes no further line along."""
    try:
        return next(csv.reader([line], delimiter=";"), [])
    except csv.Error:
        return line.split(";")


def _header(lines: list[str]) -> int | None:
    """Return the place of the header; None where there is none of this kind."""
    for place, line in enumerate(lines[:_FIRST]):
        if not line.strip():
            continue
        columns = columns_of(_cells(line[:2_000])) if line.count(";") >= 2 else None
        words = [fold(cell) for cell in _cells(line[:2_000])]
        return place if columns and "hostname" in words and {"name", "type", "value"} <= {*columns} else None
    return None


def looks_so(text: str) -> bool:
    """Tell whether a text begins with a header of hostname, type and value, semicolons between them."""
    return _header(text.split("\n", _FIRST)) is not None


def read_forpsi(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of a CSV with a header, `origin` its name; raises InputError on "origin" where nobody says it."""
    draft = Draft(needed(zone_name(origin)), dialect="forpsi")
    lines = text.split("\n")
    place = _header(lines)
    columns = (columns_of(_cells(lines[place])) if place is not None else None) or ("name", "ttl", "type", "value")
    first = 0 if place is None else place + 1
    rows = (Line(number, _cells(line)) for number, line in enumerate(lines[first:], first + 1) if line.strip("; "))
    take_rows(rows, columns, draft)
    return finish(draft)
