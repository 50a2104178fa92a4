"""The rows of a file as they stand there, each distinct text of a column held once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.simulation.columns import IDS
from core.spreadsheet.decoding import Line, OpenSheet

_WITHOUT = {
    "client": "",
    "service_start": "",
    "price_net": "",
    "domain_names": "",
    "domains": "0",
    "mailboxes": "0",
    "disk_gb": "0",
}
"""What a column that the file lacks says in every row. A blank cell of a count is something else: it is a mistake."""

Where = NDArray[np.int32]
"""For each row the place of its text among the distinct ones of a column."""


class _Distinct(dict[str, int]):
    """The distinct texts of a column, each with its place: asked for a new one, it takes it up."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


@dataclass(frozen=True)
class Rows:
    """The sound rows by column, and the lines that are none."""

    numbers: NDArray[np.int64]
    texts: Mapping[str, _Distinct]
    where: Mapping[str, Where]
    ragged: list[Line]
    typed: bool

    def firsts(self, id: str) -> list[int]:
        """Return the lines on which the texts of a column stand first."""
        first = np.empty(len(self.texts[id]), np.int64)
        # From the last row up, so that the first has the last word.
        first[self.where[id][::-1]] = self.numbers[::-1]
        lines: list[int] = first.tolist()
        return lines

    def cells(self, id: str) -> Mapping[str, int]:
        """Return the texts of a column, each with how often it stands there."""
        times = np.bincount(self.where[id], minlength=len(self.texts[id]))
        return dict(zip(self.texts[id], times.tolist(), strict=True))


def rows_of(sheet: OpenSheet, mapping: Mapping[str, str | None], progress: Callable[[float], None]) -> Rows:
    """Return the rows of a file; `progress` is told the share that is read, 0 to 1."""
    places = {id: place for place, id in enumerate(mapping.values()) if id}
    distinct = {id: _Distinct() for id in IDS}
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    where: dict[str, list[Where]] = {id: [np.empty(0, np.int32)] for id in IDS}
    ragged: list[Line] = []
    for block in sheet.blocks():
        count = len(block.numbers)
        numbers.append(np.array(block.numbers, np.int64))
        ragged += block.refused
        for id in IDS:
            if id in places:
                found = map(distinct[id].__getitem__, block.columns[places[id]])
                where[id].append(np.fromiter(found, np.int32, count))
            elif count:
                where[id].append(np.full(count, distinct[id][_WITHOUT[id]], np.int32))
        progress(block.share)
    joined = {id: np.concatenate(where.pop(id)) for id in IDS}
    return Rows(np.concatenate(numbers), distinct, joined, ragged, sheet.kind != "csv")
