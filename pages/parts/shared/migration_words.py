"""How what stands of a migration is said in the reader's language: its fields, values, stages and moments."""

from collections.abc import Sequence

from core.ground import moments
from core.migration import worded
from pages.parts.shared import shell


def field(name: str) -> str:
    """Return the title of a field of the migration."""
    return shell.language().value(worded.column(name))


def value(name: str, value: object) -> str:
    """Return a value of the migration as the reader writes it."""
    return shell.language().value(worded.value(name, value, shell.process(), shell.team()))


def stage(id: str) -> str:
    """Return the title of a stage or a step."""
    return shell.language().value(worded.stage(id, shell.process()))


def at(moment: object) -> str:
    """Return when something happened; blank where that is not known."""
    return shell.language().value(moments.moment(moment)) if moment else ""


def some(names: Sequence[str]) -> str:
    """Return names, all but the first few as their number."""
    return shell.language().value(worded.some(names))


def reason(given: str | None) -> str:
    """Return a reason as somebody gave it; where the import had none to give, that it was the import."""
    return shell.language().text("card.by_import") if given == "import" else given or ""
