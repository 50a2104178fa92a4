"""Cells of a file typed anew: the file is read as if they had stood in it, and stays as it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import overload

from core.pipeline.decoding import Line, Sheet
from core.pipeline.said import Said


def as_corrected(sheet: Sheet, said: Said) -> Sheet:
    """Return a file with the cells that somebody typed anew; those of lines or headers that it has not are let be."""
    if not said.corrected:
        return sheet
    places = {name: place for place, name in enumerate(sheet.header)}
    cells: dict[int, dict[int, str]] = {}
    for (row, name), text in said.corrected.items():
        if name in places:
            cells.setdefault(row, {})[places[name]] = text.strip()
    return replace(sheet, lines=_Corrected(sheet.lines, cells))


class _Corrected(Sequence[Line]):
    """Lines as they are read, some of their cells as they were typed anew: those of a long file stay where they lie."""

    def __init__(self, lines: Sequence[Line], cells: Mapping[int, Mapping[int, str]]) -> None:
        self._lines = lines
        self._cells = cells

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Line]:
        return map(self._line, self._lines)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | Sequence[Line]:
        if isinstance(place, slice):
            return [*map(self._line, self._lines[place])]
        return self._line(self._lines[place])

    def _line(self, line: Line) -> Line:
        typed = self._cells.get(line.number)
        # A row that does not fit its header has no cells to speak of.
        if typed is None or line.error is not None:
            return line
        return replace(line, cells=tuple(typed.get(place, cell) for place, cell in enumerate(line.cells)))
