"""What the session keeps of the migration on the screen: what is done next, is done to the state that is drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import streamlit as st

from core.ground.messages import InputError
from core.migration.event import Event
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.shared import deed, last_deed, shell

_SEEN = "_card_seen"
_MARK = "_card_mark"
_NOTES = "_card_notes"
_LATELY = "_card_lately"
_REMEMBERED = 50
"""States of a migration that are kept: a browser may report a click on one that has just been drawn anew."""
TICK_WRONG = "_card_trouble"
"""Why the last tick was not made, and of which migration it was."""
NOTE_WRONG = "_card_note_wrong"
"""Why the last note was not written, and of which migration it was."""
SUSPECTS = "_blank_found"
"""What the desk was found to hold that looks like a password, and what stood then."""


def drawn(m: Migration, mark: object) -> None:
    """Remember which state of a migration is drawn."""
    before = st.session_state.get(_SEEN)
    if before is not None and before.id == m.id and before.epoch != m.epoch:
        # Whatever was about to be done was about what stood here before.
        st.session_state[TICK_WRONG] = (m.id, shell.store().replaced(m.id, before.origin))
    open_, trouble = deed.current(), st.session_state.get(TICK_WRONG)
    if open_ is not None and (open_.seen.id, open_.seen.token) != (m.id, m.token):
        deed.end()
    if trouble is not None and trouble[0] != m.id:
        forget(TICK_WRONG)
    st.session_state[_SEEN], st.session_state[_MARK] = m, mark


def seen() -> Migration:
    """Return the migration as it is drawn, or as whoever looks at it has made it since."""
    return st.session_state[_SEEN]


def remembered(m: Migration) -> str:
    """Keep a state of a migration as it is drawn; return what a click on it is known by."""
    lately = st.session_state.setdefault(_LATELY, {})
    state = f"{m.seq} {m.epoch} {m.token}"
    lately.pop(state, None)
    lately[state] = m
    while len(lately) > _REMEMBERED:
        del lately[next(iter(lately))]
    return state


def drawn_as(state: str) -> Migration | None:
    """Return the state of a migration that a click is known by; None where it was drawn too long ago."""
    return st.session_state.get(_LATELY, {}).get(state)


@st.fragment(run_every=2)
def follow() -> None:
    """Draw the page again when somebody else changed this migration; not while a dialog is open."""
    if deed.current() is not None:
        return
    m, store = seen(), shell.store()
    assert m.id is not None
    try:
        mark = store.mark()
        if mark == st.session_state[_MARK]:
            return
        now = store.one(m.id)
    except sa.exc.DBAPIError:
        # The page says what is wrong with the database.
        st.rerun()
    # What was blanked is gone from what stands, without an event more.
    if now is None or (now.origin, now.seq) != (m.origin, m.seq) or now != m:
        st.rerun()
    st.session_state[_MARK] = mark


def begin(kind: str, **about: Any) -> None:
    """Open a dialog about the migration on the screen: a callback."""
    # Not the one that the button was drawn with: a tick a moment ago made it another one.
    forget(TICK_WRONG)
    deed.begin(kind, seen(), **about)


def write(
    decide: Callable[[Migration], Sequence[Event]],
    wrong: str,
    *,
    version: int | None = None,
    domains: Mapping[str, int] | None = None,
    of: Migration | None = None,
    said: str = "",
) -> bool:
    """Write at once what a callback decides for what stands; whether it was written. `wrong` keeps why it was not.

    `version` and those of `domains`: what is to stand as it was seen. `of`: the migration as it was seen, where that
    may be an earlier state than the one drawn last; `said`: what is told when it is done.
    """
    m = of or seen()
    assert m.id is not None
    try:
        written = shell.store().change(m.id, decide, seen=version, domains=domains, origin=m.origin)
    except (InputError, ConflictError) as error:
        st.session_state[wrong] = (m.id, error)
    except sa.exc.DBAPIError as error:
        st.session_state[wrong] = (m.id, shell.database_error(error))
    except LookupError:
        # The page that is drawn next finds nothing and says so.
        pass
    else:
        st.session_state[_SEEN] = written.migration
        last_deed.remember(written, said)
        if said:
            shell.tell(said)
        return True
    return False


def why_not(wrong: str, m: Migration) -> InputError | ConflictError | None:
    """Return why the last one was not written; None where it was, or was another migration's."""
    id, error = st.session_state.get(wrong, (None, None))
    return error if id == m.id else None


def forget(wrong: str) -> None:
    """Forget why the last one was not written."""
    st.session_state.pop(wrong, None)


def note(m: Migration) -> str:
    """Return the note that somebody has begun to write."""
    return st.session_state.get(_NOTES, {}).get(m.id, "")


def keep_note(m: Migration, text: str) -> None:
    """Keep what stands in the field of a note: it survives a visit elsewhere."""
    st.session_state.setdefault(_NOTES, {})[m.id] = text
