"""A spreadsheet that somebody brought to the page: read, compared and written, here or in a process of its own.

The functions take what can be handed to another process and give back what can be: a short file's bytes or a long one's
place, and of long results only spools. `own_process` calls them for long files, the page itself for short ones.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core import datafiles
from core.database.transactions import engine
from core.ground.messages import FieldError, InputError
from core.importing.planned import Plan, Progress
from core.importing.planning import plan
from core.importing.retyped_cells import typed_anew
from core.importing.secret_cells import secrets_of
from core.importing.writing import Applied, apply
from core.migration.act import Act
from core.migration.people import Person
from core.spreadsheet.choices import Reading, Said
from core.spreadsheet.decoding import Sheet, glimpse, read_sheet
from core.spreadsheet.letters import guess_encoding
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.survey import date_formats
from core.spreadsheet.tally import Tally, of_rows, tally
from core.spreadsheet.workbooks import is_workbook
from core.store.store import Store

By = tuple[Person, dt.datetime]
"""Who imports, and when."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read, or why it could not be.

    `guessed`: its encoding, in our opinion, "" for a workbook; `repairs`: what the repairs of whole rows come to, by
    kind; `glimpse`: of a file that could not be read, what it can be read otherwise by.
    """

    guessed: str
    sheet: Sheet | None
    errors: tuple[FieldError, ...] = ()
    repairs: Mapping[str, Tally] = field(default_factory=dict)
    glimpse: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a file holds what looks like a secret, in which columns, and whether in rows that have no columns.

    `doubtful`: those of the columns in which nothing but a shape says so; of them somebody may say that they hold none.
    """

    errors: Sequence[RowError]
    columns: tuple[str, ...]
    in_rows: bool
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What a file would do, the secrets in it, and the format in which each column of dates was read.

    `repairs`: what its cells' repairs come to, by kind; `gated`: how many rows stop at a gate; `newer`: how many of
    their values are older than the board's.
    """

    plan: Plan
    secrets: Found
    formats: Mapping[str, str]
    repairs: Mapping[str, Tally] = field(default_factory=dict)
    gated: int = 0
    newer: int = 0


def read(file: bytes | Path, how: Reading, _progress: Progress) -> Read:
    """Read a file as somebody said, or as proposed."""
    data = _bytes(file)
    # A workbook says itself how its letters are written.
    guessed = "" if is_workbook(data) else guess_encoding(data)
    how = replace(how, encoding=how.encoding or guessed or None)
    try:
        sheet = read_sheet(data, how)
    except InputError as error:
        return Read(guessed, None, error.errors, glimpse=glimpse(data, how))
    return Read(guessed, sheet, repairs=tally(of_rows(sheet)))


def find_secrets(sheet: Sheet, excluded: Collection[str], harmless: Collection[str], _progress: Progress) -> Found:
    """Return where a file holds what looks like a secret, columns left out of the import aside."""
    return _found(secrets_of(sheet, excluded, harmless))


def compare(sheet: Sheet, said: Said, by: By, url: str, progress: Progress) -> Compared:
    """Return what importing a file would do to the migrations of a database."""
    store = Store(engine(url))
    # The epoch first: a restore between the two is found when it is written.
    epoch, migrations = store.epoch(), store.all()
    made = plan(sheet, said, migrations, _act(by), datafiles.team(), progress, epoch=epoch)
    gated = newer = 0
    for planned in made.those("conflict"):
        gated += bool(planned.lacks)
        newer += sum(change.conflict or not planned.lacks for change in planned.changes)
    formats = date_formats(typed_anew(sheet, said), said)
    # Those that reading it made were told then.
    told = {repair.kind for repair in sheet.mended}
    repairs = tally(repair for repair in made.repairs if repair.kind not in told)
    return Compared(made, _found(made.secrets), formats, repairs, gated, newer)


def write(
    made: Plan,
    sheet: Sheet,
    file: bytes | Path,
    said: Said,
    by: By,
    url: str,
    progress: Progress,
) -> Applied:
    """Write what a plan says, all of it or nothing; raises what `apply` raises."""
    return apply(Store(engine(url)), made, sheet, _bytes(file), said, _act(by), progress=progress)


def _act(by: By) -> Act:
    # The process is read there: it holds more than can be handed over.
    person, now = by
    return Act(datafiles.process(), person, now)


def _bytes(file: bytes | Path) -> bytes:
    return file if isinstance(file, bytes) else file.read_bytes()


def _found(errors: Sequence[RowError]) -> Found:
    columns: dict[str, bool] = {}
    for error in errors:
        columns[error.column] = columns.get(error.column, True) and error.message.id == "error.secret_shape"
    named = [column for column in columns if column]
    return Found(errors, tuple(named), "" in columns, tuple(column for column in named if columns[column]))
