"""A file of subscriptions as the base of a simulation: every row taken, or refused with everything wrong in it.

    loaded = load(data, tariff)
    loaded.read == len(loaded.subscriptions) + len(loaded.refused)

A cell's meaning is worked out once for each distinct text of its column: a million rows have a few thousand days,
prices and counts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.ground.dates import FORMATS, DateOrder
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import secret_header
from core.language import Language
from core.migration.import_columns import check_mapping, suggest
from core.pricing.tariff import Tariff
from core.simulation.base_cells import Meant, meaning
from core.simulation.columns import COLUMNS, IDS, NOT_MISSED, REQUIRED
from core.simulation.days import how_dated
from core.simulation.good_rows import Found, Refused, counts
from core.simulation.rows import rows_of
from core.simulation.subscriptions import Subscriptions
from core.spreadsheet.choices import AS_PROPOSED, Reading
from core.spreadsheet.decoding import LeftOut, open_sheet
from core.spreadsheet.mistakes import RowError, mistakes_csv
from core.spreadsheet.questions import Question
from core.spreadsheet.repair_kinds import Repair
from core.spreadsheet.tally import of_rows

_READING = 0.7
"""The share of the work that reading the rows is; the rest is working out what they mean."""


@dataclass(frozen=True)
class Loaded:
    """A file as it was understood. `mapping`: the file's headers to column ids, None for those that are not read.

    `formats`: how the dates of each column are written; `repairs`: what was read otherwise than it stands, each
    text of a column once, on its first line, those of whole rows before; `questions`: what the file leaves open;
    `left_out`: rows that are no data, which are not among those read; `of_rows`: kinds of repairs that reading it made;
    `uneven`: taken rows that name other domains than they count; `invented`: these are the samples.
    """

    subscriptions: Subscriptions
    read: int
    refused: tuple[Refused, ...]
    encoding: str
    delimiter: str
    mapping: Mapping[str, str | None]
    formats: Mapping[str, str]
    repairs: Sequence[Repair] = ()
    questions: tuple[Question, ...] = ()
    left_out: Sequence[LeftOut] = ()
    of_rows: frozenset[str] = frozenset()
    uneven: int = 0
    invented: bool = False

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns of the file that are not read."""
        return tuple(name for name, id in self.mapping.items() if id is None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The ids of the columns that the file lacks and for which something is taken."""
        known = {*self.mapping.values(), *NOT_MISSED, *(("domains",) if self.names_count else ())}
        return tuple(id for id in IDS if id not in known)

    @property
    def names_count(self) -> bool:
        """Whether a row has as many domains as it names: the file counts none."""
        return _names_count(self.mapping)

    @property
    def mistakes(self) -> Iterator[RowError]:
        """Everything that is wrong, in the order of the file, by the file's own headers; "" for a whole row."""
        headers = {id: name for name, id in self.mapping.items() if id}
        for refused in self.refused:
            for error in refused.errors:
                yield RowError(refused.row, headers.get(error.field, ""), str(error.value), error.message)


def load(
    data: bytes,
    tariff: Tariff,
    *,
    mapping: Mapping[str, str | None] | None = None,
    how: Reading = AS_PROPOSED,
    date_order: DateOrder = "",
    progress: Callable[[float], None] = lambda share: None,
) -> Loaded:
    """Return the subscriptions of a file; `progress` is told the share that is done, 0 to 1.

    `mapping` of headers to column ids, how the file is read and in which order its dates have day and month are
    guessed, proven or asked where they are not given. Raises InputError on what concerns the whole file: its encoding,
    header, columns.
    """
    sheet = open_sheet(data, how, COLUMNS)
    mapping = _mapped(sheet.header, mapping)
    rows = rows_of(sheet, mapping, lambda share: progress(_READING * share))
    days = how_dated(rows, mapping, date_order, how)
    meant: dict[str, Meant] = {}
    for id in IDS:
        meant[id] = meaning(id, list(rows.texts[id]), tariff, days)
        progress(_READING + (0.95 - _READING) * len(meant) / len(IDS))
    found = Found(rows, meant)
    sound, refused = found.sorted_out(named=_names_count(mapping))
    progress(1.0)
    read = len(rows.numbers) + len(rows.ragged)
    formats = {id: FORMATS[way] for id, way in days.ways.items() if way}
    mended = tuple(of_rows(sheet))
    return Loaded(
        sound,
        read,
        refused,
        sheet.encoding,
        sheet.delimiter,
        mapping,
        formats,
        (*mended, *found.repairs({id: name for name, id in mapping.items() if id})),
        days.questions,
        tuple(sheet.left_out),
        frozenset(repair.kind for repair in mended),
        int(((sound.names != "") & (sound.domains != counts(sound.names))).sum()),
    )


def _names_count(mapping: Mapping[str, str | None]) -> bool:
    there = mapping.values()
    return "domain_names" in there and "domains" not in there


def errors_csv(loaded: Loaded, language: Language) -> bytes:
    """Return everything that is wrong as a table: row, column, value, reason. UTF-8 with a byte order mark."""
    return mistakes_csv(loaded.mistakes, language)


def _mapped(header: Sequence[str], given: Mapping[str, str | None] | None) -> dict[str, str | None]:
    mapping = suggest(header, COLUMNS) if given is None else {**dict.fromkeys(header), **given}
    check_mapping(mapping, header, COLUMNS, REQUIRED)
    if secret := [name for name, id in mapping.items() if id and secret_header(name)]:
        raise InputError(*(FieldError(name, "", Message("error.secret_column")) for name in secret))
    return mapping
