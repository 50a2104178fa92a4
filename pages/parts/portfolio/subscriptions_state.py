"""What a session keeps of its subscriptions: the file at hand with all that was said of it, and what was read of it."""

from dataclasses import dataclass, field, replace

import streamlit as st

from core.files.kept_upload import Held
from core.ground.dates import DateOrder
from core.language import Language
from core.simulation.odd_terms import OddTerms
from core.simulation.reading import Loaded
from core.spreadsheet.choices import AS_PROPOSED, Reading
from core.spreadsheet.questions import Question
from core.spreadsheet.tally import Tally
from pages.parts.portfolio import session_keys
from pages.parts.shared.reading_choice import UNREAD, Layout
from pages.parts.shared.repairs_view import Switches
from pages.parts.shared.uploaded import owner

_FIRST_UNPAID = "u"
"""Ends the mark of a base whose terms of a day too long are read as somebody meant them."""


@dataclass
class Upload:
    """A file that somebody brought, and what they said of it; `number` tells its widgets from those of the one before.

    `asked`: columns of a wide file that have a choice of their own because somebody wants one. `opened`: its header as
    last read, with what was said then. `first_unpaid`: "valid until" of terms a day too long is read as the day after.
    """

    name: str
    file: Held
    number: int
    how: Reading = AS_PROPOSED
    layout: Layout = UNREAD
    switches: Switches = field(default_factory=Switches)
    date_order: DateOrder = ""
    order_asked: Question | None = None
    mapping: dict[str, str | None] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    reading_open: bool = False
    opened: tuple[object, tuple[str, ...]] | None = None
    first_unpaid: bool = False

    @property
    def reading(self) -> Reading:
        """How it is read, with the repairs that are not made."""
        return replace(self.how, off=self.switches.of_reading | self.switches.of_cells)

    def key(self, name: str, language: Language) -> str:
        """Return the key of one of its widgets."""
        return f"subscriptions_{name}_{language.code}_{self.number}"

    def forget(self) -> None:
        """Empty it: the fields on the page hold it until others take their place."""
        self.file.let_go()
        self.mapping, self.opened, self.asked = {}, None, set()
        self.layout, self.order_asked = UNREAD, None
        self.switches.forget()


@dataclass
class Kept:
    """What a session keeps: the file at hand, how many there were, and what was read last with what it was read from.

    `meant`: that as its odd terms are to be read, which are told; `asked`: the mark of the base that the link was made
    with.
    """

    upload: Upload | None = None
    number: int = 0
    made: tuple[object, Loaded] | None = None
    meant: tuple[Loaded, object, Loaded, OddTerms] | None = None
    repairs: dict[str, Tally] = field(default_factory=dict)
    samples: tuple[object, Loaded] | None = None
    asked: str | None = None

    @property
    def mark(self) -> str:
        """What a link says of the base: how its file's fingerprint begins and how it is read; "" for the samples."""
        if self.upload is None:
            return ""
        return self.upload.file.sha256[:8] + _FIRST_UNPAID * self.upload.first_unpaid

    def take(self, name: str, data: bytes) -> None:
        """Take a file up instead of the samples, read as the link says where it is the link's."""
        asked = self.asked or ""
        self.drop()
        self.upload = Upload(name, Held(data, owner()), self.number)
        self.upload.first_unpaid = asked == self.mark + _FIRST_UNPAID
        self.asked = self.mark

    def drop(self) -> None:
        """Go back to the samples, and forget the file."""
        self.number += 1
        if self.upload is not None:
            self.upload.forget()
        self.upload, self.made, self.meant, self.repairs = None, None, None, {}
        self.asked = self.mark


def kept() -> Kept:
    """Return what this session keeps."""
    found: Kept = st.session_state.setdefault(session_keys.BASE, Kept())
    return found
