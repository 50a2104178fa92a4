"""What columns are called in files of other programs and of offices: a table by the kind of source, then by column.

Folded (`core.ground.words.fold`), with commas between. A word that means one thing here and another there is in
neither place: it stays unknown, and whoever imports says what it is.
"""

from collections.abc import Mapping
from typing import Literal

Source = Literal["office_pl", "google", "excel", "whmcs", "kanboard", "jira", "trello", "plesk", "cpanel"]
Headers = Mapping[Source, Mapping[str, str]]

BOARD: Headers = {
    # Registers that offices and support keep by hand, in Polish.
    "office_pl": {
        "ref": "nr zam, nr zgl, nr rejestru, nr wniosku, numer wniosku, nr zlecenia migracji, sygnatura, "
        "sygnatura sprawy, znak sprawy, oznaczenie sprawy, zlecenie nr, zamowienie nr, zgloszenie nr, "
        "sprawa nr",
        "client": "firma nazwa, nazwa firmy klienta, dane klienta, nazwa podmiotu, podmiot, wlasciciel domeny, "
        "klient nazwa firmy, nazwa klienta firma, imie i nazwisko nazwa firmy, abonent nazwa, "
        "nazwa abonenta, zamawiajacy nazwa",
        "domain": "domena www, domena internetowa, nazwa domeny internetowej, domena do migracji, "
        "domena do przeniesienia, domeny do migracji, domeny do przeniesienia, przenoszona domena, "
        "adres domenowy, domena nazwa, strona internetowa, adres strony internetowej, adres strony www, "
        "adres witryny, url, url strony",
        "status": "status sprawy, status zgloszenia, stan sprawy, stan zlecenia, stan realizacji, "
        "etap realizacji, etap prac, faza, status prac, status realizacji, biezacy status, "
        "biezacy etap, na jakim etapie",
        "package": "pakiet nazwa, rodzaj pakietu, typ pakietu, wariant pakietu, pakiet uslug, zamowiony pakiet, "
        "pakiet nowy, pakiet po migracji, hosting pakiet, plan hostingowy, docelowy pakiet",
        "source_host": "przenosimy z, migracja z, skad przenosimy, obecny dostawca, dotychczasowy dostawca, "
        "stary dostawca, poprzedni dostawca, obecny operator, serwer obecny, serwer stary, "
        "hosting obecny, hosting stary",
        "target_host": "przenosimy na, migracja na, dokad przenosimy, serwer nowy, hosting nowy, serwer po migracji",
        "owner": "osoba prowadzaca, prowadzacy sprawe, kto prowadzi, osoba odp, odpow, odpowiedzialny pracownik, "
        "pracownik, pracownik prowadzacy, realizujacy, kto realizuje, kto robi, realizuje, obsluguje",
        "deputy": "zastepca opiekuna klienta, osoba zastepujaca, kto zastepuje, druga osoba, zastepstwo kto",
        "waiting_on": "czekamy na kogo, na kim czekamy, po czyjej stronie ruch, czyj ruch, ruch po czyjej stronie",
        "contact_name": "osoba kontakt, kontakt osoba, kontakt imie i nazwisko, osoba do kontaktow, "
        "przedstawiciel klienta, imie i nazwisko osoby kontaktowej, kto po stronie klienta",
        "contact_phone": "nr tel kontaktowego, telefon kom, tel komorkowy, nr komorki, numer komorki, nr kontaktowy, "
        "numer kontaktowy, tel do kontaktu, telefon osoby kontaktowej, telefon nr",
        "mailboxes": "skrzynki ilosc, skrzynki liczba, ile skrzynek, l skrzynek, il skrzynek, liczba adresow e mail, "
        "ilosc adresow e mail, ilosc skrzynek e mail, ilosc skrzynek mail, poczta ilosc kont, "
        "konta pocztowe ilosc",
        "websites": "ile stron, strony ilosc, strony liczba, l stron, il stron, ilosc stron internetowych, "
        "liczba stron internetowych",
        "nonstandard": "konfiguracja niestandardowa jaka, co niestandardowego, nietypowe, nietypowe wymagania, "
        "specyficzne wymagania, szczegolne wymagania, nietypowe uslugi, nietypowe rzeczy",
        "fee_applies": "czy platne, platne, platne tak nie, migracja platna tak nie, czy jest oplata",
        "planned_at": "umowiona data, uzgodniona data, data uzgodniona, data umowiona, kiedy migracja, "
        "kiedy przenosimy, termin realizacji, planowany dzien, dzien migracji, "
        "data realizacji migracji",
        "on_package": "data przyjecia zgloszenia, data przyjecia zlecenia, data zlecenia, data zlozenia, "
        "dzien zgloszenia, data wniosku, wplynelo, wplynelo dnia, przyjeto dnia, zgloszono dnia, "
        "data rejestracji zgloszenia, dt zgl",
        "tested_at": "klient przetestowal, klient potwierdzil, data akceptacji klienta, akceptacja klienta data, "
        "klient zaakceptowal, test klienta data, test ok data",
        "dns_switched_at": "przepieto dns, przelaczono dns, data przepiecia, data przelaczenia, dns przepiety, "
        "dns przelaczony, dns zmieniony, zmiana ns data, data zmiany ns, data zmiany serwerow dns",
        "visible_at": "strona widoczna od, widoczna data, propagacja zakonczona, koniec propagacji dns",
        "closed_at": "zakonczono dnia, data zakonczenia prac, data zamkniecia sprawy, data zamkniecia zgloszenia, "
        "zrealizowano, data zrealizowania, zamknieto dnia, wykonano dnia",
        "hold_reason": "powod wstrzymania prac, dlaczego stoi, z jakiego powodu wstrzymana, powod przestoju",
        "cancel_reason": "powod odstapienia, dlaczego zrezygnowal, powod odwolania",
        "old_ns": "ns stare, dns stare, ns obecne, stare serwery ns, obecne serwery ns, delegacja obecna",
        "new_ns": "ns nowe, dns nowe, nowe serwery ns, docelowe serwery ns, delegacja docelowa",
        "old_addresses": "ip stare, ip stary, ip obecne, adres ip stary, adres ip obecny, ip przed",
        "new_addresses": "ip nowe, ip nowy, adres ip nowy, adres ip docelowy, ip po, ip docelowe",
        "notes": "uwagi komentarze, uwagi inne, inne uwagi, uwagi i komentarze, opis, opis dodatkowy, notka, "
        "info, informacje, dodatkowe info, dopiski",
    },
    # Questions of a form, as Google Forms puts them over its answers.
    "google": {
        "client": "nazwa firmy lub imie i nazwisko, nazwa panstwa firmy, podaj nazwe firmy, "
        "nazwa firmy instytucji, your company, your company name, what is your company name, "
        "name of your company",
        "domain": "podaj domene, jaka domene przenosimy, adres panstwa strony, adres panstwa strony www, "
        "ktore domeny przenosimy, your domain, your domain name, which domain, which domains, "
        "website url, website address",
        "package": "wybierz pakiet, ktory pakiet panstwo wybieraja, choose a package, selected package",
        "contact_name": "osoba do kontaktu imie i nazwisko, your name, full name, your full name",
        "contact_phone": "podaj numer telefonu, panstwa telefon, numer telefonu do kontaktu, your phone, "
        "your phone number, contact number, contact phone number",
        "on_package": "sygnatura czasowa, znacznik czasu, timestamp, submitted at, data przeslania",
        "mailboxes": "ile maja panstwo skrzynek, ile skrzynek pocztowych, how many mailboxes, "
        "how many email accounts",
        "notes": "uwagi do zgloszenia, czy maja panstwo uwagi, anything else, other comments",
    },
    # Tables that begin as an English template of Excel's.
    "excel": {
        "ref": "order ref, order reference, job no, job number, case no, case number, case id, request no, "
        "request id",
        "client": "customer company, client company, organisation, organization, organisation name, "
        "organization name",
        "domain": "web address, website domain, primary domain, main domain",
        "status": "current state, phase, project status, task status",
        "owner": "assigned, task owner, technician, engineer, point person",
        "planned_at": "due, due date, deadline, planned start, planned migration, target date, scheduled start",
        "on_package": "opened, opened at, opened on, open date, date opened, entry date, date added, added, added on",
        "closed_at": "date completed, date finished, closed date, close date, completed date, actual end, "
        "actual finish",
        "notes": "memo, details, description",
    },
    # WHMCS: lists of clients, services and domains.
    "whmcs": {
        "ref": "ordernum",
        "client": "companyname",
        "domain": "domainname",
        "package": "product service, product name, productname, service plan",
        "status": "domainstatus",
        "contact_phone": "phonenumber",
        "on_package": "regdate, reg date, signup date, datecreated",
        "notes": "admin notes, service notes, adminnotes",
    },
    # Kanboard's export of tasks.
    "kanboard": {
        "ref": "task id, id zadania, odniesienie",
        "status": "column, kolumna, column name, nazwa kolumny",
        "owner": "assignee name, assignee username, osoba przypisana",
        "planned_at": "termin wykonania",
        "on_package": "creation date, created date, data dodania",
    },
    # Jira's export of issues.
    "jira": {
        "ref": "issue key, issue id",
        "status": "status category name",
        "owner": "przydzielony",
        "closed_at": "resolved, resolved at, resolution date, rozwiazano",
    },
    # Trello's export of cards.
    "trello": {
        "ref": "card id, id karty",
        "status": "list name, nazwa listy",
        "owner": "members, czlonkowie",
        "notes": "card description, opis karty",
    },
    # Plesk's list of subscriptions.
    "plesk": {
        "client": "subscriber, subscriber name",
        "domain": "webspace, webspace name",
        "on_package": "setup date",
    },
    # WHM's list of accounts.
    "cpanel": {
        "package": "plan name, hosting package",
    },
}  # fmt: skip
"""Headers of migrations, beside those that `core.migration.import_columns` lists with the columns themselves."""

SUBSCRIPTIONS: Headers = {
    # Registers that offices and support keep by hand, in Polish.
    "office_pl": {
        "id": "nr abon, id abon, nr kontraktu, numer kontraktu",
        "client": "nazwa abonenta, abonent nazwa, dane klienta, podmiot",
        "package": "rodzaj pakietu, typ pakietu, aktualny pakiet, pakiet aktualny, nazwa uslugi, plan hostingowy",
        "term_start": "okres od dnia, poczatek umowy, data poczatku, data startu, data aktywacji, aktywna od, "
        "od dnia, poczatek uslugi, abonament od, usluga od",
        "valid_until": "okres do dnia, koniec umowy, data konca, do dnia, koniec uslugi, abonament do, usluga do, "
        "aktywny do, aktywna do, termin waznosci, data wygasniecia uslugi, wygasa dnia",
        "price_net": "netto pln, netto zl, wartosc netto, abonament netto, kwota netto zl, kwota netto pln, "
        "stawka netto",
        "domains": "il domen, l domen, ile domen, domeny ilosc, domeny liczba",
        "mailboxes": "il skrzynek, l skrzynek, ile skrzynek, skrzynki ilosc, skrzynki liczba, ilosc skrzynek e mail",
        "disk_gb": "dysk zajety gb, zajete gb, wykorzystany dysk gb, uzycie dysku gb, zuzycie dysku gb",
    },
    # Tables that begin as an English template of Excel's.
    "excel": {
        "id": "contract number, contract ref, agreement no",
        "client": "organisation, organization, client company, customer company",
        "term_start": "begin date, commencement date, start of term, effective date, effective from",
        "valid_until": "finish date, end of term, expiration, expiration date, effective to, effective until",
        "price_net": "net value, net total, price excl vat, price excluding vat",
    },
    # WHMCS: lists of clients, services and domains.
    "whmcs": {
        "id": "serviceid",
        "client": "companyname",
        "package": "product service, productname, product name, service plan",
        "term_start": "current period start",
        "service_start": "registration date, regdate, reg date",
        "valid_until": "next due date, nextduedate, next renewal, next renewal date, current period end",
    },
    # Plesk's list of subscriptions.
    "plesk": {
        "client": "subscriber, subscriber name",
        "term_start": "setup date",
        "disk_gb": "disk space used gb, used disk space gb, diskspace gb",
    },
    # WHM's list of accounts.
    "cpanel": {
        "package": "plan name, hosting package",
        "disk_gb": "disk used in gb, disk space used in gb",
    },
}  # fmt: skip
"""Headers of subscriptions, beside those that `core.simulation.columns` lists."""
