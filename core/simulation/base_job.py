"""A file of subscriptions that somebody brought to the page: opened and read, here or in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS
from core.simulation.reading import Loaded, load
from core.spreadsheet.choices import Reading
from core.spreadsheet.decoding import Sheet, glimpse, open_sheet
from core.spreadsheet.letters import guess_encoding
from core.spreadsheet.workbooks import is_workbook

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What the beginning of a file says, or why it cannot be read.

    `guessed`: its encoding, in our opinion, "" for a workbook; `sheet`: without its rows, of a file that cannot be read
    what it can be read otherwise by.
    """

    guessed: str
    sheet: Sheet | None
    errors: tuple[FieldError, ...] = ()


def open_file(file: bytes | Path, how: Reading, _progress: Progress) -> Opened:
    """Read a file's header, as somebody said or as guessed."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    guessed = "" if is_workbook(data) else guess_encoding(data)
    how = replace(how, encoding=how.encoding or guessed or None)
    try:
        it = open_sheet(data, how, COLUMNS)
    except InputError as error:
        return Opened(guessed, glimpse(data, how, COLUMNS), error.errors)
    return Opened(
        guessed,
        Sheet(it.encoding, it.delimiter, it.header, (), it.kind, it.name, it.names, it.header_row, it.top),
    )


def load_file(
    file: bytes | Path,
    tariff: Tariff,
    mapping: Mapping[str, str | None],
    how: Reading,
    date_order: DateOrder,
    progress: Progress,
) -> Loaded:
    """Return the subscriptions of a file; raises InputError as `load` does."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    return load(data, tariff, mapping=mapping, how=how, date_order=date_order, progress=progress)
