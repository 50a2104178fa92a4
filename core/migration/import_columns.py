"""What columns a spreadsheet of migrations may have, and how headers are recognised: these or another table's."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import shortened
from core.ground.words import fold, nearest, nearest_of
from core.migration.foreign_headers import BOARD, Headers

Kind = Literal[
    "text", "domains", "count", "yes_no", "date", "yes_or_date", "status", "waits", "person",
    "notes", "names", "addresses", "version", "amount", "gigabytes",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `header` is what our own export writes, `synonyms` are folded headers met elsewhere."""

    id: str
    header: str
    kind: Kind
    synonyms: tuple[str, ...] = ()


NAMES = frozenset(
    ("ref", "client", "package", "source_host", "target_host", "contact_name", "contact_phone", "id", "target")
)
"""Columns of a name, a number that is none to reckon with, or a telephone: no day and no fraction is one."""


def column(id: str, header: str, kind: Kind, *synonyms: str) -> Column:
    """Return a column; each text of `synonyms` lists some, with commas between."""
    return Column(id, header, kind, tuple(name for line in synonyms for name in line.split(", ")))


def met(columns: tuple[Column, ...], headers: Headers) -> tuple[Column, ...]:
    """Return columns that are recognised by what they are called elsewhere, too."""
    found = []
    for one in columns:
        elsewhere = (names[one.id] for names in headers.values() if one.id in names)
        found.append(column(one.id, one.header, one.kind, *filter(None, (", ".join(one.synonyms), *elsewhere))))
    return tuple(found)


# Not here because they mean different things in different files: "serwer", "hosting", "nr", "lp", "data", "nazwa",
# "konto", "opłata" (an amount as often as a yes), "domena docelowa", "ns", "ip".
_COLUMNS: tuple[Column, ...] = (
    column(
        "ref", "nr zlecenia", "text",
        "nr zlec, numer zlecenia, zlecenie, id zlecenia, nr zgloszenia, numer zgloszenia, id zgloszenia",
        "nr zamowienia, numer zamowienia, nr sprawy, numer sprawy, nr migracji, numer migracji, id migracji, id",
        "ref, reference, external ref, order, order no, order number, order id, ticket, ticket no, ticket number",
        "ticket id, nr ticketu, numer ticketu, migration id",
    ),
    column(
        "client", "klient", "text",
        "klient firma, firma klient, klient nazwa, nazwa klienta, klienci, firma, nazwa firmy, kontrahent",
        "nazwa kontrahenta, abonent, zleceniodawca, zamawiajacy",
        "client, client name, customer, customer name, company, company name, account name",
    ),
    column(
        "domain", "domena", "domains",
        "domeny, domena y, domena domeny, nazwa domeny, nazwy domen, lista domen, adres domeny, domena klienta",
        "domeny klienta, domena glowna, adres strony, adres www",
        "domain, domains, domain s, domain name, domain names, domain list",
    ),
    column(
        "status", "status", "status",
        "etap, stan, status migracji, etap migracji, stan migracji, status zlecenia, obecny etap, aktualny status",
        "stage, state, migration status, current stage",
    ),
    column(
        "package", "pakiet", "text",
        "nazwa pakietu, pakiet docelowy, nowy pakiet, pakiet hostingowy, wybrany pakiet, usluga, plan, taryfa",
        "package, package name, hosting plan, target package, new package",
    ),
    column(
        "source_host", "serwer źródłowy", "text",
        "stary serwer, obecny serwer, dotychczasowy serwer, poprzedni serwer, serwer zrodlo, z serwera, skad",
        "stary hosting, obecny hosting, dotychczasowy hosting, poprzedni hosting, stary hostingodawca",
        "obecny hostingodawca, poprzedni hostingodawca",
        "source server, source host, old server, old host, old hosting, current host, current hosting",
        "from server, migrate from",
    ),
    column(
        "target_host", "serwer docelowy", "text",
        "nowy serwer, docelowy serwer, serwer cel, na serwer, dokad, nowy hosting",
        "target server, target host, new server, new host, new hosting, destination, destination server",
        "to server, migrate to",
    ),
    column(
        "owner", "opiekun", "person",
        "opiekun klienta, opiekun migracji, osoba odpowiedzialna, odpowiedzialny, odpowiedzialna, prowadzacy, prowadzi",
        "przypisany, przypisany do, przypisana do, przypisane do, wykonawca, specjalista, technik, konsultant",
        "owner, assignee, assigned to, responsible, person responsible, account manager, handled by",
    ),
    column(
        "deputy", "zastępca", "person",
        "zastepstwo, zastepca opiekuna, w zastepstwie, zastepuje",
        "deputy, substitute, stand in, second person",
    ),
    column(
        "waiting_on", "czeka na", "waits",
        "czekamy na, oczekuje na, oczekiwanie na, na kogo czekamy, kogo czekamy, po czyjej stronie, po stronie",
        "ruch po stronie",
        "waiting on, waiting for, awaiting, blocked by",
    ),
    column(
        "contact_name", "osoba kontaktowa", "text",
        "kontakt, osoba do kontaktu, kontakt po stronie klienta, imie i nazwisko, dane kontaktowe",
        "contact, contact name, contact person",
    ),
    column(
        "contact_phone", "telefon", "text",
        "tel, nr tel, nr telefonu, numer telefonu, telefon kontaktowy, tel kontaktowy, telefon do kontaktu",
        "telefon klienta, tel klienta, komorka, tel kom, telefon komorkowy",
        "phone, phone number, phone no, telephone, mobile, mobile phone, contact phone",
    ),
    column(
        "no_phone", "dlaczego bez telefonu", "text",
        "powod braku telefonu, przyczyna braku telefonu, dlaczego brak telefonu, dlaczego nie ma telefonu",
        "czemu bez telefonu",
        "why no phone, why no telephone, no phone reason, reason for no phone, no phone because",
    ),
    column(
        "mailboxes", "liczba skrzynek", "count",
        "skrzynki, ilosc skrzynek, skrzynek, skrzynki szt, liczba skrzynek pocztowych, ilosc skrzynek pocztowych",
        "skrzynki pocztowe, skrzynki e mail, liczba skrzynek e mail, liczba kont e mail, ilosc kont e mail",
        "liczba kont email, ilosc kont email, liczba kont pocztowych, ilosc kont pocztowych, liczba kont, ilosc kont",
        "konta e mail, konta email, konta pocztowe, e mail konta szt, konta e mail szt, liczba maili, ilosc maili",
        "mailboxes, mailbox count, number of mailboxes, no of mailboxes, email accounts, mail accounts",
        "number of email accounts",
    ),
    column(
        "websites", "liczba stron", "count",
        "strony, ilosc stron, stron, strony szt, strony www, liczba stron www, ilosc stron www, strony www szt",
        "liczba serwisow, ilosc serwisow, liczba witryn, ilosc witryn, witryny",
        "websites, website count, number of websites, no of websites, sites, site count, number of sites",
    ),
    column(
        "nonstandard", "niestandardowa konfiguracja", "text",
        "niestandardowe konfiguracje, niestandardowe, konfiguracja niestandardowa, nietypowa konfiguracja",
        "niestandardowe ustawienia, nietypowe ustawienia, wymagania specjalne, specjalne wymagania",
        "non standard, nonstandard, non standard configuration, nonstandard configuration, custom configuration",
        "special configuration, special requirements",
    ),
    column(
        "fee_applies", "opłata za migrację", "yes_no",
        "platna, platna migracja, migracja platna, czy platna, czy migracja platna, oplata za migracje tak nie",
        "fee applies, paid migration, migration fee",
    ),
    column(
        "planned_at", "termin", "date",
        "termin migracji, data migracji, planowany termin, planowana data, planowana data migracji",
        "planowany termin migracji, data planowana, umowiony termin, uzgodniony termin, termin uzgodniony",
        "data przeniesienia, termin przeniesienia, termin prac, zaplanowano na, umowiono na",
        "planned, planned at, planned on, planned date, scheduled, scheduled at, scheduled for, scheduled date",
        "agreed date, migration date, date of migration",
    ),
    # Not "hosting opłacony do": that of a file of ours is our own.
    column(
        "old_hosting_until", "stary hosting opłacony do", "date",
        "stary hosting oplacony do dnia, stary hosting wazny do, stary hosting do, stary hosting wygasa",
        "waznosc starego hostingu, data waznosci starego hostingu, koniec starego hostingu",
        "wygasniecie starego hostingu",
        "stary serwer oplacony do, stary serwer wazny do, stara usluga oplacona do",
        "obecny hosting oplacony do, obecny hosting wazny do, obecny hosting wygasa, waznosc obecnego hostingu",
        "dotychczasowy hosting oplacony do, poprzedni hosting oplacony do, hosting u poprzedniego oplacony do",
        "old hosting paid until, old hosting paid to, old hosting valid until, old hosting until, old hosting expires",
        "old hosting expiry, old hosting expiry date, old host paid until, old server paid until",
        "current hosting paid until, current hosting expires, current hosting expiry",
    ),
    column(
        "on_package", "data zgłoszenia", "date",
        "data zgl, data zglosz, zgloszono, data wplywu, data wplyniecia, data przyjecia",
        "data zamowienia, data utworzenia, utworzono, data zapytania, data rejestracji, data pakiet, data wpisu",
        "created, created at, created on, date created, reported, reported at, request date, requested, order date",
        "enquiry date, date received, received",
    ),
    column("on_data", "data: dane", "date", "dane od"),
    column("on_analysis", "data: analiza", "date", "data analizy, analiza od, analysis date"),
    column("on_date", "data: termin", "date", "ustalanie terminu od"),
    column("on_migration", "data: migracja", "date", "migracja od, rozpoczecie migracji, data rozpoczecia migracji",
            "start migracji, migration started, migration start"),
    column("on_sync", "data: synchronizacja", "date", "data synchronizacji, data synchronizacji poczty",
            "synchronizacja od, sync date, mail sync date"),
    column("on_test", "data: test", "date", "test od, testy od, przekazano do testu, przekazano do testow",
            "data przekazania do testu, data przekazania do testow"),
    column("tested_at", "data testu", "date", "data testow, data testu klienta, data testow klienta, przetestowano",
            "potwierdzenie testu, data potwierdzenia testu, data potwierdzenia, data akceptacji, zaakceptowano",
            "test date, tested at, tested on, client tested, confirmed at, acceptance date"),
    column("on_dns", "data: DNS", "date", "dns od, dns date"),
    column("dns_switched_at", "data zmiany DNS", "date",
            "zmiana dns, zmiana dns data, dns zmieniono, zmieniono dns, data przepiecia dns, przepiecie dns",
            "data przelaczenia dns, przelaczenie dns, data delegacji, data zmiany delegacji, zmiana delegacji",
            "dns switched, dns switched at, dns change, dns changed, dns change date, dns switch, dns switch date"),
    column("visible_at", "data widoczności", "date",
            "widoczna od, widoczne od, data propagacji, koniec propagacji, zakonczenie propagacji",
            "data zakonczenia propagacji, rozpropagowano",
            "visible at, visible since, propagated, propagated at, propagation finished"),
    column("on_passwords", "data: hasła", "date", "hasla od"),
    column("password_changed", "hasło zmienione", "yes_or_date",
            "hasla zmienione, zmienione haslo, zmieniono haslo, zmieniono hasla, zmiana hasla, zmiana hasel",
            "data zmiany hasla, data zmiany hasel",
            "password changed, passwords changed, password change, password changed at, password change date"),
    column("closed_at", "data zakończenia", "date",
            "zakonczono, data zamkniecia, zamknieto, data konca, data zakonczenia migracji",
            "data wykonania, data ukonczenia, ukonczono",
            "closed, closed at, closed on, date closed, finished, finished at, finish date, completed, completed at",
            "completion date, end date"),
    column("hold_by", "wstrzymana przez", "waits", "wstrzymane przez, wstrzymal, kto wstrzymal, zawieszona przez",
            "on hold by, held by, hold by"),
    column("hold_reason", "powód wstrzymania", "text", "przyczyna wstrzymania, dlaczego wstrzymana",
            "powod zawieszenia, hold reason, on hold reason, reason on hold"),
    column("cancel_reason", "powód anulowania", "text", "przyczyna anulowania, powod rezygnacji, przyczyna rezygnacji",
            "dlaczego anulowana, cancel reason, cancellation reason, reason for cancellation"),
    column("old_ns", "stare serwery nazw", "names",
            "stare ns, stare dns, stare serwery dns, obecne ns, obecne dns, obecne serwery nazw, obecne serwery dns",
            "dotychczasowe serwery nazw, dotychczasowe dns, poprzednie dns",
            "old ns, old dns, old name servers, old nameservers, current ns, current nameservers"),
    column("new_ns", "nowe serwery nazw", "names",
            "nowe ns, nowe dns, nowe serwery dns, docelowe ns, docelowe dns, docelowe serwery nazw",
            "docelowe serwery dns",
            "new ns, new dns, new name servers, new nameservers, target ns, target nameservers"),
    column("old_addresses", "stare adresy", "addresses",
            "stary adres, stare ip, stary ip, stary adres ip, stare adresy ip, obecne ip, obecny adres ip, zrodlowe ip",
            "old address, old addresses, old ip, old ip address, old ips, source ip, current ip"),
    column("new_addresses", "nowe adresy", "addresses",
            "nowy adres, nowe ip, nowy ip, nowy adres ip, nowe adresy ip, docelowe ip, docelowy adres ip",
            "new address, new addresses, new ip, new ip address, new ips, target ip"),
    column("registered_until", "domena opłacona do", "date",
            "domena oplacona do dnia, domena wazna do, domena zarejestrowana do, domena wygasa, wygasa domena",
            "waznosc domeny, data waznosci domeny, termin waznosci domeny, koniec waznosci domeny",
            "wygasniecie domeny, data wygasniecia domeny, rejestracja do, rejestracja domeny do, waznosc rejestracji",
            "domain expires, domain expires on, domain expiry, domain expiry date, domain expiration",
            "domain expiration date, domain paid until, domain valid until, domain registered until, registered until",
            "registration expires, registration expiry date"),
    column("notes", "uwagi", "notes",
            "uwaga, uwagi dodatkowe, dodatkowe uwagi, notatka, notatki, komentarz, komentarze, informacje dodatkowe",
            "dodatkowe informacje, adnotacje",
            "notes, note, comment, comments, remarks, additional information, additional info"),
    column("version", "wersja pulpitu", "version"),
)  # fmt: skip
COLUMNS = met(_COLUMNS, BOARD)
"""Every column, in the order of our own export."""

BY_ID: dict[str, Column] = {column.id: column for column in COLUMNS}
REQUIRED = ("client", "domain")


@cache
def _known(columns: tuple[Column, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what columns are called, folded, and what else they are called, with their ids."""
    headers = {fold(column.header): column.id for column in columns}
    return headers, {synonym: column.id for column in columns for synonym in column.synonyms}


def suggest(header: Sequence[str], columns: tuple[Column, ...] = COLUMNS) -> dict[str, str | None]:
    """Return a column id for each header that is known, None for the others (kept as they are).

    Our own headers come before synonyms, an earlier one before a later one: no id is given twice.
    """
    folded = [fold(name) for name in header]
    found: dict[str, str | None] = dict.fromkeys(header)
    taken = set()
    for known in _known(columns):
        for name, key in zip(header, folded, strict=True):
            id = known.get(key)
            if id and id not in taken and found[name] is None:
                found[name] = id
                taken.add(id)
    return found


def header_key(header: Sequence[str]) -> str:
    """Return the key under which a mapping is remembered: SHA-256 (hex) of the folded headers in any order."""
    return hashlib.sha256("\n".join(sorted(fold(name) for name in header)).encode()).hexdigest()


def check_mapping(
    mapping: Mapping[str, str | None],
    header: Sequence[str],
    columns: tuple[Column, ...] = COLUMNS,
    required: Sequence[str] = REQUIRED,
) -> None:
    """Raise InputError with all that is wrong in a mapping of headers to column ids.

    Required columns must be there; a header must be the file's, an id known and given once.
    """
    given = Counter(id for id in mapping.values() if id is not None)
    by_id = {column.id: column for column in columns}
    wanted = ", ".join(by_id[id].header for id in required)
    there = set(header)
    absent = [name for name in mapping if name not in there]
    wrong = [
        *(FieldError(name, "", Message("error.column_absent", {"expected": ", ".join(header)})) for name in absent),
        *(
            FieldError(name, id, unknown(id, columns))
            for name, id in mapping.items()
            if id is not None and id not in by_id
        ),
        *(
            FieldError(id, "", Message("error.column_twice", {"expected": _names(mapping, id)}))
            for id, times in given.items()
            if times > 1 and id in by_id
        ),
        *(
            FieldError(id, "", _missing(by_id[id], [name for name in header if not mapping.get(name)], wanted))
            for id in required
            if id not in given
        ),
    ]
    if wrong:
        raise InputError(*wrong)


def unknown(name: str, columns: tuple[Column, ...]) -> Message:
    """Return what is said of a name that no column has: the nearest one, and all there are."""
    words = {word: one.header for one in reversed(columns) for word in (*one.synonyms, one.id, fold(one.header))}
    near = words.get(nearest(fold(name), tuple(words)), "")
    kind = "error.column_unknown_near" if near else "error.column_unknown"
    return Message(kind, {"near": near, "expected": ", ".join(one.header for one in columns)})


def _missing(wanted: Column, header: Sequence[str], expected: str) -> Message:
    """Return what is said of a column that is not there: a header of the file may be meant for it."""
    known = (fold(wanted.header), *wanted.synonyms)
    folded = {fold(name): shortened(name) for name in header}
    found = nearest_of(folded, known)
    near = folded[found] if found else ""
    return Message(
        "error.column_missing_near" if near else "error.column_missing", {"near": near, "expected": expected}
    )


def _names(mapping: Mapping[str, str | None], id: str) -> str:
    return ", ".join(name for name, wanted in mapping.items() if wanted == id)
