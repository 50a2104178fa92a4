"""Invented migrations: said to be that wherever they are seen, loaded to look around, and removed."""

import streamlit as st

from core.store.samples import loading as samples
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_REMOVING = "_samples_removing"
_PUT_AWAY = "_samples_put_away"
_ICON = ":material/science:"


def banner(count: int) -> None:
    """Say that some migrations are invented; whoever may removes them, asked once more as nothing brings them back.

    In one line, which may be put away until the session ends: a button in the sidebar then says it, and brings it back.
    """
    t = shell.language().text
    if st.session_state.get(_PUT_AWAY):
        st.sidebar.button(
            t("samples.show", count=count),
            key="samples_show",
            icon=_ICON,
            type="tertiary",
            on_click=_put_away,
            args=(False,),
        )
        return
    asked = st.session_state.get(_REMOVING) == shell.visit()
    refused = shell.refusal("erase")
    with st.container(horizontal=True, vertical_alignment="center", key="samples_said"):
        said = f"{_ICON} {plain(t('samples.said', count=count))}"
        st.markdown(said, width="content", help=plain(t("samples.remove_refused")) if refused else None)
        if not refused and not asked:
            st.button(
                t("samples.remove"),
                key="samples_remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=_ask_to_remove,
            )
        st.button(
            t("samples.put_away"),
            key="samples_put_away",
            icon=":material/close:",
            type="tertiary",
            on_click=_put_away,
            args=(True,),
        )
    if asked and not refused:
        _removal(count)


def _removal(count: int) -> None:
    """Ask whether they are really to be removed, and remove them."""
    t = shell.language().text
    st.warning(plain(t("samples.remove_sure", count=count)), icon=":material/warning:")
    with st.container(horizontal=True):
        sure = st.button(t("samples.remove_yes", count=count), key="samples_remove_yes", type="primary")
        st.button(t("samples.remove_no"), key="samples_remove_no", on_click=_remove_none)
    if sure:
        doing = shell.act()
        assert doing is not None
        _remove_none()
        shell.tell(t("samples.removed", count=shell.store().erase_samples(doing)))
        shell.kept().forget()
        st.rerun()


def _put_away(away: bool) -> None:
    st.session_state[_PUT_AWAY] = away


def _ask_to_remove() -> None:
    # Of this visit only: whoever comes back later is asked anew.
    st.session_state[_REMOVING] = shell.visit()


def _remove_none() -> None:
    st.session_state.pop(_REMOVING, None)


def load() -> None:
    """Put the samples into an empty desk, to look around, for whoever may (`refusal("samples")`)."""
    doing = shell.act()
    assert doing is not None
    count = samples.load_samples(shell.store(), shell.team(), doing)
    shell.tell(shell.language().text("samples.loaded" if count else "samples.not_empty"))
    st.rerun()
