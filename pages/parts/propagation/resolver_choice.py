"""Which resolvers this session asks: those of the file, some of them switched off, and some added by hand."""

import streamlit as st

from core.dns.chosen import read_added
from core.dns.observation import Server
from core.ground.messages import InputError
from pages.parts.propagation.session_keys import ADDED, OFF
from pages.parts.shared import mistakes, shell


def chosen(private: bool) -> tuple[Server, ...]:
    """Return the resolvers to ask; a line that is wrong adds none, which the popover tells."""
    off, added = st.session_state.get(OFF, ()), _added(private)
    ours = {server.address for server in added}
    # One of the file that is added too is asked once, as it was added.
    kept = (server for server in shell.resolvers() if server.id not in off and server.address not in ours)
    return (*kept, *added)


def draw(private: bool) -> None:
    """Draw the popover that edits the list for this session."""
    language, t = shell.language(), shell.language().text
    known = {server.id: server for server in shell.resolvers()}
    keys = {name: f"{name[1:]}_{language.code}" for name in (OFF, ADDED)}
    off = [id for id in st.session_state.get(OFF, ()) if id in known]
    added = st.session_state.get(ADDED, "")

    def keep(name: str) -> None:
        st.session_state[name] = st.session_state[keys[name]]

    try:
        count = len(known) - len(off) + len(read_added(added, private=private))
        label, icon = t("propagation.resolvers", count=count), ":material/dns:"
    except InputError:
        label, icon = t("propagation.resolvers_wrong"), ":material/error:"
    with st.popover(label, icon=icon, key=f"resolvers_{language.code}"):
        st.multiselect(
            t("propagation.resolvers.off"),
            list(known),
            default=off,
            format_func=lambda id: f"{known[id].operator} {known[id].address}",
            key=keys[OFF],
            placeholder=t("propagation.resolvers.none_off"),
            select_all=False,
            on_change=keep,
            args=(OFF,),
        )
        st.text_area(
            t("propagation.resolvers.added"),
            value=added,
            key=keys[ADDED],
            help=t("propagation.resolvers.added_help"),
            placeholder="192.0.2.53 Biuro",
            on_change=keep,
            args=(ADDED,),
        )
        try:
            read_added(added, private=private)
        except InputError as error:
            mistakes.draw(error.errors, language)


def _added(private: bool) -> tuple[Server, ...]:
    try:
        return read_added(st.session_state.get(ADDED, ""), private=private)
    except InputError:
        return ()
