r"""Mail accounts or websites as somebody typed, pasted or brought them, read into a list, or told what is wrong.

    table = table_of("biuro@alfa.pl 1,2 GB\njan@alfa.pl;800 MB")
    read(table, "mail_accounts", columns_of(table, "mail_accounts")).entries

A line is a name and, where it is known, a size, with blanks, semicolons, commas or tabs between. Pasted out of a
spreadsheet it may have more columns, of which a header says what they are, or their cells. What does not read is told
with its line, and nothing is read then; a password is refused, and not repeated.
"""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from core.dns.names import Name, parse_name
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import MASK, refuse_secrets, secret_column, secret_header
from core.ground.text_limits import CELL, LINE, MISTAKES, bounded, shortened
from core.ground.validation import one_line
from core.ground.words import fold
from core.migration.handover import ENTRIES_MAX, MB_MAX, Handed, HandedList

Unit = Literal["", "B", "KB", "MB", "GB", "TB"]
UNITS: tuple[Unit, ...] = ("B", "KB", "MB", "GB", "TB")
"""In what sizes are given; "" where nobody said so. A MB has 1024 KB, as panels count."""

_IN_MB = {"B": Decimal(1) / 1024**2, "KB": Decimal(1) / 1024, "MB": Decimal(1), "GB": Decimal(1024)} | {
    "TB": Decimal(1024**2)
}
_UNIT: dict[str, Unit] = {
    **dict.fromkeys(("b", "byte", "bytes", "bajt", "bajtow", "bajty"), "B"),
    **dict.fromkeys(("k", "kb", "kib"), "KB"),
    **dict.fromkeys(("m", "mb", "mib", "mega"), "MB"),
    **dict.fromkeys(("g", "gb", "gib", "giga"), "GB"),
    **dict.fromkeys(("t", "tb", "tib"), "TB"),
}
# "1.200" is a thousand and something in one country, one and a bit in another.
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_NUMBER = r"[0-9]{1,3}(?:[ \u00a0][0-9]{3}){1,4}|[0-9]{1,15}"
_SIZE = re.compile(rf"({_NUMBER})(?:[.,]([0-9]{{1,9}}))?[ \u00a0]?([A-Za-z]{{0,6}})")
_UNLIMITED = frozenset(
    ("bez limitu", "brak limitu", "nielimitowane", "nielimitowany", "bez ograniczeń", "unlimited", "no limit", "∞")
)
"""What stands for a quota where there is none."""
_NOT_SAID = _UNLIMITED | {"", "-", "–", "—", "?", "brak", "nie wiadomo", "nieznany", "unknown", "n/a"}
_NEARLY_A_SIZE = re.compile(r"[0-9][0-9., ]{0,12}[A-Za-z]{0,3}")
_NEARLY_A_NAME = re.compile(r"[^\W\d_]{1,40}|[\w.-]{0,64}[@.][\w.-]{0,100}")
_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_SEPARATED = re.compile(r"([^\s;,|]{1,400})[\s;,|]*(.*)")
_SITE = re.compile(r"(?:https?://)?([^/?#\s]{1,260})(/[^\s]{0,200})?", re.IGNORECASE)

_NAMES = {
    "mail_accounts": frozenset(
        fold("adres adresy email mail konto konta skrzynka skrzynki address account mailbox user uzytkownik").split()
    ),
    "site_list": frozenset(
        fold("strona strony www domena domeny adres url serwis witryna site website domain host").split()
    ),
}
_SIZES = frozenset(
    fold(
        "rozmiar wielkosc zajete zajetosc zajmuje uzycie uzyte wykorzystane wykorzystanie pojemnosc dysk miejsce size "
        "used usage disk space mb gb kb"
    ).split()
)
_COLUMNS = 50
"""Columns of a table that is pasted."""
_NONE = frozenset(("brak", "nie ma", "none", "zero", "0"))
"""What somebody writes where there are none."""
_LIMITS = frozenset(("limit", "quota", "kwota", "maks", "max", "maksimum", "przydzial"))


@dataclass(frozen=True, slots=True)
class Table:
    """Lines with their numbers and cells; `header`: what the columns are called, where a line says so."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def width(self) -> int:
        """How many columns the widest line has."""
        return max((len(cells) for _, cells in self.rows), default=len(self.header))


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table hold the names, the sizes and the quotas, from 0; None where nobody knows, or none do.

    `asked`: nobody knows what some columns are, so somebody has to say which two count; `chosen`: somebody has.
    """

    name: int | None
    size: int | None
    asked: bool = False
    chosen: bool = False
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A list that was read, and what is to be said of it: lines that repeat others, columns that were left out."""

    entries: HandedList
    told: tuple[Message, ...] = ()


# -- lines and columns


def table_of(text: str, field: str = "mail_accounts") -> Table:
    """Return a text as a table, blank lines left out; raises InputError where it is too long, or holds a password."""
    text = bounded(text, field, CELL, secret=True)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > ENTRIES_MAX + 1:
        raise InputError(FieldError(field, "", Message("handover.too_many", {"most": ENTRIES_MAX})))
    # Between commas only where a header says so: "biuro@alfa.pl, 1,2 GB" is no three cells.
    commas = bool(lines) and len(first := _parts(lines[0][1], ",")) > 1 and bool(_header(first, field))
    rows = [(number, _parts(line, ",") if commas else _cells(line)) for number, line in lines]
    if (found := max((len(cells) for _, cells in rows), default=0)) > _COLUMNS:
        raise InputError(FieldError(field, "", Message("error.columns", {"found": found, "most": _COLUMNS})))
    header = _header(rows[0][1], field) if rows else ()
    rest = tuple(rows[1:] if header else rows)
    if len(rest) > ENTRIES_MAX:
        raise InputError(FieldError(field, "", Message("handover.too_many", {"most": ENTRIES_MAX})))
    for place, name in enumerate(header):
        if secret_header(name) or secret_column(name, (cells[place] for _, cells in rest if place < len(cells))):
            raise InputError(FieldError(field, "", Message("handover.secret_column", {"column": shortened(name)})))
    wrong = []
    for number, cells in rest:
        try:
            _refuse_secrets(field, cells)
        except InputError as error:
            (mistake,) = error.errors
            wrong.append(_on(number, field, "", mistake.message))
        if len(wrong) == MISTAKES:
            break
    if wrong:
        raise InputError(*wrong)
    return Table(header, rest)


def _refuse_secrets(field: str, cells: Sequence[str]) -> None:
    # A name with its size is no login with its password, whatever it looks like to a pattern.
    others = [cell for cell in cells if not _reads_as_size(cell)]
    refuse_secrets(field, " ; ".join(others))
    for cell in others:
        refuse_secrets(field, cell)


def _reads_as_size(cell: str) -> bool:
    found = _SIZE.fullmatch(cell)
    return cell.casefold() in _NOT_SAID or bool(found and (not found[3] or found[3].casefold() in _UNIT))


def _cells(line: str) -> tuple[str, ...]:
    """Return the cells of a line: between tabs or semicolons, else the first word and what follows it."""
    for mark in ("\t", ";"):
        if mark in line:
            return _parts(line, mark)
    found = _SEPARATED.fullmatch(one_line(line)[:LINE])
    return tuple(_bare(part) for part in found.groups() if part) if found else (one_line(line),)


def _parts(line: str, mark: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        cells = line.split(mark)
    return tuple(map(_bare, cells))


def _bare(cell: str) -> str:
    return one_line(cell).strip("\"' ,")


def _header(cells: Sequence[str], field: str) -> tuple[str, ...]:
    """Return the cells of a line where they are names of columns, else none."""
    if any("@" in cell or (cell and _reads_as_size(cell)) for cell in cells) or not any(cells):
        return ()
    known = {*_NAMES[field], *_SIZES, *_LIMITS}
    words = [word for cell in cells for word in fold(cell).split()]
    named = any(word in known for word in words) or any(secret_header(cell) for cell in cells)
    dotted = any(name_of(cell, field) for cell in cells)
    return tuple(cells) if named and not dotted else ()


def columns_of(table: Table, field: str) -> Columns:
    """Return which columns hold the names and the sizes, by the header, else by what the cells read as.

    Quotas are known by the header alone.
    """
    folded = [[*fold(name).split()] for name in table.header]
    named = _NAMES[field]
    names = [place for place, words in enumerate(folded) if any(word in named for word in words)]
    sizes = [
        place
        for place, words in enumerate(folded)
        if place not in names and any(word in _SIZES for word in words) and not any(word in _LIMITS for word in words)
    ]
    full = [place for place in range(table.width) if _most(table, place, lambda cell: name_of(cell, field) is not None)]
    if len(names) != 1 or names[0] not in full:
        names = full or names
    if not names and not table.header and table.width <= 2:
        names = [0]
    if not table.header:
        others = [place for place in range(table.width) if place not in names]
        sizes = others if table.width <= 2 else [place for place in others if _most(table, place, _reads_as_size)]
    name, size = names[0] if len(names) == 1 else None, sizes[0] if len(sizes) == 1 else None
    unknown = name is None or len(sizes) > 1 or (not table.header and {*range(table.width)} != {name, size} - {None})
    limits = [
        place
        for place, words in enumerate(folded)
        if place not in names and any(word in _LIMITS for word in words) and _most(table, place, _reads_as_size)
    ]
    quota = limits[0] if len(limits) == 1 else None
    return Columns(name, size, asked=table.width > 1 and unknown, quota=quota)


def _most(table: Table, place: int, reads: Callable[[str], object]) -> bool:
    cells = [cells[place] for _, cells in table.rows if place < len(cells) and cells[place]]
    return bool(cells) and 2 * sum(bool(reads(cell)) for cell in cells) > len(cells)


# -- reading


def read(table: Table, field: str, columns: Columns, unit: Unit = "") -> Found:
    """Return the list that a table holds; raises InputError with each line that does not read.

    `unit`: in what sizes are given that do not say so.
    """
    if [cells for _, cells in table.rows if cells[0].casefold() not in _NONE or any(cells[1:])] == [] and table.rows:
        return Found(())
    name, size = columns.name or 0, columns.size
    units = {place: _unit_of(called) or unit for place, called in enumerate(table.header)}
    kept = {name, size, columns.quota}
    entries: dict[str, Handed] = {}
    first: dict[str, int] = {}
    wrong: list[FieldError] = []
    repeated = 0
    for number, cells in table.rows:
        try:
            told = [cell for place, cell in enumerate(cells) if place not in kept and cell]
            if told and not table.header and not columns.chosen:
                raise _refused(field, told[0], "handover.cell")
            entry = Handed(
                _read_name(cells[name] if name < len(cells) else "", field),
                _sized(cells, size, field, units, unit),
                _sized(cells, columns.quota, field, units, unit, none=_UNLIMITED),
            )
            before = entries.get(entry.name)
            if before is None:
                entries[entry.name], first[entry.name] = entry, number
                continue
            if None not in (before.mb, entry.mb) and before.mb != entry.mb:
                raise _refused(field, entry.name, "handover.twice", line=first[entry.name])
            entries[entry.name] = before if before.mb is not None else entry
            repeated += 1
        except InputError as error:
            (mistake,) = error.errors
            wrong.append(_on(number, field, str(mistake.value or ""), mistake.message))
            if len(wrong) == MISTAKES:
                break
    if wrong:
        raise InputError(*wrong)
    said = [Message("handover.repeated", {}, count=repeated)] if repeated else []
    if left := [called for place, called in enumerate(table.header) if place not in kept and called]:
        said.append(Message("handover.left_out", {"columns": ", ".join(left)}))
    return Found(tuple(entries.values()), tuple(said))


def as_text(entries: Iterable[Handed]) -> str:
    r"""Return a list as its field shows it, a line an entry.

    >>> as_text([Handed("biuro@alfa.pl", 1229), Handed("jan@alfa.pl")])
    'biuro@alfa.pl 1229 MB\njan@alfa.pl'
    """
    return "\n".join(entry.name if entry.mb is None else f"{entry.name} {entry.mb} MB" for entry in entries)


def read_size(text: str, field: str = "mail_accounts", unit: Unit = "") -> int | None:
    """Return a size in MB, a part of one as a whole one; None where nobody knows it; raises InputError.

    >>> read_size("1,2 GB"), read_size("700 KB"), read_size("brak")
    (1229, 1, None)
    """
    return _read_size(one_line(bounded(text, field, secret=True)), field, unit)


def _read_size(text: str, field: str, unit: Unit) -> int | None:
    if text.casefold() in _NOT_SAID:
        return None
    found = _SIZE.fullmatch(text)
    if not found or (found[3] and found[3].casefold() not in _UNIT):
        raise _refused(field, text, "handover.size")
    if _AMBIGUOUS.match(text) and found[2] is not None and len(found[2]) == 3:
        raise _refused(field, text, "handover.thousand")
    whole = "".join(filter(str.isdigit, found[1]))
    number = Decimal(f"{whole}.{found[2] or 0}")
    said = _UNIT[found[3].casefold()] if found[3] else unit
    if not said and number:
        raise _refused(field, text, "handover.unit")
    mb = int((number * _IN_MB[said or "MB"]).to_integral_value(ROUND_CEILING))
    if mb > MB_MAX:
        raise _refused(field, text, "handover.size")
    return mb


def _sized(
    cells: Sequence[str],
    place: int | None,
    field: str,
    units: Mapping[int, Unit],
    unit: Unit,
    none: Collection[str] = (),
) -> int | None:
    """Return the size in a cell, None where there is no such cell; 0 where it says one of `none`."""
    if place is None or place >= len(cells):
        return None
    return 0 if cells[place].casefold() in none else _read_size(cells[place], field, units.get(place, unit))


def _unit_of(header: str) -> Unit:
    return next((_UNIT[word] for word in fold(header).split() if word in _UNIT and len(word) > 1), "")


def _read_name(text: str, field: str) -> str:
    if not text:
        raise _refused(field, "", f"handover.name.{field}")
    found = name_of(text, field)
    if found is None:
        raise _refused(field, text, f"handover.name.{field}")
    return found


def name_of(text: str, field: str) -> str | None:
    """Return an address or a website as lists have it; None where a text is none."""
    text = text.strip().removeprefix("mailto:")
    if field == "mail_accounts":
        local, at, domain = text.rpartition("@")
        host = _host(domain) if at and _LOCAL.fullmatch(local.lower()) else None
        return f"{local.lower()}@{host.display}" if host else None
    found = _SITE.fullmatch(text)
    host = _host(found[1]) if found else None
    return f"{host.display}{(found[2] or '').rstrip('/')}" if found and host else None


def _host(text: str) -> Name | None:
    try:
        return parse_name(text)
    except InputError:
        return None


def domain_of(entry: Handed) -> str:
    """Return the domain (ASCII) of an address, or the host of a website."""
    host = _host(entry.name.rpartition("@")[2].partition("/")[0])
    return host.ascii if host else ""


def _refused(field: str, text: str, id: str, **values: object) -> InputError:
    return InputError(FieldError(field, text, Message(id, values)))


def _on(number: int, field: str, text: str, what: Message) -> FieldError:
    """Return a mistake with its line. What stands beside a name may be a password: only a size mistyped is shown."""
    of_name = what.id == f"handover.name.{field}" and _NEARLY_A_NAME.fullmatch(text)
    shown = of_name or _NEARLY_A_SIZE.fullmatch(text) or name_of(text, field) is not None
    return FieldError(
        field, text if shown or not text else MASK, Message("handover.line", {"line": number, "what": what})
    )
