"""Repairs of cells that lose nothing: each is told with what stood there, and each kind has one switch."""

from dataclasses import dataclass

NOT_CALCULATED = "=?"
"""What stands for a formula whose result the workbook does not have."""

TURNED = "=!"
"""What stands before a day, a time, a fraction or a yes where a name is asked: somebody typed something else there."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A cell, or a row (`column` is "" then), that is read otherwise than it stands; `kind`: one of KINDS."""

    row: int
    column: str
    kind: str
    old: str
    new: str


KINDS: tuple[str, ...] = (
    "title",  # rows above the header
    "repeated_header",
    "total",  # RAZEM, SUMA
    "merged",  # one value for several rows
    "encoding",  # KrakĂłw is Kraków
    "formula",  # ="000123" is 000123
    "url",  # https://alfa.pl:443/ is alfa.pl
    "www",  # www.alfa.pl and alfa.pl are one domain
    "last_dot",  # alfa.pl. is alfa.pl
    "case",  # ALFA.PL is alfa.pl
    "month",  # 29-sie-26 is 29.08.2026
    "iso",  # 2026-08-29 among days with dots
    "serial",  # 46263 is 29.08.2026
    "spaces",  # 1 200 with spaces that do not break
)
"""The kinds of repairs, in the order in which they are shown."""

Step = tuple[str, str, str]
"""A repair as its cell has it: the kind, what stood there, what is read."""
