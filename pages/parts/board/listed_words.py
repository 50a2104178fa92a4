"""What a card and a row of the table say alike of a migration."""

from core.migration import worded
from core.migration.listing import Listed, visible
from pages.parts.shared import shell

_MARKS = {"late": "▲", "due": "●"}
"""What stands before a clock that has run out: never told by a colour alone."""


def domains(item: Listed) -> str:
    """Return the domains of a migration: the first, how many more, and how many of all are visible once they move."""
    t, m = shell.language().text, item.migration
    active = m.active
    names = active[0].display
    if len(active) > 1:
        names = t("board.domains", first=names, more=len(active) - 1)
    seen = visible(m)
    return names if seen is None else t("board.visible", domains=names, visible=seen, all=len(active))


def due(item: Listed) -> tuple[str, str]:
    """Return how the most urgent clock stands, and its state: late, due, held or another; blanks where none runs."""
    language, m, clock = shell.language(), item.migration, item.clock
    if m.open and m.hold is not None and (clock is None or clock.state == "paused"):
        return language.value(worded.hold(m)), "held"
    if clock is None:
        return "", ""
    said = language.value(worded.clock(clock, m, shell.process()))
    return f"{_MARKS.get(clock.state, '')} {said}".strip(), clock.state
