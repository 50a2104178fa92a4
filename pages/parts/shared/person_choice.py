"""Who sits here, asked in the sidebar and wherever that is out of sight: an honour system until there is a sign-in."""

import streamlit as st

from core import datafiles
from core.ground.messages import InputError
from pages.parts.shared import remembered, shell
from pages.parts.shared.words import plain

_ASKED = "_person_asked"


def recall() -> None:
    """Take whoever sat at this browser last for who sits here now, until somebody says otherwise."""
    if shell.said_person() is not None or not (id := remembered.recalled("person")):
        return
    try:
        known = any(person.id == id for person in datafiles.team().people)
    except InputError:
        return
    if known:
        shell.sit_down(id)


def draw() -> None:
    """Ask in the sidebar."""
    if _box(_key()):
        st.caption(plain(shell.language().text("person.honour")))


def ask(key: str) -> None:
    """Ask where nobody has said so: in a dialog, which covers the sidebar, and on a phone, where that is behind it."""
    if shell.person() is None:
        _box(key)


def _key() -> str:
    # After a switch of language the browser sends the old label: a key a language keeps them apart. And after a choice
    # made in a dialog it still sends the sidebar's own: there it is another widget then.
    return f"person_{shell.language().code}{st.session_state.get(_ASKED, '')}"


def _box(key: str) -> bool:
    """Draw the choice of a person; return whether there is one."""
    try:
        people = {person.id: person for person in datafiles.team().people}
    except InputError:
        # The pages that need the team tell what is wrong with its file.
        return False
    t = shell.language().text
    if key not in st.session_state and shell.said_person() in people:
        st.session_state[key] = shell.said_person()

    def chosen() -> None:
        shell.sit_down(st.session_state[key])
        remembered.remember("person", st.session_state[key])
        if key != _key():
            st.session_state[_ASKED] = f"_{key}"

    st.selectbox(
        t("person.who"),
        list(people),
        index=None,
        format_func=lambda id: f"{people[id].name} · {t(f'role.{people[id].role}')}" if id in people else id,
        key=key,
        placeholder=t("person.choose"),
        on_change=chosen,
    )
    return True
