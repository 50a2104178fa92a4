"""What somebody said of a spreadsheet: how it is read, what its columns are, what becomes of doubtful cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.ground.dates import DateOrder


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read where somebody said so, None where it is as proposed.

    `sheet`: the name of one of its sheets; `header_row`: the line on which the names of the columns stand, from 1;
    `off`: kinds of repairs that are not made (`core.spreadsheet.repair_kinds.KINDS`).
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    off: frozenset[str] = frozenset()


AS_PROPOSED = Reading()


@dataclass(frozen=True, slots=True)
class Said:
    """What a file's columns and cells are.

    `mapping`: header to column id, None for a column that is kept as it is; `excluded`: headers left out; `harmless`:
    headers of which somebody said that they hold no secrets; `off`: kinds of repairs that are not made; `statuses`:
    what a status of theirs is of ours, by its folded text; `corrected`: cells typed anew, by line and header;
    `reason`: a manager's, to take over rows whose gates are not proven.
    """

    mapping: Mapping[str, str | None]
    excluded: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    date_order: DateOrder = ""
    statuses: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[tuple[int, str], str] = field(default_factory=dict)
    reason: str = ""

    @property
    def columns(self) -> dict[str, str | None]:
        """What the columns are that are not left out."""
        return {name: id for name, id in self.mapping.items() if name not in self.excluded}
