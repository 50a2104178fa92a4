"""What a card and a row of the table say alike of a migration."""

from core.migration import listing, worded
from core.migration.listing import Listed
from pages.parts.shared import shell

MARKS = {"late": "▲", "due": "●"}
"""What stands before a clock that has run out: never told by a colour alone."""


def domains(item: Listed) -> str:
    """Return the domains of a migration: the first, and how many more."""
    first, *others = [d.display for d in item.migration.active]
    return shell.language().text("board.domains", first=first, more=len(others)) if others else first


def switched(item: Listed) -> str:
    """Return of how many domains the name servers were changed; blank before they move, and when nothing does."""
    changed, all_of_them = listing.switched(item.migration), len(item.migration.active)
    return "" if changed is None else shell.language().text("board.switched", switched=changed, all=all_of_them)


def due(item: Listed) -> tuple[str, str]:
    """Return how the most urgent clock stands, and its state: late, due, held or another; blanks where none runs."""
    language, m, clock = shell.language(), item.migration, item.clock
    if m.open and m.hold is not None and (clock is None or clock.state == "paused"):
        return language.value(worded.hold(m)), "held"
    if clock is None:
        return "", ""
    said = language.value(worded.clock(clock, m, shell.process()))
    return f"{MARKS.get(clock.state, '')} {said}".strip(), clock.state
