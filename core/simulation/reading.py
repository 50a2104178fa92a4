"""A file of subscriptions as the base of a simulation: every row taken, or refused with everything wrong in it.

    loaded = load(data, tariff)
    loaded.read == len(loaded.subscriptions) + len(loaded.refused)

A cell's meaning is worked out once for each distinct text of its column: a million rows have a few thousand days,
prices and counts.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray

from core.files.cells import taken_back
from core.ground.bounds import LINE, bounded, shortened
from core.ground.clock import WARSAW
from core.ground.dates import FORMATS, DateOrder, Reads, parse_when, reads, ways
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When
from core.ground.secrets import secret_header
from core.ground.settings import ROOT
from core.ground.validation import one_line
from core.ground.words import fold, one_of
from core.language import Language
from core.migration.columns import check_mapping, suggest
from core.migration.values import one_text, parse_count
from core.pricing import calendar
from core.pricing.checks import BOUNDS, MAX_TERM_DAYS
from core.pricing.money import parse_amount
from core.pricing.rules import FROM_LIST
from core.pricing.tariff import DISK_UNIT, Tariff
from core.simulation.columns import COLUMNS, NOT_MISSED, REQUIRED
from core.simulation.names import is_one_name, names_in
from core.simulation.samples import NAME, REFERENCE
from core.simulation.subscriptions import NOT_TOLD, Subscriptions, Texts, texts
from core.spreadsheet.decoding import LeftOut, Line, OpenSheet, open_sheet
from core.spreadsheet.mending import damaged, dated, formula, spaces
from core.spreadsheet.mistakes import RowError, mistakes_csv
from core.spreadsheet.placeholders import PLACEHOLDERS, is_error, says_nothing
from core.spreadsheet.questions import Question
from core.spreadsheet.repairs import TURNED, Repair, Step
from core.spreadsheet.said import AS_PROPOSED, Reading
from core.spreadsheet.survey import Evidence, decided
from core.spreadsheet.tally import of_rows

_IDS = tuple(column.id for column in COLUMNS)
_AS_THEY_ARE = ("id", "client")
"""Columns whose cells mean what they say."""
_TEXTS = (*_AS_THEY_ARE, "domain_names")
_DATES = tuple(column.id for column in COLUMNS if column.kind == "date")
_WITHOUT = {
    "client": "",
    "service_start": "",
    "price_net": "",
    "domain_names": "",
    "domains": "0",
    "mailboxes": "0",
    "disk_gb": "0",
}
"""What a column that the file lacks says in every row. A blank cell of a count is something else: it is a mistake."""
_BOUNDS = {bound.field: bound for bound in BOUNDS}
_BOUNDS["service_start"] = replace(
    _BOUNDS["term_start"], low=calendar.number(calendar.FIRST_SERVICE), lowest=calendar.number(calendar.FIRST_SERVICE)
)

_ATTRIBUTES = {"disk_gb": "disk", "domain_names": "names"}
"""What columns are called in a base, where otherwise than in a file."""

_READING = 0.7
"""The share of the work that reading the rows is; the rest is working out what they mean."""

_Where = NDArray[np.int32]
"""For each row the place of its text among the distinct ones of a column."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is left out: the line of the file on which it begins, and everything that is wrong in it.

    An error's field is the column's id, "" where the row as a whole cannot be read; its value is the cell as given.
    """

    row: int
    errors: tuple[FieldError, ...]


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
        return tuple(id for id in _IDS if id not in known)

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
    rows = _read(sheet, mapping, lambda share: progress(_READING * share))
    days = _days(rows, mapping, date_order, how)
    meant: dict[str, _Meant] = {}
    for id in _IDS:
        meant[id] = _meant(id, list(rows.texts[id]), _reader(id, tariff, days))
        progress(_READING + (0.95 - _READING) * len(meant) / len(_IDS))
    found = _Found(rows, meant)
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
        int(((sound.names != "") & (sound.domains != _counts(sound.names))).sum()),
    )


def samples(tariff: Tariff, today: dt.date) -> Loaded:
    """Return the invented subscriptions of data/subscriptions.csv, moved by whole months so that today is among them.

    A term of whole months stays one.
    """
    loaded = load((ROOT / NAME).read_bytes(), tariff)
    months = 12 * (today.year - REFERENCE.year) + today.month - REFERENCE.month
    held = loaded.subscriptions
    moved = replace(
        held,
        term_start=calendar.months_later(held.term_start, months),
        # The last paid day may be a month's last: the day after it is the one that is the same in every month.
        valid_until=calendar.months_later(held.valid_until + 1, months) - 1,
        # Like the day on which the first term began, which may lie years before.
        service_start=np.where(
            held.service_start == NOT_TOLD, NOT_TOLD, calendar.months_later(held.service_start, months)
        ),
    )
    return replace(loaded, subscriptions=moved, invented=True)


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


# -- the rows as they stand in the file


class _Distinct(dict[str, int]):
    """The distinct texts of a column, each with its place: asked for a new one, it takes it up."""

    def __missing__(self, text: str) -> int:
        self[text] = place = len(self)
        return place


@dataclass(frozen=True)
class _Rows:
    """The sound rows by column, and the lines that are none."""

    numbers: NDArray[np.int64]
    texts: Mapping[str, _Distinct]
    where: Mapping[str, _Where]
    ragged: list[Line]
    typed: bool

    def firsts(self, id: str) -> list[int]:
        """Return the lines on which the texts of a column stand first."""
        first = np.empty(len(self.texts[id]), np.int64)
        # From the last row up, so that the first has the last word.
        first[self.where[id][::-1]] = self.numbers[::-1]
        lines: list[int] = first.tolist()
        return lines

    def cells(self, id: str) -> Mapping[str, int]:
        """Return the texts of a column, each with how often it stands there."""
        times = np.bincount(self.where[id], minlength=len(self.texts[id]))
        return dict(zip(self.texts[id], times.tolist(), strict=True))


def _read(sheet: OpenSheet, mapping: Mapping[str, str | None], progress: Callable[[float], None]) -> _Rows:
    places = {id: place for place, id in enumerate(mapping.values()) if id}
    distinct = {id: _Distinct() for id in _IDS}
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    where: dict[str, list[_Where]] = {id: [np.empty(0, np.int32)] for id in _IDS}
    ragged: list[Line] = []
    for block in sheet.blocks():
        count = len(block.numbers)
        numbers.append(np.array(block.numbers, np.int64))
        ragged += block.refused
        for id in _IDS:
            if id in places:
                found = map(distinct[id].__getitem__, block.columns[places[id]])
                where[id].append(np.fromiter(found, np.int32, count))
            elif count:
                where[id].append(np.full(count, distinct[id][_WITHOUT[id]], np.int32))
        progress(block.share)
    joined = {id: np.concatenate(where.pop(id)) for id in _IDS}
    return _Rows(np.concatenate(numbers), distinct, joined, ragged, sheet.kind != "csv")


# -- what a cell means


@dataclass(frozen=True)
class _Meant:
    """What the distinct texts of a column mean, in their order; `wrong`: those that mean nothing, by place."""

    given: list[str]
    values: NDArray[Any]
    wrong: Mapping[int, FieldError]
    steps: Mapping[int, tuple[Step, ...]]


@dataclass(frozen=True)
class _Days:
    """How the file's dates are to be read, and what it leaves open."""

    order: DateOrder
    ways: Mapping[str, str]
    questions: tuple[Question, ...]
    both: Message | None
    off: frozenset[str]
    typed: bool


def _days(rows: _Rows, mapping: Mapping[str, str | None], said: DateOrder, how: Reading) -> _Days:
    """Return what the days of all columns together tell of their order."""
    headers = {id: name for name, id in mapping.items() if id}
    evidence = Evidence()
    found: dict[str, list[Reads]] = {}
    dates = [id for id in _DATES if id in headers]
    for id in dates:
        found[id] = [_reads(text, how.off) for text in rows.texts[id]]
        cells = zip(rows.cells(id).items(), found[id], rows.firsts(id), strict=True)
        for (text, times), one, first in cells:
            evidence.see(one, headers[id], text, first, times)
    order = said or evidence.order
    if not order and evidence.open and not evidence.both:
        order = decided(*(_backwards(rows, found, one) for one in _ORDERS))
    written = {
        id: ways(((_bare(text, how.off), times) for text, times in rows.cells(id).items()), order) for id in dates
    }
    return _Days(
        order,
        written,
        evidence.question(order),
        evidence.both,
        how.off,
        rows.typed,
    )


_ORDERS: tuple[DateOrder, DateOrder] = ("dmy", "mdy")


def _backwards(rows: _Rows, found: Mapping[str, list[Reads]], order: DateOrder) -> bool:
    """Return whether a term ends before it begins where dates are read in an order."""
    days = [
        np.array([float(_day_number(when)) if isinstance(when := one.by(order), When) else np.nan for one in found[id]])
        for id in ("term_start", "valid_until")
    ]
    start, until = (some[rows.where[id]] for some, id in zip(days, ("term_start", "valid_until"), strict=True))
    return bool(np.any(until < start))


def _reads(text: str, off: frozenset[str]) -> Reads:
    bare = _bare(text, off)
    return reads(one_line(bare) if len(bare) <= LINE else "?")


def _bare(text: str, off: frozenset[str]) -> str:
    held = formula(text, off)
    return text if held is None else held


def _meant(id: str, given: list[str], read: "_Reader") -> _Meant:
    texts_only = id in _TEXTS
    values: list[Any] = []
    wrong = {}
    steps = {}
    for first in range(0, len(given), _AT_ONCE):
        some = given[first : first + _AT_ONCE]
        if id in _AS_THEY_ARE and _plain(some):
            values += some
            continue
        for place, text in enumerate(some, first):
            if id == "domain_names" and (not text or is_one_name(text)):
                values.append(text)
                continue
            done: list[Step] = []
            try:
                values.append(read(text, done))
                if done:
                    steps[place] = tuple(done)
            except InputError as error:
                values.append("" if texts_only else 0)
                wrong[place] = error.errors[0]
    return _Meant(given, texts(values) if texts_only else np.array(values, np.int64), wrong, steps)


_AT_ONCE = 1000


_MARKS = ("'", '="', "=?", TURNED, "#", "  ", "e+", "e +", "e-0", "r:5", "d:5")
"""What there is in a text that a spreadsheet has spoiled, and in some others."""
_NOTHING = frozenset(word for word in PLACEHOLDERS if "." not in word) | {""}


def _plain(some: list[str]) -> bool:
    """Return whether texts mean just what they are: of a million ids nearly all do, and one look is for many."""
    # A dot between them, with which no letter becomes one: accents that follow one another take their time.
    joined = ".".join(some)
    lower = joined.lower()
    unlike = any(mark in lower for mark in _MARKS) or not _NOTHING.isdisjoint(lower.split("."))
    return not unlike and max(map(len, some)) <= 100 and joined.isprintable() and is_normalized("NFC", joined)


_Reader = Callable[[str, list[Step]], Any]
"""What reads a cell of a column, and adds its repairs to a list; it raises InputError with one error."""


def _reader(id: str, tariff: Tariff, days: _Days) -> _Reader:
    """Return what reads a cell of a column: first what is wrong with it in whatever column, then what it says."""
    read = _reader_of(id, tariff, days)

    def whole(text: str, steps: list[Step]) -> Any:
        held = formula(text, days.off)
        if held is not None:
            steps.append(("formula", text, held))
        kept = text if held is None else held
        if len(kept) <= LINE and (why := damaged(one_line(kept))):
            _refuse(id, text.removeprefix(TURNED), why)
        if kept and id != "price_net" and says_nothing(kept):
            # A price is a number or the list's; what is not known is not the list's.
            kept = ""
        if id == "price_net" and is_error(kept):
            _refuse(id, text, Message("error.error_cell"))
        try:
            return read(kept, steps)
        except InputError as error:
            if kept or not text:
                raise
            # A cell that says nothing, where something has to be said.
            raise InputError(*(FieldError(id, text, one.message) for one in error.errors)) from None

    return whole


def _reader_of(id: str, tariff: Tariff, days: _Days) -> _Reader:
    if id == "id":
        return lambda text, _: _text(text, id) or _refuse(id, text, Message("error.empty"))
    if id == "client":
        return lambda text, _: _text(text, id)
    if id == "domain_names":
        return lambda text, steps: names_in(text, id, days.off, steps)
    if id == "package":
        # An id comes before a name that another package bears.
        names = {fold(package.name): place for place, package in enumerate(tariff.packages)}
        names |= {fold(package.id): place for place, package in enumerate(tariff.packages)}
        expected = ", ".join(package.name for package in tariff.packages)
        return lambda text, _: _package(text, names, expected)
    if id == "price_net":
        return lambda text, steps: (
            _within(id, text, _price(_number(id, text, days, steps))) if one_line(bounded(text, id)) else FROM_LIST
        )
    if id == "disk_gb":
        return lambda text, steps: _within(id, text, _disk(_number(id, text, days, steps)))
    if id == "service_start":
        return lambda text, steps: (
            _within(id, text, _day(id, text, days, steps)) if one_line(bounded(text, id)) else NOT_TOLD
        )
    if id in _DATES:
        return lambda text, steps: _within(id, text, _day(id, text, days, steps))
    return lambda text, steps: _within(id, text, parse_count(_number(id, text, days, steps), id))


def _text(text: str, field: str) -> str:
    return one_text(taken_back(text), field)


def _package(text: str, names: Mapping[str, int], expected: str) -> int:
    folded = fold(bounded(text, "package"))
    place = names.get(folded)
    if place is None:
        _refuse("package", text, one_of(folded, tuple(names), expected))
    return place


def _number(field: str, text: str, days: _Days, steps: list[Step]) -> str:
    try:
        number, done = spaces(bounded(text, field), days.off)
    except InputError as error:
        _refuse(field, text, error.errors[0].message)
    steps += done
    return number


def _price(text: str) -> int:
    try:
        return parse_amount(text)
    except ValueError:
        _refuse("price_net", text, Message("error.amount"))


# "1.200" reads as 1 GB and 200 thousandths: unlike a count, a disk has decimals.
_GIGABYTES = re.compile(r"([0-9]{1,3}(?: [0-9]{3}){1,3}|[0-9]{1,9})(?:[.,]([0-9]{1,3}))? ?(?:GB)?", re.IGNORECASE)


def _disk(text: str) -> int:
    line = one_line(bounded(text, "disk_gb"))
    if not line:
        _refuse("disk_gb", text, Message("error.empty"))
    found = _GIGABYTES.fullmatch(line)
    if found is None:
        _refuse("disk_gb", text, Message("error.gigabytes"))
    return int(found[1].replace(" ", "")) * DISK_UNIT + int((found[2] or "").ljust(3, "0"))


def _day(field: str, text: str, days: _Days, steps: list[Step]) -> int:
    line = one_line(bounded(text, field))
    try:
        steps += dated(line, days.order, days.ways[field], days.off, typed=days.typed)
    except InputError as error:
        why = error.errors[0].message
        _refuse(field, line, days.both if days.both and why.id == "error.date_both_ways" else why)
    return _day_number(parse_when(line, days.order, field))


def _day_number(when: When) -> int:
    return calendar.number(when.at.astimezone(WARSAW).date())


def _within(field: str, text: str, value: int) -> int:
    bound = _BOUNDS[field]
    if not bound.low <= value <= bound.high:
        _refuse(field, text, Message("error.range", bound.right()))
    return value


def _refuse(field: str, text: str, message: Message) -> NoReturn:
    raise InputError(FieldError(field, shortened(text), message))


# -- which rows are good


class _Found:
    """The rows with what their cells mean."""

    def __init__(self, rows: _Rows, meant: Mapping[str, _Meant]) -> None:
        self._rows = rows
        self._meant = meant
        self._wrong = {id: _marked(meant[id].wrong, rows.where[id]) for id in _IDS}
        start, until = self._values("term_start"), self._values("valid_until")
        dated = ~(self._wrong["term_start"] | self._wrong["valid_until"])
        self._ends_early = dated & (until < start)
        self._too_long = dated & (until - start >= MAX_TERM_DAYS)
        sound = ~(self._wrong["service_start"] | self._wrong["term_start"])
        self._begins_late = sound & (self._values("service_start") > start)
        self._first = self._first_of_its_id()

    def _values(self, id: str) -> NDArray[Any]:
        values: NDArray[Any] = self._meant[id].values[self._rows.where[id]]
        return values

    def _first_of_its_id(self) -> NDArray[np.int64]:
        """Return for each row the first row with the same id."""
        named = self._meant["id"].values.tolist()
        ids = self._rows.where["id"]
        if len(set(named)) < len(named):
            # Two texts may be one id, with a space more or less.
            same: dict[str, int] = {}
            ids = np.array([same.setdefault(id, place) for place, id in enumerate(named)], np.int32)[ids]
        first = np.empty(len(named), np.int64)
        # From the last row up, so that the first has the last word.
        first[ids[::-1]] = np.arange(len(ids))[::-1]
        return first[ids]

    def sorted_out(self, *, named: bool) -> tuple[Subscriptions, tuple[Refused, ...]]:
        """Return the rows that are good, and the others in the order of the file.

        `named`: whether a row has as many domains as it names.
        """
        repeated = (self._first != np.arange(len(self._first))) & ~self._wrong["id"]
        refused = self._ends_early | self._too_long | self._begins_late | repeated
        for wrong in self._wrong.values():
            refused |= wrong
        good = ~refused
        values = {_ATTRIBUTES.get(id, id): self._values(id)[good] for id in _IDS}
        if named:
            values["domains"] = _counts(values["names"])
        lines = [Refused(line.number, (FieldError("", "", line.error),)) for line in self._rows.ragged if line.error]
        lines += [self._refused(row, bool(repeated[row])) for row in np.flatnonzero(refused).tolist()]
        return Subscriptions(**values), tuple(sorted(lines, key=lambda line: line.row))

    def repairs(self, headers: Mapping[str, str]) -> tuple[Repair, ...]:
        """Return what was repaired, in the order of the file; `headers`: by the ids of columns."""
        firsts = {id: self._rows.firsts(id) for id, meant in self._meant.items() if meant.steps}
        found = [
            Repair(lines[place], headers[id], *step)
            for id, lines in firsts.items()
            for place, steps in self._meant[id].steps.items()
            for step in steps
        ]
        return tuple(sorted(found, key=lambda repair: repair.row))

    def _refused(self, row: int, repeated: bool) -> Refused:
        errors = [self._meant[id].wrong[self._rows.where[id][row]] for id in _IDS if self._wrong[id][row]]
        if repeated:
            first = int(self._rows.numbers[self._first[row]])
            errors.append(self._error("id", row, Message("error.id_repeated", {"row": str(first)})))
        if self._ends_early[row]:
            start = calendar.date(int(self._values_at("term_start", row)))
            errors.append(self._error("valid_until", row, Message("error.end_before_start", {"first": start})))
        if self._too_long[row]:
            errors.append(self._error("valid_until", row, Message("error.term_too_long", {"years": 10})))
        if self._begins_late[row]:
            start = calendar.date(self._values_at("term_start", row))
            limits = {"first": calendar.FIRST_SERVICE, "last": start}
            errors.append(self._error("service_start", row, Message("error.service_start", limits)))
        return Refused(int(self._rows.numbers[row]), tuple(errors))

    def _values_at(self, id: str, row: int) -> int:
        return int(self._meant[id].values[self._rows.where[id][row]])

    def _error(self, field: str, row: int, message: Message) -> FieldError:
        return FieldError(field, self._meant[field].given[self._rows.where[field][row]], message)


def _counts(names: Texts) -> NDArray[np.int64]:
    """Return how many names stand in each text."""
    counts: NDArray[np.int64] = np.strings.count(names, " ") + (names != "")
    return counts


def _marked(wrong: Mapping[int, FieldError], where: _Where) -> NDArray[np.bool_]:
    """Return which rows have a wrong text."""
    if not wrong:
        return np.zeros(len(where), np.bool_)
    marks = np.zeros(int(where.max()) + 1, np.bool_)
    marks[list(wrong)] = True
    marked: NDArray[np.bool_] = marks[where]
    return marked
