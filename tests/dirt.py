"""A clean table of migrations made dirty in known ways, each a function in WAYS: what offices do to their tables.

    data, table = dirty("xlsx", frozenset({"serials", "totals"}), seed=7)
    table.rows[0].clean, table.rows[0].must    # what a row says, and the columns by which it must be refused

No way makes another table of it: what a way leaves open has to be asked or refused, what it loses has to be refused.
"""

import datetime as dt
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sheets import WRITERS, Tab, by_xlsxwriter, shown

FIELDS = ("ref", "client", "domain", "package", "contact_name", "contact_phone", "mailboxes", "on_package",
          "planned_at", "fee_applies", "nonstandard", "notes")  # fmt: skip
ELSE = "Kolor"
"""A column that nobody knows."""

_CLIENTS = ("Zakład „Żaba” sp. z o.o.", "Księgowość Ćma", "Łódzkie Młyny", "Kwiaciarnia Róża", "Piekarnia Kłos",
            "Serwis Świt", "Alfa", "Dom Pracy Twórczej", "Źródło S.A.", "Gęś i Spółka")  # fmt: skip
_DOMAINS = ("alfa-proba.pl", "beta-proba.com.pl", "gama-proba.eu", "żabka-proba.pl", "delta-proba.net", "eta-proba.pl")
_SYNONYMS = {
    "ref": ("nr zlecenia", "Nr zlec.", "Numer zgłoszenia", "Order Number", "ID zlecenia"),
    "client": ("klient", "Nazwa klienta", "Firma", "Customer", "Kontrahent", "Company name"),
    "domain": ("domena", "Domena/y", "Adres strony", "Domain name", "Lista domen"),
    "package": ("pakiet", "Nazwa pakietu", "Wybrany pakiet", "Package", "Nowy pakiet"),
    "contact_name": ("osoba kontaktowa", "Osoba do kontaktu", "Imię i nazwisko", "Contact person"),
    "contact_phone": ("telefon", "Tel.", "Nr telefonu", "Phone number", "Tel. kontaktowy"),
    "mailboxes": ("liczba skrzynek", "Ilość skrzynek", "Skrzynki (szt.)", "Mailboxes", "Liczba kont e-mail"),
    "on_package": ("data zgłoszenia", "Data zgł.", "Zgłoszono", "Created", "Data wpływu"),
    "planned_at": ("termin", "Termin migracji", "Planowana data", "Scheduled date", "Umówiony termin"),
    "fee_applies": ("opłata za migrację", "Płatna", "Czy płatna", "Paid migration"),
    "nonstandard": ("niestandardowa konfiguracja", "Niestandardowe", "Wymagania specjalne", "Custom configuration"),
    "notes": ("uwagi", "Uwagi dodatkowe", "Komentarz", "Comments", "Notatki"),
}
_PLACEHOLDERS = ("-", "--", "?", "brak", "n/d", "nd", "nie dotyczy", "nie wiem", "#N/D!", "#N/A", "#ARG!", "NULL",
                 "Brak", "N/D")  # fmt: skip
_MONTHS = ("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
           "października", "listopada", "grudnia")  # fmt: skip
_SHORT = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")
_DATES = ("on_package", "planned_at")
_DAY_ZERO = dt.date(1899, 12, 30)


@dataclass
class Row:
    """A row: its clean values by field, its cells as they stand, and by which fields it may, or must, be refused."""

    clean: dict[str, object]
    cells: dict[str, object]
    may: set[str] = field(default_factory=set)
    must: set[str] = field(default_factory=set)


@dataclass
class Dirty:
    """A table under way: its rows, the order and the names of its columns, and what is to stand around them."""

    kind: str
    dice: random.Random
    rows: list[Row]
    columns: list[str] = field(default_factory=lambda: [*FIELDS, ELSE])
    names: dict[str, str] = field(default_factory=lambda: {id: names[0] for id, names in _SYNONYMS.items()})
    above: list[list[object]] = field(default_factory=list)
    below: list[list[object]] = field(default_factory=list)
    between: list[list[object]] = field(default_factory=list)
    left: int = 0
    right: int = 0
    tabs_before: list[Tab] = field(default_factory=list)
    encoding: str = "utf-8"
    rows_in_utf8: bool = False
    delimiter: str = ";"
    newline: str = "\r\n"
    quote_all: bool = False
    first: str = ""
    write: Callable[..., bytes] | None = None

    def some(self, *ids: str, blank: bool = False) -> list[tuple[Row, str]]:
        """Return some cells of these fields that are still clean, at least one where there is any."""
        found = [
            (row, id)
            for row in self.rows
            for id in ids
            if (row.clean[id] is None) == blank and row.cells[id] == row.clean[id]
        ]
        return self.dice.sample(found, self.dice.randint(1, len(found))) if found else []

    def header(self) -> list[object]:
        return [self.names.get(id, id) for id in self.columns]


def _clean(dice: random.Random) -> list[Row]:
    domains = dice.sample(_DOMAINS, dice.randint(1, 6))

    def or_blank(value: object) -> object:
        return value if dice.random() < 0.7 else None

    rows = []
    for number, domain in enumerate(domains, start=1):
        reported = dt.date(2026, 10, 1) + dt.timedelta(days=dice.randrange(50))
        row: dict[str, object] = {
            "ref": or_blank(dice.choice((str(1000 + number), f"00{number:04}", f"Z-{number}"))),
            "client": dice.choice(_CLIENTS),
            "domain": domain,
            "package": or_blank(dice.choice(("Mini", "Plus", "Firma M"))),
            "contact_name": or_blank(dice.choice(("Ewa Żak", "Jan Łoś", "Anna Maria Lis"))),
            "contact_phone": or_blank(dice.choice(("48501502503", "+48 601 234 567", "600 100 200", "22 123 45 67"))),
            "mailboxes": or_blank(dice.choice((0, 3, 12, 1200))),
            "on_package": or_blank(reported),
            "planned_at": or_blank(dt.date(2026, 11, 21) + dt.timedelta(days=dice.randrange(40))),
            "fee_applies": or_blank(dice.random() < 0.5),
            "nonstandard": or_blank(dice.choice(("brak", "cron co godzinę", "nie dotyczy"))),
            "notes": or_blank(dice.choice(("dzwonić po 14", "raz\ndwa", "=SUMA(A1)", "10% rabatu"))),
            ELSE: or_blank(dice.choice(("zielony", "żółty"))),
        }
        rows.append(Row(row, dict(row)))
    return rows


# -- the ways: cells


def placeholders(it: Dirty) -> None:
    ids = ("ref", "package", "contact_name", "contact_phone", *_DATES)
    for row, id in it.some(*ids, blank=True):
        row.cells[id] = it.dice.choice((*_PLACEHOLDERS, "0000-00-00") if id in _DATES else _PLACEHOLDERS)


def serials(it: Dirty) -> None:
    for row, id in it.some(*_DATES):
        row.cells[id] = (row.clean[id] - _DAY_ZERO).days  # type: ignore[operator]


def months_in_words(it: Dirty) -> None:
    for row, id in it.some(*_DATES):
        day = row.clean[id]
        assert isinstance(day, dt.date)
        row.cells[id] = it.dice.choice((
            f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
            f"{day.day} {_MONTHS[day.month - 1].upper()} {day.year} r.",
            f"{day.day}-{_SHORT[day.month - 1]}-{day:%y}",
            f"{day:%d}-{_SHORT[day.month - 1]}-{day.year}",
            f"{day.day} {_SHORT[day.month - 1]} {day.year}",
        ))  # fmt: skip


def iso_days(it: Dirty) -> None:
    for row, id in it.some(*_DATES):
        row.cells[id] = str(row.clean[id])


def days_as_texts(it: Dirty) -> None:
    for row, id in it.some(*_DATES):
        row.cells[id] = it.dice.choice(("{:%d.%m.%Y}", "{:%d.%m.%Y} r.", " {:%d.%m.%Y} ", "{:%d.%m.%Y} 00:00")).format(
            row.clean[id]
        )


def days_with_strokes(it: Dirty) -> None:
    """All days of a file in one order, which some of them may prove and some may not."""
    order = it.dice.choice(("{:%m/%d/%Y}", "{:%d/%m/%Y}"))
    for row in it.rows:
        for id in _DATES:
            if isinstance(row.clean[id], dt.date) and row.cells[id] == row.clean[id]:
                row.cells[id] = order.format(row.clean[id])
                row.may.add(id)


def days_not_in_the_calendar(it: Dirty) -> None:
    for row, id in it.some(*_DATES)[:1]:
        row.cells[id] = it.dice.choice(("31.11.2026", "2026-02-30", "00.10.2026", "31 listopada 2026"))
        row.must.add(id)


def hard_spaces(it: Dirty) -> None:
    for row, id in it.some("client", "contact_name", "contact_phone"):
        row.cells[id] = str(row.clean[id]).replace(" ", "\u00a0") + it.dice.choice(("", "\u00a0"))


def blanks_around(it: Dirty) -> None:
    for row, id in it.some("client", "domain", "package", "ref"):
        row.cells[id] = f"  {row.clean[id]} "


def accents_apart(it: Dirty) -> None:
    for row, id in it.some("client", "contact_name"):
        row.cells[id] = unicodedata.normalize("NFD", str(row.clean[id]))
    # No other encoding has such accents.
    it.encoding = "utf-8"


def telephones_as_numbers(it: Dirty) -> None:
    for row, id in it.some("contact_phone"):
        if str(row.clean[id]).isdigit():
            row.cells[id] = int(str(row.clean[id]))


def telephones_otherwise(it: Dirty) -> None:
    for row, id in it.some("contact_phone"):
        text = str(row.clean[id])
        row.cells[id] = it.dice.choice((text.replace(" ", "-"), text.replace(" ", ""), text.replace(" ", "  ")))


def refs_as_numbers(it: Dirty) -> None:
    for row, id in it.some("ref"):
        if str(row.clean[id]).isdigit() and not str(row.clean[id]).startswith("0"):
            row.cells[id] = int(str(row.clean[id]))


def digits_lost(it: Dirty) -> None:
    for row, id in it.some("ref", "contact_phone")[:2]:
        row.cells[id] = it.dice.choice(("4,86E+10", "2.02612E+12", "2,02612E+12", "1E+11"))
        row.must.add(id)


def digits_too_many(it: Dirty) -> None:
    for row, id in it.some("ref")[:1]:
        row.cells[id] = 202611200000001234 if it.kind != "csv" else "2,02611E+17"
        row.must.add(id)


def guarded(it: Dirty) -> None:
    for row, id in it.some("ref", "contact_phone"):
        row.cells[id] = f'="{row.clean[id]}"'


def apostrophes(it: Dirty) -> None:
    for row, id in it.some("contact_phone", "notes"):
        if str(row.clean[id]).startswith(("+", "=")):
            row.cells[id] = f"'{row.clean[id]}"


def addresses(it: Dirty) -> None:
    for row, id in it.some("domain"):
        name = row.clean[id]
        row.cells[id] = it.dice.choice((
            f"https://{name}/", f"http://{name}", f"https://www.{name}", f"{name}:443", f"HTTPS://{str(name).upper()}",
        ))  # fmt: skip


def www_and_dots(it: Dirty) -> None:
    for row, id in it.some("domain"):
        name = str(row.clean[id])
        row.cells[id] = it.dice.choice((
            f"www.{name}", f"{name}.", name.upper(), f"{name}, www.{name}", f"www.{name}\n{name}", f"{name};",
        ))  # fmt: skip


def in_letters_for_machines(it: Dirty) -> None:
    for row, id in it.some("domain"):
        row.cells[id] = str(row.clean[id]).encode("idna").decode()


def pages(it: Dirty) -> None:
    for row, id in it.some("domain")[:1]:
        name = row.clean[id]
        row.cells[id] = it.dice.choice((f"https://{name}/sklep", f"{name}/pl/", "https://facebook.com/firma",
                                        "biuro@gmail.com"))  # fmt: skip
        row.must.add(id)


def counts_with_units(it: Dirty) -> None:
    for row, id in it.some("mailboxes"):
        count = f"{row.clean[id]:,}".replace(",", it.dice.choice((" ", "\u00a0")))
        row.cells[id] = it.dice.choice((f"{count} szt.", count, f"{count},00", f"{count} skrzynek"))


def counts_in_words(it: Dirty) -> None:
    for row, id in it.some("mailboxes")[:1]:
        row.cells[id] = it.dice.choice(("ok. 12", "kilka", "1,200", "1.200", "-3"))
        row.must.add(id)


def yes_otherwise(it: Dirty) -> None:
    for row, id in it.some("fee_applies"):
        words = ("tak", "PRAWDA", "TRUE", "Tak", "x") if row.clean[id] else ("nie", "FAŁSZ", "FALSE", "Nie", "N")
        row.cells[id] = it.dice.choice(words)


def garbled(it: Dirty) -> None:
    """UTF-8 that was once read as cp1252 or cp1250."""
    for row, id in it.some("client"):
        text = str(row.clean[id])
        wrong = text.encode().decode("cp1252", "replace")
        if wrong != text and "\ufffd" not in wrong:
            row.cells[id] = wrong
            row.may.add(id)
    it.encoding = "utf-8"


# -- the ways: the table


def other_headers(it: Dirty) -> None:
    it.names = {id: it.dice.choice(names) for id, names in _SYNONYMS.items()}


def shouted_headers(it: Dirty) -> None:
    it.names = {
        id: it.dice.choice((name.upper(), f" {name} ", name.replace(" ", "\u00a0"), name.replace(" ", "\n"),
                            name.capitalize(), name.replace(" ", "_")))
        for id, name in it.names.items()
    }  # fmt: skip


def another_order(it: Dirty) -> None:
    it.dice.shuffle(it.columns)


def columns_missing(it: Dirty) -> None:
    # What no row says, nobody needs a column for.
    it.columns = [
        id for id in it.columns if any(row.cells[id] is not None for row in it.rows) or it.dice.random() < 0.5
    ]


def titles(it: Dirty) -> None:
    it.above = [
        ["Zestawienie migracji – listopad 2026"],
        *it.dice.choice(([], [[]], [["stan na:", "20.11.2026"]], [[], ["Dział wsparcia"], []])),
    ]


def totals(it: Dirty) -> None:
    word = it.dice.choice(("RAZEM", "Suma", "Razem:", "SUMA:", "Ogółem"))
    mailboxes = sum(count for row in it.rows if isinstance(count := row.clean["mailboxes"], int))
    of_others = ["" if id != "mailboxes" else mailboxes for id in it.columns]
    if it.columns[0] != "mailboxes":
        it.below.append([word, *of_others[1:]])


def headers_again(it: Dirty) -> None:
    it.between.append(it.header())


def blank_rows(it: Dirty) -> None:
    it.between += [[] for _ in range(it.dice.randint(1, 3))]


def blank_columns(it: Dirty) -> None:
    it.left, it.right = it.dice.randint(0, 2), it.dice.randint(0, 3)


def other_sheets(it: Dirty) -> None:
    it.tabs_before = it.dice.choice((
        [Tab("Słownik", [["pakiet", "cena"], ["Mini", 100]])],
        [Tab("ukryty", [["klient", "domena"], ["X", "x.pl"]], hidden=True)],
        [Tab("pusty", [])],
    ))  # fmt: skip


def by_another_program(it: Dirty) -> None:
    it.write = by_xlsxwriter


# -- the ways: the file of text


def other_encodings(it: Dirty) -> None:
    it.encoding = it.dice.choice(("utf-8-sig", "cp1250", "iso-8859-2", "utf-16"))


def rows_in_another_encoding(it: Dirty) -> None:
    it.encoding, it.rows_in_utf8 = "cp1250", True


def other_delimiters(it: Dirty) -> None:
    it.delimiter = it.dice.choice((",", "\t", "|"))


def other_lines(it: Dirty) -> None:
    it.newline, it.quote_all = it.dice.choice(("\n", "\r", "\r\n")), it.dice.random() < 0.5


def told_delimiter(it: Dirty) -> None:
    it.first = f"sep={it.delimiter}" + it.dice.choice(("", it.delimiter * 12))


_CELLS = (
    placeholders, serials, months_in_words, iso_days, days_as_texts, days_with_strokes, days_not_in_the_calendar,
    hard_spaces, blanks_around, accents_apart, telephones_otherwise, digits_lost, digits_too_many, guarded,
    apostrophes, addresses, www_and_dots, in_letters_for_machines, pages, counts_with_units, counts_in_words,
    yes_otherwise, garbled,
)  # fmt: skip
_TABLE = (columns_missing, another_order, other_headers, shouted_headers, titles, totals, headers_again, blank_rows,
          blank_columns)  # fmt: skip
_TEXT = (other_encodings, rows_in_another_encoding, other_delimiters, other_lines, told_delimiter)
_BOOK = (telephones_as_numbers, refs_as_numbers, other_sheets)
WAYS: dict[str, tuple[Callable[[Dirty], None], ...]] = {
    kind: (*_CELLS, *_TABLE, *(_TEXT if kind == "csv" else _BOOK), *((by_another_program,) if kind == "xlsx" else ()))
    for kind in WRITERS
}
"""By kind of file. They are gone in this order: some look at what others did."""


def dirty(kind: str, ways: frozenset[str], seed: int) -> tuple[bytes, Dirty]:
    """Return a file, and the table of which it was made."""
    dice = random.Random(seed)
    it = Dirty(kind, dice, _clean(dice))
    for way in WAYS[kind]:
        if way.__name__ in ways:
            way(it)
    return _written(it), it


def _written(it: Dirty) -> bytes:
    rows = [[row.cells[id] for id in it.columns] for row in it.rows]
    among: list[list[object]] = list(rows)
    for row in it.between:
        among.insert(it.dice.randint(0, len(among)), row)
    body = [it.header(), *among, *it.below]
    grid = [*it.above, *([[None] * it.left + [*row, *[None] * it.right] if row else [] for row in body])]
    if it.kind != "csv":
        return (it.write or WRITERS[it.kind])([*it.tabs_before, Tab("migracje", grid)])
    width = max(map(len, grid))
    lines = [_line(it, [*map(shown, row), *[""] * (width - len(row))]) for row in grid]
    if it.first:
        lines.insert(0, it.first + it.newline)
    known = _possible(it, "".join(lines))
    if not it.rows_in_utf8:
        return "".join(lines).encode(known)
    header = len(it.above) + bool(it.first)
    return b"".join(
        line.encode("utf-8" if number > header and it.dice.random() < 0.3 else known)
        for number, line in enumerate(lines)
    )


def _possible(it: Dirty, text: str) -> str:
    try:
        text.encode(it.encoding)
    except UnicodeEncodeError:
        return "utf-8"
    return it.encoding


def _line(it: Dirty, cells: list[str]) -> str:
    written = [
        '"' + cell.replace('"', '""') + '"'
        if it.quote_all or any(sign in cell for sign in (it.delimiter, '"', "\n", "\r"))
        else cell
        for cell in cells
    ]
    return it.delimiter.join(written) + it.newline
