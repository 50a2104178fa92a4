"""Notes of a migration: a new one is written, those that there are stand beside it."""

import streamlit as st

from core.ground.messages import FieldError, InputError
from core.migration import moves, worded
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.migration import session_state
from pages.parts.shared import migration_words, mistakes, shell
from pages.parts.shared.words import plain


def draw(m: Migration) -> None:
    """Draw the form of a new note, and the notes there are."""
    t, team = shell.language().text, shell.team()
    form, there = st.columns([2, 3], gap="medium")
    with form:
        _form(m)
    with there:
        if not m.notes:
            st.caption(plain(t("card.no_notes")))
        for note in reversed(m.notes):
            with st.container(border=True):
                when = migration_words.at(note.at) or t("card.day_unknown")
                st.caption(plain(f"{when} · {worded.person(note.actor, team)}"))
                st.markdown("  \n".join(plain(line) for line in note.text.splitlines()))


def _form(m: Migration) -> None:
    language = shell.language()
    t = language.text
    key = f"card_note_{m.id}_{language.code}"
    if key not in st.session_state:
        st.session_state[key] = session_state.note(m)
    refused = shell.refusal("work")
    text = st.text_area(
        t("card.note.new"),
        value=st.session_state[key],
        key=key,
        height=90,
        placeholder=t("card.note.example"),
        disabled=refused is not None,
    )
    session_state.keep_note(m, text)
    if error := session_state.why_not(session_state.NOTE_WRONG, m):
        _wrong(error)
    st.button(
        t("card.note.save"),
        key=f"card_note_save_{language.code}",
        icon=":material/add_comment:",
        disabled=refused is not None,
        help=plain(refused) if refused else None,
        on_click=_save,
        args=(key,),
    )


def _wrong(error: InputError | ConflictError) -> None:
    errors = error.errors if isinstance(error, InputError) else [FieldError("", "", error.message)]
    mistakes.draw(errors, shell.language())


def _save(key: str) -> None:
    """Write the note that stands in the field: a callback."""
    doing, text = shell.act(), st.session_state[key]
    session_state.forget(session_state.NOTE_WRONG)
    # A note contradicts nothing that somebody else did meanwhile: it asks for no version.
    if doing and session_state.write(lambda now: moves.note(now, doing, text), session_state.NOTE_WRONG):
        st.session_state[key] = ""
