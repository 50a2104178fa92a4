"""Where a domain stands as the status of a row: as a row says it, and as the desk has it."""

from core.importing.row import Row
from core.migration.migration import Domain, Migration
from core.migration.stages import DONE, FIRST_OF_DOMAINS, position


def status(says: Row) -> str:
    """Return what a row's status comes to: a stage or a side state."""
    return "cancelled" if says.cancelled else "withdrawn" if says.withdrawn else says.stage or ""


def status_of(m: Migration, d: Domain) -> str:
    """Return the status that a domain of ours is exported with: a stage or a side state."""
    return "withdrawn" if d.withdrawn else "cancelled" if m.cancelled is not None else stands(m, d)


def stands(m: Migration, d: Domain) -> str:
    """Return where a domain stands, as a row's status says it."""
    if position(m.stage) < position(FIRST_OF_DOMAINS):
        return m.stage
    return m.stage if d.step == DONE and position(m.stage) >= position("passwords") else d.step
