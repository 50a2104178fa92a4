"""What a cell of a spreadsheet says: text made into dates, counts, stages and names, or told what is wrong with it."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from core.dns.addresses import canonical
from core.dns.names import is_address, parse_name, read_each
from core.ground.dates import YES_NO
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, LINE, bounded
from core.ground.validation import composed, one_line
from core.ground.words import fold, one_of

COUNT_MAX = 1_000_000
LINE_MAX = 200
"""Letters in a field or a reason."""
NOTES_MAX = 4_000
"""Letters in a note."""

# "1.200" and "1,000" are refused: a thousand in one country, one in another.
_COUNT = re.compile(r"([0-9]{1,3}(?: [0-9]{3}){1,3}|[0-9]{1,9})(?:[.,]0{1,2})?(?: ?([^\W\d_][^\d]*))?")
# Somebody who types "brak" into a form answers; of a file's cell nobody knows (core.spreadsheet.placeholders).
_NONE = frozenset(("-", "–", "—", "brak", "zero", "none", "nie ma"))
_PIECES = frozenset(fold(
    "szt sztuk sztuka sztuki skrzynka skrzynki skrzynek konto konta kont strona strony stron witryna witryny witryn "
    "serwis serwisy serwisów www email mail maile maili pcs mailbox mailboxes account accounts website websites site "
    "sites e pocztowe pocztowych"
).split())  # fmt: skip


def parse_count(text: str, field: str) -> int:
    """Return how many, 0 to COUNT_MAX, of cells such as "12", "1 200", "12 szt." and "brak"; raises InputError."""
    line = _line(text, field)
    if line.lower() in _NONE:
        return 0
    found = _COUNT.fullmatch(line)
    if found and set(fold(found[2] or "").split()) <= _PIECES:
        number = int(found[1].replace(" ", ""))
        if number <= COUNT_MAX:
            return number
    raise _refused(field, text, Message("error.count", {"last": COUNT_MAX}))


_WAITS: dict[str, Literal["us", "client"]] = {
    **dict.fromkeys(("us", "we", "nas", "my", "nasza", "firma", "hosting", "hostingodawca"), "us"),
    **dict.fromkeys(("client", "customer", "klient", "klienta", "klientem", "klientka", "klientke"), "client"),
}


def parse_yes_no(text: str, field: str) -> bool:
    """Return whether a cell says yes; raises InputError."""
    return _one_of(text, field, YES_NO, "tak, nie")


def parse_waits(text: str, field: str) -> Literal["us", "client"]:
    """Return whom a cell waits on; raises InputError."""
    return _one_of(text, field, _WAITS, "nas, klienta")


STAGE_IDS = (
    "package",
    "data",
    "analysis",
    "date",
    "migration",
    "sync",
    "test",
    "dns",
    "visible",
    "passwords",
    "closed",
)
"""What the status of a row with one domain may be, in order."""
SIDE_IDS = ("held", "cancelled", "withdrawn")
STATUS_WRITTEN: dict[str, str] = {
    "package": "pakiet i serwer",
    "data": "dane",
    "analysis": "analiza",
    "date": "termin",
    "migration": "migracja",
    "sync": "synchronizacja poczty",
    "test": "test klienta",
    "dns": "DNS i propagacja",
    "visible": "widoczna",
    "passwords": "hasła",
    "closed": "zakończona",
    "held": "wstrzymana",
    "cancelled": "anulowana",
    "withdrawn": "wycofana",
}
"""How the export writes a stage or a side state."""
_STATUS_SYNONYMS = {
    "package": "pakiet, wybór pakietu, nowe, nowa, nowy, zgłoszenie, zgłoszona, zgłoszone, przyjęte, przyjęta, serwer, "
    "new, package, package and server, open, reported, todo, to do",
    "data": "oczekiwanie na dane, czekamy na dane, czeka na dane, zbieranie danych, data, waiting for data",
    "analysis": "w analizie, analysis, in analysis",
    "date": "ustalanie terminu, termin ustalony, umówione, umówiona, umówiony, zaplanowana, zaplanowane, zaplanowany, "
    "date, scheduled, planned, agreed",
    "migration": "w trakcie, w toku, w trakcie migracji, w realizacji, realizacja, przenoszenie, migration, "
    "in progress, ongoing, doing, migrating",
    "sync": "synchronizacja, sync, mail sync, synchronisation, synchronization",
    "test": "test, testy, testowanie, w testach, testy klienta, u klienta do testu, do testu, do testów, testing, "
    "client test, tests",
    "dns": "dns, propagacja, propagacja dns, zmiana dns, dns propagacja, propagation, dns propagation, "
    "dns and propagation",
    "visible": "widoczne, widoczny, visible",
    "passwords": "zmiana haseł, zmiana hasła, hasło, passwords, password change",
    "closed": "zakończone, zakończony, zakończono, gotowe, gotowa, gotowy, ukończona, ukończone, zamknięta, zamknięte, "
    "zrobione, koniec, done, closed, finished, completed, complete",
    "held": "wstrzymane, wstrzymany, wstrzymano, zawieszona, zawieszone, zawieszony, on hold, hold, held, paused",
    "cancelled": "anulowane, anulowany, anulowano, rezygnacja, cancelled, canceled",
    "withdrawn": "wycofane, wycofany, wycofano, withdrawn",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What a row's status says: a stage (one of STAGE_IDS), or a side state (one of SIDE_IDS) at a stage unknown."""

    stage: str | None = None
    side: str | None = None


_STATUSES = {
    fold(word): Status(side=id) if id in SIDE_IDS else Status(stage=id)
    for id, synonyms in _STATUS_SYNONYMS.items()
    for word in (STATUS_WRITTEN[id], *synonyms.split(", "))
} | {str(number): Status(stage=id) for number, id in enumerate((*STAGE_IDS[:8], *STAGE_IDS[9:]), start=1)}
_NUMBERED = re.compile(r"[0-9]{1,2} (.+)")


def parse_status(text: str, field: str) -> Status:
    """Return the stage or side state that a cell names in words, by number, or both; raises InputError.

    Where both are there the words count: other houses number otherwise.
    """
    return _one_of(text, field, _STATUSES, ", ".join(STATUS_WRITTEN.values()), _unnumbered)


def known_status(folded: str) -> bool:
    """Return whether a folded text names a stage or a side state."""
    return folded in _STATUSES or _unnumbered(folded) in _STATUSES


def _unnumbered(folded: str) -> str:
    found = _NUMBERED.fullmatch(folded)
    return found[1] if found else folded


def parse_addresses(text: str, field: str) -> str:
    """Return IP addresses in their shortest form, one space between; raises InputError with each that is none."""
    return _each(text, field, _address)


def _address(part: str, field: str) -> str:
    try:
        found = ipaddress.ip_address(part)
    except ValueError:
        raise _refused(field, part, Message("error.ip_address")) from None
    # A zone (fe80::1%eth0) means something on one machine only.
    if "%" in part:
        raise _refused(field, part, Message("error.ip_address"))
    return str(found)


def parse_hosts(text: str, field: str) -> str:
    """Return names of servers in ASCII and their addresses, one space between; raises InputError with all others.

    Addresses stand beside names, or instead of them: a look before the switch asks addresses, whatever a name leads to.
    """
    return _each(text, field, _host)


def _host(part: str, field: str) -> str:
    return canonical(part) if is_address(part) and "%" not in part else parse_name(part, field).ascii


def one_text(text: str, field: str, longest: int = LINE_MAX) -> str:
    """Return a text on one line; raises InputError where it has more than `longest` letters."""
    return _short(_composed(bounded(text, field, LINE, told=longest)), field, longest)


def notes_text(text: str, field: str, longest: int = NOTES_MAX) -> str:
    """Return a text with its lines kept; raises InputError where it has more than `longest` letters."""
    kept = bounded(text, field, max(CELL, longest), told=longest)
    return _short("\n".join(map(_composed, kept.splitlines())).strip(), field, longest)


def _composed(text: str) -> str:
    # An invisible letter between two blanks leaves both; an export has to read again as itself.
    return composed(" ".join(one_line(text).split()))


def _short(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise _refused(field, text, Message("error.too_long", {"max_length": longest}))
    return text


_T = TypeVar("_T")


def _one_of(
    text: str, field: str, known: dict[str, _T], expected: str, again: Callable[[str], str] | None = None
) -> _T:
    line = _line(text, field)
    folded = fold(line)
    found = known.get(folded)
    if found is None and again:
        found = known.get(again(folded))
    if found is None:
        raise _refused(field, text, one_of(folded, tuple(known), expected))
    return found


def _each(text: str, field: str, read: Callable[[str, str], str]) -> str:
    parts = read_each(text, field, lambda part: read(part, field))
    if not parts:
        raise _refused(field, text, Message("error.empty"))
    return " ".join(dict.fromkeys(parts))


def _line(text: str, field: str) -> str:
    line = one_line(bounded(text, field))
    if not line:
        raise _refused(field, text, Message("error.empty"))
    return line


def _refused(field: str, text: str, message: Message) -> InputError:
    return InputError(FieldError(field, one_line(text), message))


# E.164: at most 15 digits; fewer than five are an extension that only its own house can dial.
_TELEPHONE = re.compile(r"\+?\(?[0-9](?:[ ()./\-\u00a0]*[0-9]){4,14}")


def dialled(telephone: str) -> str:
    """Return a telephone number as it is dialled; a blank where the text is not just one number.

    >>> dialled("(22) 123-45-67"), dialled("600 000 001, po 15")
    ('221234567', '')
    """
    text = telephone.strip()
    return re.sub(r"[^+0-9]", "", text) if len(text) <= LINE and _TELEPHONE.fullmatch(text) else ""
