"""A spreadsheet imported by the tests: its text read, planned, written, and people at the board meanwhile."""

import datetime as dt
from dataclasses import replace

from core import datafiles
from core.database.transactions import engine
from core.importing.planned import Plan
from core.importing.planning import plan
from core.importing.writing import Applied, apply, remembered
from core.migration.act import Act
from core.migration.people import CONSOLE
from core.spreadsheet.choices import Reading, Said
from core.spreadsheet.decoding import Sheet, read_sheet
from core.store.store import Store

NOW = dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC)

DIRTY = """\
Nr zlec.;Klient (firma);Domena/y;Status;Pakiet;Liczba skrzynek;Data zgł.;Termin;Opiekun;Osoba kontaktowa;\
Niestandardowa konfiguracja;Data testu;Zmiana DNS;\
Data zakończenia;Hasło FTP;Uwagi;Priorytet;;
Z-1;Zakład „Żaba” sp. z o.o.;slusarz-zaba.pl, żabie-zamki.pl;w trakcie;Plus;12;3.11.2026;20.11.2026 10:00;Anna;\
Jan Żaba;brak;;;;tajne1;"Dzwonić po 14
nie w piątki";wysoki;;
Z-2;Księgowość Ćma;ĆMA-księgi.pl;DNS;Basic;3 szt.;01.11.2026;12.11.2026;Piotr Żbik;\
Ewa Ćma;brak;17.11.2026;18.11.2026;;tajne2;;

;Kwiaciarnia Róża;roza.pl;zakończona;Basic;1;05.10.2026;;ola;;;12.10.2026;13.10.2026;15.10.2026;;;;;
;Kwiaciarnia Róża;roza.pl;zakończona;Basic;1;05.10.2026;;ola;;;12.10.2026;13.10.2026;15.10.2026;;;;;
Z-3;Pękło;peklo.pl;analiza
Z-4;Zła data;zla-data.pl;analiza;Basic;1;31.02.2026;;;;;;;;;;;;
Z-5;Bez testu;bez-testu.pl;DNS;Basic;1;01.11.2026;;;;;;;;;;;;
Z-6;Stara historia;stara.pl;zakończona;;;02.01.2026;;Ktoś Dawny;;;;;01.02.2026;;;;;
Z-7;Sieć Łąka;laka-jeden.pl;DNS;Plus;;01.10.2026;08.10.2026;;Olga Łąka;brak;10.10.2026;11.10.2026;;;;;;
Z-7;Sieć Łąka;laka-dwa.pl;test;Plus;;01.10.2026;;;;;;;;;;;;
Z-8;;bez-klienta.pl;dane;;;;;;;;;;;;;;;
Z-9;Adres;https://www.adres.pl/sklep;dane;;;;;;;;;;;;;;;
Z-10;Amerykanin;amerykanin.pl;dane;Basic;;2026-11-03;;;;;;;;;;;;
Z-11;Wiele;wiele.pl;dane;;ok. 12;;;;;;;;;;;;;
""".replace("\n", "\r\n")
"""A file as dirty as real ones, with a column of passwords."""

BASE = (
    "nr zlecenia;klient;domena;pakiet;niestandardowa konfiguracja;status;opiekun;telefon;termin\n"
    "Z-1;Ala;ala.pl;Plus;brak;analiza;anna;600 000 001;30.11.2026"
)
"""A file of one migration."""


class Importer:
    """Imports texts as files: `importer.apply("klient;domena\\nAla;ala.pl")`."""

    def __init__(self, url: str) -> None:
        self.store = Store(engine(url))
        self.team = datafiles.team()
        self.act = Act(datafiles.process(), CONSOLE, NOW)

    def by(self, person: str) -> Act:
        return replace(self.act, person=self.team.person(person))

    def sheet(self, text: str | bytes, **how: str) -> Sheet:
        return read_sheet(text if isinstance(text, bytes) else text.encode(), Reading(**how))

    def said(self, text: str | bytes, excluded: tuple[str, ...] = (), reason: str = "") -> Said:
        return Said(remembered(self.store, self.sheet(text).header).mapping, frozenset(excluded), reason=reason)

    def plan(self, text: str | bytes, excluded: tuple[str, ...] = (), reason: str = "", person: str = "") -> Plan:
        said, act = self.said(text, excluded, reason), self.by(person) if person else self.act
        return plan(self.sheet(text), said, self.store.all(), act, self.team)

    def apply(self, text: str | bytes, excluded: tuple[str, ...] = (), reason: str = "", person: str = "") -> Plan:
        said, act = self.said(text, excluded, reason), self.by(person) if person else self.act
        made = self.plan(text, excluded, reason, person)
        data = text if isinstance(text, bytes) else text.encode()
        applied = apply(self.store, made, self.sheet(text), data, said, act)
        assert isinstance(applied, Applied)
        return made

    def outcomes(self, text: str | bytes) -> list[str]:
        return [row.outcome for row in self.plan(text).rows]

    def on_board(self, ref: str, move, *given, person="anna", **named) -> None:
        """Let somebody work on the board."""
        found = self.store.by_ref(ref)
        self.store.change(found.id, lambda m: move(m, self.by(person), *given, **named), seen=found.version)

    def errors(self, text: str | bytes) -> list[tuple[int, str, str]]:
        return [(error.row, error.column, error.message.id) for error in self.plan(text).errors]
