"""The names below a domain that hosting customers use: asked for, as no server tells which names it has."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

import dns.exception
import dns.name
import dns.rdatatype

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import FILE, MISTAKES, bounded, shortened

NAME = "data/known_names.csv"
COLUMNS = ("name", "types", "why")

USUAL = ("A", "AAAA", "MX", "TXT", "CAA", "HTTPS", "NS")
"""What a name is asked for where nothing else is said; a CNAME comes along with any answer."""

_LETTERS = str.maketrans("", "", "abcdefghijklmnopqrstuvwxyz0123456789-_.")


class KnownName(NamedTuple):
    """A name relative to a zone, in lower case ("_imaps._tcp"), and the types it is asked for, the likeliest first."""

    name: str
    types: tuple[str, ...] = USUAL


def parse_known_names(text: str) -> tuple[KnownName, ...]:
    """Return the names of a CSV with the columns COLUMNS; raises InputError with every mistake and its line.

    `types`: divided by blanks; none: USUAL. `why` is for whoever keeps the list.
    """
    text = bounded(text.removeprefix("\ufeff"), NAME, FILE)
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise InputError(FieldError(NAME, "", Message("error.csv_row", {"detail": str(error)}))) from None
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        raise InputError(FieldError(NAME, "", Message("error.resolvers_header", {"expected": ",".join(COLUMNS)})))
    found: dict[str, KnownName] = {}
    wrong: list[FieldError] = []
    for line, row in enumerate(rows[1:], start=2):
        if len(wrong) >= MISTAKES:
            break
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        mistakes = list(_mistakes(cells, found))
        wrong += [FieldError(f"{NAME}:{line} {column}", shortened(cell), message) for column, cell, message in mistakes]
        if not mistakes:
            name, types, _ = cells
            found[name] = KnownName(name, tuple(types.split()) or USUAL)
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    if not found:
        raise InputError(FieldError(NAME, "", Message("error.empty")))
    return tuple(found.values())


def _mistakes(cells: list[str], found: dict[str, KnownName]) -> Iterator[tuple[str, str, Message]]:
    if len(cells) != len(COLUMNS):
        yield "", "", Message("error.row_cells", {"expected": len(COLUMNS), "found": len(cells)})
        return
    name, types, why = cells
    if not _is_relative(name):
        yield "name", name, Message("error.known_name")
    if name in found:
        yield "name", name, Message("error.known_name_twice")
    if unknown := [type for type in types.split() if not _is_type(type)]:
        yield "types", types, Message("error.known_name_type", {"type": shortened(unknown[0])})
    if not why:
        yield "why", "", Message("error.missing")


def _is_relative(name: str) -> bool:
    if name.translate(_LETTERS) or name.endswith("."):
        return False
    try:
        return len(dns.name.from_text(name, None)) > 0  # what has no letter is the empty name
    except (dns.exception.DNSException, UnicodeError):
        return False


def _is_type(text: str) -> bool:
    try:
        type = dns.rdatatype.from_text(text)
    except (dns.exception.DNSException, ValueError):
        return False
    return text == text.upper() and not dns.rdatatype.is_metatype(type)
