"""What becomes of rows, noted one by one in whatever order it is found out, and what is to be written of them."""

from collections.abc import Mapping
from typing import Any

from core.files.spool import Spool
from core.importing.export_cells import cell
from core.importing.planned import Outcome, Planned, Writing, Wrong
from core.importing.row import Numbered
from core.migration.import_columns import BY_ID
from core.migration.migration import Migration
from core.spreadsheet.mistakes import RowError


class Outcomes:
    """`rows` and `writings` as far as they are known; `header_of`: what the file calls its columns, by their ids."""

    def __init__(self, header_of: Mapping[str, str]) -> None:
        self.header_of = header_of
        self.rows: Spool[Planned] = Spool()
        self.writings: Spool[Writing] = Spool()

    def refuse(self, numbered: Numbered, wrong: Wrong) -> None:
        """Note that a row is rejected, and why."""
        says = numbered.says
        column, value, message = wrong
        header = self.header_of.get(column) or BY_ID[column].header
        error = RowError(numbered.row, header, cell(value), message)
        self.rows.append(Planned(numbered.row, "rejected", says.ref, says.client, shown(numbered), errors=(error,)))

    def note(self, numbered: Numbered, outcome: Outcome, current: Migration | None, **more: Any) -> None:
        """Note how else a row comes out; `current`: the migration that it means, None for a new one."""
        says = numbered.says
        ref = current.ref if current else says.ref
        self.rows.append(Planned(numbered.row, outcome, ref, says.client, shown(numbered), **more))


def shown(numbered: Numbered) -> tuple[str, ...]:
    """Return the domains of a row as they are shown."""
    return tuple(name.display for name in numbered.says.domain)
