"""A file with a list of mail accounts or websites, as the lines that somebody would paste: seen before it is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import MISTAKES
from core.ground.validation import one_line
from core.migration.handover import ENTRIES_MAX
from core.migration.handover_text import table_of
from core.migration.import_columns import column
from core.spreadsheet.choices import AS_PROPOSED
from core.spreadsheet.decoding import open_sheet

_COLUMNS = (
    column(
        "name", "adres e-mail", "text", "adres, email, e mail, konto, skrzynka, strona, domena, adres strony, www, url"
    ),
    column("size", "rozmiar", "text", "rozmiar mb, rozmiar gb, zajete, zajete mb, uzycie, wielkosc, size, used, usage"),
)


class Lines(NamedTuple):
    """The lines of a file, cells with tabs between, its header first; `left_out`: its rows that are no data."""

    text: str
    left_out: int


def read(file: bytes | Path, field: str, progress: Callable[[float], object]) -> Lines:
    """Return the lines of a file for a list; raises InputError on what cannot be read, and on passwords in it."""
    opened = open_sheet(file if isinstance(file, bytes) else file.read_bytes(), AS_PROPOSED, _COLUMNS)
    lines = ["\t".join(opened.header)]
    wrong: list[FieldError] = []
    for block in opened.blocks():
        for line in block.lines:
            if line.error is not None:
                told = Message("handover.line", {"line": line.number, "what": line.error})
                wrong.append(FieldError(field, "", told))
            lines.append("\t".join(map(one_line, line.cells)))
        if len(lines) > ENTRIES_MAX + 1:
            raise InputError(FieldError("file", "", Message("handover.too_many", {"most": ENTRIES_MAX})))
        progress(block.share)
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    text = "\n".join(lines)
    # What holds a password does not get as far as the field.
    table_of(text, field)
    return Lines(text, len(opened.left_out))
