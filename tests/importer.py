"""A spreadsheet imported by the tests: its text read, planned, written, and people at the board meanwhile."""

import datetime as dt
from dataclasses import replace

from core import datafiles
from core.database.transactions import engine
from core.importing.plan import plan
from core.importing.planned import Plan
from core.importing.writing import Applied, apply, remembered
from core.migration.act import Act
from core.migration.people import CONSOLE
from core.spreadsheet.decoding import Sheet, read_sheet
from core.spreadsheet.said import Reading, Said
from core.store.store import Store

NOW = dt.datetime(2026, 11, 21, 11, 0, tzinfo=dt.UTC)


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
