"""The last thing that whoever sits here did to a migration: kept for the minute in which it can be taken back."""

from dataclasses import dataclass

import streamlit as st

from core.ground import clock
from core.migration import undoing, worded
from core.migration.event import Event
from core.migration.migration import Migration
from core.store.changing import Written
from pages.parts.shared import shell

_LAST = "_last_deed"


@dataclass(frozen=True, slots=True)
class LastDeed:
    """What was done: `m` is the migration after it, `since` the number of its last event before, `said` what it was."""

    m: Migration
    since: int
    made: Event
    said: str

    @property
    def left(self) -> float:
        """Seconds for which it can still be taken back; none where they have gone by."""
        return (self.made.recorded_at + undoing.WITHIN - clock.now()).total_seconds()


def remember(written: Written, said: str = "") -> None:
    """Keep what was just done; `said` is what was told of it. What cannot be taken back is not offered."""
    if not written.events:
        return
    if not undoing.can_be_undone(written.events):
        forget()
        return
    m, first = written.migration, written.events[0]
    st.session_state[_LAST] = LastDeed(m, m.seq - len(written.events), first, said or _said(m, first))


def last() -> LastDeed | None:
    """Return what can still be taken back by whoever sits here; None where nothing can."""
    kept: LastDeed | None = st.session_state.get(_LAST)
    if kept is None or kept.left < 0 or kept.made.actor != shell.said_person():
        return None
    return kept


def forget() -> None:
    """Offer nothing to take back: it was, or something was done that cannot be."""
    st.session_state.pop(_LAST, None)


def _said(m: Migration, event: Event) -> str:
    """Return what an event was about, in words."""
    language = shell.language()
    what = language.text(worded.event(event, shell.process(), shell.team()).what)
    domain = m.domains[event.domain].display if event.domain in m.domains else ""
    return ": ".join(filter(None, (m.ref, domain, what)))
