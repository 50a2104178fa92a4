"""Who is looked for: a field that begins with what the migration or the quote says that somebody came from."""

from dataclasses import dataclass

import streamlit as st

from core.forgetting import asked, copies, forget, known
from core.forgetting.asked import Asked
from core.forgetting.copies import Copy
from core.forgetting.found import Look
from core.ground.messages import InputError
from core.ground.settings import settings
from pages.parts.forgetting import session_keys as keys
from pages.parts.shared import mistakes, shell


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked for, what was found, and the backups."""

    asked: Asked
    look: Look
    copies: tuple[Copy, ...]


def draw() -> Seen | None:
    """Draw the field and its button; return what was found of what stands in it, None where nobody has looked."""
    language = shell.language()
    t = language.text
    of = st.query_params.get("ref") or st.query_params.get("number") or ""
    this = f"{st.session_state.get(keys.ROUND, 0)}_{of}"
    before, held = st.session_state.get(keys.TYPED, ("", ""))
    text = st.text_area(
        t("forget.person"),
        value=held if before == this else _known(),
        key=f"forget_person_{language.code}_{this}",
        placeholder=t("forget.example"),
        height=140,
    )
    if (this, text) != (before, held):
        # What was found was of another text.
        st.session_state.pop(keys.SEEN, None)
        st.session_state.pop(keys.CHANGED, None)
    st.session_state[keys.TYPED] = (this, text)
    if st.button(t("forget.look"), key=f"forget_look_{language.code}", icon=":material/search:", type="primary"):
        for key in (keys.SEEN, keys.CHANGED, keys.DONE):
            st.session_state.pop(key, None)
        try:
            with st.spinner(t("forget.looking")):
                st.session_state[keys.SEEN] = _looked(asked.read(text))
        except InputError as error:
            mistakes.draw(error.errors, language)
    return st.session_state.get(keys.SEEN)


def _looked(wanted: Asked) -> Seen:
    found = forget.look(shell.store().engine, wanted)
    hold = tuple(copies.holding(settings().database_url, wanted))
    # As it was read: what it has learnt of every text of the desk is not kept for as long as a session lasts.
    return Seen(Asked(wanted.lines, wanted.needles), found, hold)


def _known() -> str:
    """Return what is known of whom the page was opened for."""
    m = shell.store().by_ref(st.query_params.get("ref", ""))
    if m is not None:
        return known.of_migration(m)
    saved = shell.quotes().one(st.query_params.get("number", ""))
    return known.of_quote(saved) if saved else ""
