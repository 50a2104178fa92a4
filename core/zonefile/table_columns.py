"""A table of records with known columns: its cells into records. What heads a column tells what it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from core.ground.words import fold
from core.zonefile.finding import shown
from core.zonefile.panel_values import TEXTS, full, owner, put, words
from core.zonefile.record import Draft, Row
from core.zonefile.ttl_words import read_ttl

Column = Literal["name", "type", "ttl", "priority", "weight", "port", "value", "class", "proxy", "nothing"]

_WORDS: dict[Column, str] = {
    "name": "nazwa|name|host|hostname|host name|nazwa hosta|nazwa rekordu|record name|domena|domain|nazwa domeny"
    "|subdomena|subdomain|subdomena hosta|nazev|poddomena|label|etykieta|zrodlo|owner|domain name",
    "type": "typ|type|typ rekordu|record type|rodzaj|rodzaj rekordu|typ zaznamu|rr type|rekord typ",
    "ttl": "ttl|ttl s|ttl sek|ttl sekundy|ttl w sekundach|ttl seconds|ttl sec|czas zycia|czas zycia ttl|czas ttl",
    "priority": "priorytet|prio|priority|pref|preference|preferencja|mx|priorytet mx|mx priority|mx pref|poziom mx"
    "|priorita|mx level",
    "weight": "waga|weight|vaha",
    "port": "port",
    "value": "wartosc|value|cel|target|adres|address|adres docelowy|dane|data|zawartosc|content|points to|wskazuje na"
    "|wskazuje do|wartosc rekordu|record value|rekord|record|adres ip|ip|ip address|adres ip host|odpowiedz|destination"
    "|rdata|tresc|hodnota|obsah|wpis|adres lub wartosc|wynik|answer|wartosc docelowa|cil",
    "class": "klasa|class|trida",
    "proxy": "proxy status|proxy|status proxy",
    "nothing": "akcje|akcja|actions|action|edytuj|usun|edit|delete|opcje|options|lp|nr|id|no|komentarz|comment|uwagi"
    "|notatki|tags|opis|operacje|zarzadzaj|wybierz|select|modify|remove|kopiuj|zmien|akce",
}
HEADERS: Mapping[str, Column] = {word: column for column, found in _WORDS.items() for word in found.split("|")}
"""What panels write over their columns, folded, in Polish, English and Czech."""
CLASSES = frozenset(("IN", "CH", "HS", "CS", "CHAOS", "HESIOD"))
"""Classes of records, as panels write them."""
_CUT = ("…", "...")
_EMPTY = ("", "-")
_WORDS_OF = {"MX": 2, "SRV": 4}


class Line(NamedTuple):
    """A line of a table: its number and its cells."""

    number: int
    cells: Sequence[str]


def columns_of(cells: Sequence[str]) -> tuple[Column, ...] | None:
    """Return what the cells of a header say of the columns; None where they are no header.

    >>> columns_of(["Nazwa", "TTL", "Typ", "Rekord", "Akcje"])
    ('name', 'ttl', 'type', 'value', 'nothing')
    """
    found = [HEADERS.get(fold(cell[:60])) if cell.strip() else "nothing" for cell in cells]
    columns: list[Column] = [column or "nothing" for column in found]
    if "type" not in columns and found.count("value") > 1:
        # "Rekord" is the type where another column has the value.
        place = next((at for at, cell in enumerate(cells) if fold(cell[:60]) in ("rekord", "record")), None)
        if place is not None:
            columns[place] = "type"
    named = sum(column not in (None, "nothing") for column in found)
    if named < 2 or "type" not in columns or "value" not in columns or found.count(None) > named:
        return None
    return tuple(columns)


def take_rows(lines: Iterable[Line], columns: Sequence[Column], draft: Draft) -> None:
    """Put the records of a table into the draft; a line that is none is a finding."""
    for line in lines:
        if full(line.number, draft):
            return
        take_line(line, columns, draft)


def take_line(line: Line, columns: Sequence[Column], draft: Draft) -> None:
    """Put the record of a line into the draft, each cell of which stands in its column.

    Where two columns of a kind say two things nobody knows which is meant: a finding, no record.
    """
    said: dict[Column, str] = {}
    for column, cell in zip(columns, map(str.strip, line.cells), strict=False):
        held = said.get(column, "")
        if column == "nothing" or cell == held:
            continue
        if held in _EMPTY:
            said[column] = cell or held
        elif cell not in _EMPTY:
            draft.found("cell_twice", line.number, held=shown(held), other=shown(cell))
            return
    take_row(line.number, said, draft, " ".join(cell for cell in line.cells[len(columns) :] if cell.strip()))


def take_row(number: int, said: Mapping[Column, str], draft: Draft, more: str = "") -> None:
    """Put the record of a line into the draft, from what its columns say; `more`: cells beyond the last column."""
    kind, value = said.get("type", "").upper(), said.get("value", "")
    if not more and not any(said.values()):
        return
    if not kind or not value or more:
        draft.found("line_unreadable", number, text=shown(" ".join([*said.values(), more])))
        return
    name, rdclass = said.get("name", ""), said.get("class", "").upper()
    if rdclass not in (*_EMPTY, "IN", "CLASS1", "INTERNET"):
        draft.found("class_other", number, rdclass=shown(rdclass), type=shown(kind))
        return
    if value.endswith(_CUT):
        # Panels show the beginning of what is long.
        draft.found("value_cut", number, name=shown(name) or "@", type=shown(kind))
        return
    if said.get("proxy", "").lower() in ("proxied", "proxy"):
        draft.found("proxied", number, name=shown(name) or "@", type=shown(kind))
    row = Row(number, draft.origin, owner(name, draft.origin), read_ttl(said.get("ttl", ""), number, draft), kind, ())
    put(row, value, draft, _before(row, value, said, draft))


def _before(row: Row, value: str, said: Mapping[Column, str], draft: Draft) -> str:
    """Return what columns of their own say before the value: priority, weight, port."""
    if row.type in TEXTS or row.type not in _WORDS_OF:
        return ""
    own = [said.get(column, "") for column in ("priority", "weight", "port")]
    given = [cell for cell in own if cell.isascii() and cell.isdigit()]
    stands = words(value)
    lack = _WORDS_OF[row.type] - len(stands)
    if lack <= 0:
        if given and len(stands) == _WORDS_OF[row.type] and stands[0].text != given[0]:
            draft.found(
                "priority_differs", row.line, name=shown(row.owner), column=shown(given[0]), value=shown(stands[0].text)
            )
        return ""
    return " ".join(given[:lack])
