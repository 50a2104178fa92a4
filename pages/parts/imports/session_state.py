"""What a session keeps of its imports: the file at hand with all that was said of it, and the last one written.

What was uploaded stays in the session until it is written or dropped; what was worked out of it is kept until something
that it depends on changes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.files.kept_upload import Held
from core.ground.dates import DateOrder
from core.ground.messages import FieldError, Message
from core.importing.import_job import Compared, Found, Read
from core.importing.writing import Applied
from core.language import Language
from core.spreadsheet.choices import AS_PROPOSED, Reading, Said
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.questions import Question
from pages.parts.shared.reading_choice import UNREAD, Layout
from pages.parts.shared.repairs_view import Switches
from pages.parts.shared.uploaded import owner

_KEPT = "_imports"
"""Under which key a session keeps it."""

MISTAKES = 20_000
"""Mistakes that the page's file of them has: nobody corrects more by hand, and it goes to the browser in one piece."""


@dataclass
class Upload:
    """A file that somebody brought, and what they said of it; `number` tells its widgets from those of the one before.

    `suspects`: columns that held what looks like a secret, left out since or not; `doubtful`: those of them of which
    only a shape speaks. `asked`: columns of a wide file that have a choice of their own because somebody wants one.
    `corrected`: cells typed anew, by line and header: what stood there and what was typed; `passed_over`: refused rows
    before those that are corrected, `tries`: how often that was done, `mistyped`: columns of what looked like secrets
    then; `statuses`: what a status of theirs is of ours, `statuses_before`: as it was remembered; `questions`: those on
    statuses that were asked, answered since or not. `begun`: whether writing was, and had no end.
    `read`, `found` and `made` are what was worked out last, each with what it was worked out from.
    """

    name: str
    file: Held
    number: int
    how: Reading = AS_PROPOSED
    layout: Layout = UNREAD
    header: tuple[str, ...] = ()
    mapping: dict[str, str | None] = field(default_factory=dict)
    excluded: set[str] = field(default_factory=set)
    harmless: set[str] = field(default_factory=set)
    switches: Switches = field(default_factory=Switches)
    date_order: DateOrder = ""
    order_asked: Question | None = None
    statuses: dict[str, str] = field(default_factory=dict)
    statuses_before: dict[str, str] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    corrected: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    passed_over: int = 0
    tries: int = 0
    mistyped: list[str] = field(default_factory=list)
    reason: str = ""
    reason_wrong: tuple[FieldError, ...] = ()
    suspects: list[str] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    columns_open: bool = False
    reading_open: bool = False
    correcting_open: bool = False
    known_before: bool = False
    stale: str | Message | None = None
    begun: bool = False
    read: tuple[object, Read] | None = None
    found: tuple[object, Found] | None = None
    made: tuple[object, Compared] | None = None
    epoch: str = ""

    @property
    def said(self) -> Said:
        """What somebody said of its columns and cells."""
        return Said(
            dict(self.mapping),
            frozenset(self.excluded),
            frozenset(self.harmless),
            self.switches.of_cells,
            self.date_order,
            dict(self.statuses),
            {place: new for place, (_, new) in self.corrected.items()},
            self.reason,
        )

    def key(self, name: str, language: Language) -> str:
        """Return the key of one of its widgets."""
        return f"import_{name}_{language.code}_{self.number}"

    def forget(self) -> None:
        """Empty it: the fields on the page hold it until others take their place."""
        self.file.let_go()
        self.read = self.found = self.made = self.order_asked = None
        self.header, self.layout, self.reason = (), UNREAD, ""
        for kept in (self.mapping, self.statuses, self.statuses_before, self.questions, self.corrected, self.suspects):
            kept.clear()
        for names in (self.excluded, self.harmless, self.doubtful, self.asked):
            names.clear()
        self.switches.forget()


@dataclass(frozen=True)
class Report:
    """An import that was written: whose, which file, how many rows came out how, and the first of the mistakes."""

    name: str
    person: str
    at: dt.datetime
    applied: Applied
    read: int
    errors: Sequence[RowError]
    mistakes: int


@dataclass
class Kept:
    """What a session keeps of its imports: the file at hand, how many there were, and the last one that was written.

    `undoing`: the number of the import that somebody wants to take back and has not confirmed yet.
    """

    upload: Upload | None = None
    number: int = 0
    report: Report | None = None
    undoing: int | None = None

    def take(self, name: str, data: bytes) -> None:
        """Take a file up instead of the one before."""
        self.drop()
        self.upload = Upload(name, Held(data, owner()), self.number)

    def drop(self) -> None:
        """Put the file away, and the widget that it came through."""
        self.number += 1
        if self.upload is not None:
            self.upload.forget()
        self.upload = None


def kept() -> Kept:
    """Return what this session keeps."""
    found: Kept = st.session_state.setdefault(_KEPT, Kept())
    return found
