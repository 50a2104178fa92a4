"""What many repairs come to: of each kind how many there were, and the first of them to be shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.spreadsheet.decoding import LeftOut, OpenSheet, Sheet
from core.spreadsheet.repair_kinds import KINDS, Repair

FIRST = 200
"""Repairs of a kind that are kept to be shown."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many repairs of a kind there were, and the first of them."""

    count: int
    first: tuple[Repair, ...]


def tally(repairs: Iterable[Repair]) -> dict[str, Tally]:
    """Return what repairs come to, by kind, in the order of KINDS.

    >>> told = tally([Repair(2, "termin", "spaces", "1 000", "1000"), Repair(3, "termin", "spaces", "2 000", "2000")])
    >>> told["spaces"].count, told["spaces"].first[0].new
    (2, '1000')
    """
    counts: dict[str, int] = {}
    first: dict[str, list[Repair]] = {}
    for repair in repairs:
        counts[repair.kind] = counts.get(repair.kind, 0) + 1
        shown = first.setdefault(repair.kind, [])
        if len(shown) < FIRST:
            shown.append(repair)
    places = {kind: place for place, kind in enumerate(KINDS)}
    kinds = sorted(counts, key=lambda kind: places.get(kind, len(places)))
    return {kind: Tally(counts[kind], tuple(first[kind])) for kind in kinds}


def of_rows(sheet: Sheet | OpenSheet) -> Iterator[Repair]:
    """Yield the repairs that reading a file made of whole rows, those that it left out among them."""
    yield from sheet.mended
    yield from map(left_out, sheet.left_out)


def left_out(row: LeftOut) -> Repair:
    """Return a row that was left out as the repair that it is: its cells in one, and nothing instead."""
    return Repair(row.number, "", row.kind, " · ".join(filter(None, row.cells)), "")
