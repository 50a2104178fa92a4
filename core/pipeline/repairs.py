"""Repairs of cells that lose nothing: each is told with what stood there, and each kind has one switch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repair:
    """A cell, or a row (`column` is "" then), that is read otherwise than it stands; `kind`: one of KINDS."""

    row: int
    column: str
    kind: str
    old: str
    new: str


KINDS: tuple[str, ...] = (
    "title",
    "repeated_header",
    "total",
    "merged",
    "encoding",
)
"""The kinds of repairs, in the order in which they are shown."""

NOT_CALCULATED = "=?"
"""What a formula of a workbook says that nothing has worked out: open the file in a spreadsheet and save it."""
