"""A file of subscriptions that somebody brought to the page: opened and read, here or in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.messages import FieldError, InputError
from core.pipeline.decoding import Line, guess_encoding, open_sheet
from core.pipeline.said import Reading
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS
from core.simulation.reading import Loaded, load

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What the beginning of a file says, as a Sheet says it, or why it cannot be read.

    `guessed`: its encoding, in our opinion.
    """

    guessed: str
    kind: str = "csv"
    encoding: str = ""
    delimiter: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
    header_row: int = 1
    top: tuple[Line, ...] = ()
    header: tuple[str, ...] = ()
    errors: tuple[FieldError, ...] = ()


def open_file(file: bytes | Path, how: Reading, _progress: Progress) -> Opened:
    """Read a file's header, as somebody said or as guessed."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    guessed = guess_encoding(data)
    try:
        sheet = open_sheet(data, replace(how, encoding=how.encoding or guessed), COLUMNS)
    except InputError as error:
        return Opened(guessed, errors=error.errors)
    return Opened(guessed, encoding=sheet.encoding, delimiter=sheet.delimiter, header=sheet.header)


def load_file(
    file: bytes | Path,
    tariff: Tariff,
    mapping: Mapping[str, str | None],
    how: Reading,
    progress: Progress,
) -> Loaded:
    """Return the subscriptions of a file; raises InputError as `load` does."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    return load(data, tariff, mapping=mapping, how=how, progress=progress)
