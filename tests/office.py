"""Files as offices have them, as data: what stands in each row, what it must become, and what is odd about it.

A row of cells becomes fields of a migration (New), is refused by its columns (Refused), is held at a gate (Held), or
is no row of data (LEFT_OUT, HEADER, BLANK). The expectations are the specification's ("Spreadsheets"), not the code's.
Day of the import: 21 November 2026.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

NBSP = "\u00a0"


@dataclass(frozen=True)
class New:
    """A migration or a domain of one: what is stored of it, by our own headers, as our export writes it.

    What follows from a row is among it: a domain enters the DNS stage with the client's test, a migration is given up
    by the "import" where no reason stands.

    `or_refused`: columns by which the row may be refused instead.
    """

    stored: dict[str, str]
    or_refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A row that stays out, and the columns (their headers) of which one must be named; "" for the whole row."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """A conflict: the row goes past a gate; one of the checks that it must name as missing."""

    lacks: str


LEFT_OUT, HEADER, BLANK, SAME, STAYS_OUT = "left out", "header", "blank", "same", "left out or refused"
Becomes = New | Refused | Held | str


@dataclass(frozen=True)
class Line:
    """A row of the file: its cells, what becomes of it, and what is odd about it, each thing named."""

    cells: Sequence[object]
    becomes: Becomes
    odd: tuple[str, ...] = ()


@dataclass(frozen=True)
class Office:
    """A file: its lines from the first on, how it is written, what a person has to say, what is odd about all of it."""

    name: str
    lines: tuple[Line, ...]
    write: Callable[[Sequence[Line]], bytes]
    odd: tuple[str, ...]
    statuses: dict[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    sheet: str = ""
    is_text: bool = False

    def data(self) -> bytes:
        return self.write(self.lines)

    @property
    def decisions(self) -> int:
        """Clicks after the upload, beside the one that imports what is valid."""
        return len(self.statuses) + len(self.excluded) + 1

    @property
    def peculiarities(self) -> set[str]:
        return {*self.odd, *(odd for line in self.lines for odd in line.odd)}

    @property
    def numbered(self) -> Iterator[tuple[int, Line]]:
        """Yield the lines with their numbers: rows of a sheet, lines of a text, of which a cell may take several."""
        number = 1
        for line in self.lines:
            yield number, line
            in_text = max((str(cell).count("\n") for cell in line.cells), default=0) if self.is_text else 0
            number += 1 + in_text


def new(*odd: str, or_refused: tuple[str, ...] = (), **stored: str) -> tuple[New, tuple[str, ...]]:
    """Return a migration by the keys of _HEADERS; what is not named must be blank, or stand at its beginning."""
    return New(
        {_HEADERS[key]: text for key, text in ({"status": "pakiet i serwer", "fee": "nie"} | stored).items()},
        or_refused,
    ), odd


_HEADERS = {
    "ref": "nr zlecenia", "client": "klient", "domain": "domena", "status": "status", "package": "pakiet",
    "source": "serwer źródłowy", "target": "serwer docelowy", "owner": "opiekun", "deputy": "zastępca",
    "contact": "osoba kontaktowa", "phone": "telefon", "mailboxes": "liczba skrzynek", "websites": "liczba stron",
    "nonstandard": "niestandardowa konfiguracja", "fee": "opłata za migrację", "planned": "termin",
    "reported": "data zgłoszenia", "tested": "data testu", "switched": "data zmiany DNS", "closed": "data zakończenia",
    "password": "hasło zmienione", "reason": "powód anulowania", "notes": "uwagi", "held": "wstrzymana przez",
    # Columns that nobody knows are kept under their own headers.
    "lp": "Lp.", "net": "Wartość netto", "mail": "Email Address", "minutes": "Czas rozmowy", "amount": "Amount",
    "registrar": "Registrar", "invoice": "Invoice", "paid": "Faktura opłacona", "access": "Dostęp FTP",
    "moved": "data: migracja", "dns": "data: DNS",
}  # fmt: skip


def line(cells: Sequence[object], becomes: Becomes | tuple[New, tuple[str, ...]], *odd: str) -> Line:
    if isinstance(becomes, tuple):
        becomes, more = becomes
        odd = (*more, *odd)
    return Line(cells, becomes, odd)


def table(*columns: str) -> Callable[..., list[object]]:
    """Return a function that puts cells given by name in the order of the columns."""

    def cells(**given: object) -> list[object]:
        assert given.keys() <= {*columns}, given.keys() - {*columns}
        return [given.get(name) for name in columns]

    return cells


day = dt.date
at = dt.datetime.fromisoformat
