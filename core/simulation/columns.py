"""What columns a file of subscriptions may have; headers are recognised as the board's import recognises its own."""

from core.migration.foreign_headers import SUBSCRIPTIONS
from core.migration.import_columns import Column, column, met

_COLUMNS: tuple[Column, ...] = (
    column(
        "id", "nr abonamentu", "text",
        "id, id abonamentu, numer abonamentu, abonament, id uslugi, nr uslugi, numer uslugi, nr umowy, numer umowy",
        "id umowy, nr, numer, id subskrypcji, numer subskrypcji, nr subskrypcji, identyfikator",
        "subscription, subscription id, subscription no, subscription number, service id, contract no, contract id",
    ),
    column(
        "client", "klient", "text",
        "nazwa klienta, klient nazwa, klient firma, firma, nazwa firmy, kontrahent, nazwa kontrahenta, abonent",
        "client, client name, customer, customer name, company, company name, account name",
    ),
    column(
        "package", "pakiet", "text",
        "nazwa pakietu, id pakietu, obecny pakiet, pakiet hostingowy, usluga, plan, taryfa, produkt",
        "package, package id, package name, current package, hosting plan, product",
    ),
    column(
        "term_start", "początek okresu", "date",
        "poczatek, od, wazny od, wazna od, wazne od, aktywny od, oplacony od, oplacone od, data od, data rozpoczecia",
        "poczatek abonamentu, poczatek okresu rozliczeniowego, start, okres od",
        "term start, start date, valid from, from, paid from, period start, begin",
    ),
    column(
        "valid_until", "ważny do", "date",
        "do, wazna do, wazne do, waznosc, data waznosci, oplacony do, oplacona do, oplacone do, data do",
        "koniec okresu, koniec, koniec abonamentu, data zakonczenia, data wygasniecia, wygasa, okres do",
        "valid until, valid to, until, to, end, end date, expires, expires at, expiry, expiry date, paid until",
        "paid to",
    ),
    column(
        "service_start", "pierwszy dzień usługi", "date",
        "data rozpoczecia uslugi, dzien rozpoczecia uslugi, usluga rozpoczeta, start uslugi, data startu uslugi",
        "data uruchomienia, data uruchomienia uslugi, uruchomiono, data zalozenia, data zalozenia uslugi, zalozono",
        "pierwsza aktywacja, data pierwszej aktywacji, pierwszy zakup, data pierwszego zakupu",
        "service start, service start date, first day of service, service since, service began, first activated",
        "first activation, first activation date, provisioned on",
    ),
    column(
        "price_net", "cena netto", "amount",
        "cena, netto, kwota netto, cena umowna, cena umowna netto, cena z umowy, cena za okres, cena netto za okres",
        "oplata netto, cena zl netto, cena netto zl, cena netto pln",
        "price net, net price, price, net, contract price, net amount, amount net",
    ),
    column(
        "domains", "domeny", "count",
        "liczba domen, ilosc domen, domen, domeny szt, domains, domain count, number of domains, no of domains",
    ),
    column(
        "mailboxes", "skrzynki", "count",
        "liczba skrzynek, ilosc skrzynek, skrzynek, skrzynki szt, skrzynki pocztowe, liczba skrzynek pocztowych",
        "ilosc skrzynek pocztowych, skrzynki e mail, liczba kont e mail, liczba kont pocztowych, konta e mail",
        "mailboxes, mailbox count, number of mailboxes, no of mailboxes, email accounts, mail accounts",
    ),
    column(
        "disk_gb", "dysk GB", "gigabytes",
        "dysk, dysk w gb, zajety dysk, zajety dysk gb, zajete miejsce, zajete miejsce gb, miejsce gb, miejsce na dysku",
        "miejsce na dysku gb, zajetosc gb, zajetosc dysku gb, rozmiar gb",
        "disk gb, disk, disk usage, disk usage gb, disk used gb, used disk gb, storage gb, space gb",
    ),
    column(
        "domain_names", "nazwy domen", "domains",
        "domena, nazwa domeny, lista domen, wykaz domen, domeny nazwy, adres domeny, domena glowna, domena klienta",
        "domeny klienta, adres strony, adres www",
        "domain, domain name, domain names, domain list, list of domains, main domain, primary domain",
    ),
)  # fmt: skip
COLUMNS = met(_COLUMNS, SUBSCRIPTIONS)
"""Every column, in the order of our template; named as a colleague at the billing would name it."""

IDS = tuple(column.id for column in COLUMNS)
"""Their ids."""

REQUIRED = ("id", "package", "term_start", "valid_until")
"""The others may be missing from a file: then the price is the list's and the counts are 0, which the page says."""

NOT_MISSED = ("service_start", "domain_names")
"""Those that nothing is taken for where a file lacks them."""


def template() -> bytes:
    """Return an empty file with all our columns: UTF-8 with a byte order mark, semicolons."""
    return f"{';'.join(column.header for column in COLUMNS)}\r\n".encode("utf-8-sig")
