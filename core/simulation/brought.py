"""A file of subscriptions that somebody brought to the page: opened and read, here or in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.messages import FieldError, InputError
from core.pipeline.decoding import guess_encoding, open_sheet
from core.pricing.tariff import Tariff
from core.simulation.reading import Loaded, load

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """What the beginning of a file says, or why it cannot be read. `guessed`: its encoding, in our opinion."""

    guessed: str
    encoding: str = ""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    errors: tuple[FieldError, ...] = ()


def open_file(file: bytes | Path, encoding: str | None, delimiter: str | None, _progress: Progress) -> Opened:
    """Read a file's header, in the encoding and with the delimiter given, or as guessed."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    guessed = guess_encoding(data)
    try:
        sheet = open_sheet(data, encoding or guessed, delimiter)
    except InputError as error:
        return Opened(guessed, errors=error.errors)
    return Opened(guessed, sheet.encoding, sheet.delimiter, sheet.header)


def load_file(
    file: bytes | Path,
    tariff: Tariff,
    mapping: Mapping[str, str | None],
    encoding: str,
    delimiter: str,
    progress: Progress,
) -> Loaded:
    """Return the subscriptions of a file; raises InputError as `load` does."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    return load(data, tariff, mapping=mapping, encoding=encoding, delimiter=delimiter, progress=progress)
