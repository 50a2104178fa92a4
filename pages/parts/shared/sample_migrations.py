"""Invented migrations: said to be that wherever they are seen, loaded to look around, and removed."""

import streamlit as st

from core.store.samples import loading as samples
from pages.parts.shared import shell
from pages.parts.shared.words import plain

_REMOVING = "_samples_removing"


def banner(count: int) -> None:
    """Say that some migrations are invented; whoever may removes them, asked once more as nothing brings them back."""
    t = shell.language().text
    with st.container(border=True):
        st.markdown(f":material/science: {plain(t('samples.said', count=count))}")
        if shell.refusal("erase"):
            st.caption(plain(t("samples.remove_refused")))
        elif st.session_state.get(_REMOVING) != shell.visit():
            st.button(t("samples.remove"), key="samples_remove", icon=":material/delete:", on_click=_ask_to_remove)
        else:
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
