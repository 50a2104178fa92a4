"""What calamine does not tell of a workbook's cells, as far as it is to be known of a sheet.

Errors and formulas without a result come as blank cells, LibreOffice's TRUE as 1, a longer duration of an ODS as
`PT30H15M`. And one cell in the last corner of a sheet makes a table of seventeen milliards, so how far its cells reach
is asked before. `unseen_xlsx`, `unseen_ods` and `unseen_records` find it.
"""

from dataclasses import dataclass, field

from core.ground.file_limits import WORKBOOK_CELLS
from core.ground.messages import Message
from core.spreadsheet.records import refused

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
OTHER_ERROR = "#ARG!"

_SPARSE = 20
"""Cells of the whole rectangle for each that has something in it; beyond that a small file takes the memory of all."""
_ANYWAY = 2_000_000

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


def is_zero(text: str) -> bool:
    """Return whether what a formula gives is 0."""
    try:
        return float(text) == 0
    except ValueError:
        return False
