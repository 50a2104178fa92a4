"""What a value says in a cell of a spreadsheet of ours."""

import datetime as dt

from core.ground.moments import When, written
from core.migration.cell_values import STATUS_WRITTEN


def text_of(value: object) -> str:
    """Return a value as its cell says it; nothing as a blank."""
    match value:
        case None:
            return ""
        case When():
            return written(value.at)
        case dt.datetime():
            return written(value)
        case dt.date():
            return f"{value:%d.%m.%Y}"
        case bool():
            return "tak" if value else "nie"
    return str(value)


def cell(value: object) -> str:
    """Return the same of a value that may be a stage or a side state, in the words of our export."""
    text = text_of(value)
    return STATUS_WRITTEN.get(text, text)
