"""What to do first where there is no migration at all."""

import streamlit as st

from pages.parts.shared import person_choice, sample_migrations, shell
from pages.parts.shared.words import plain


def draw() -> None:
    """Say what to do: import, add the first one, or look around with samples."""
    t = shell.language().text
    with st.container(border=True):
        st.markdown(plain(t("board.empty")))
        with st.container(horizontal=True):
            st.page_link("pages/imports.py", label=t("start.imports.open"), icon=shell.PAGES["imports"])
            st.page_link("pages/register.py", label=t("page.register.title"), icon=shell.PAGES["register"])
            # Samples never mix with what was real.
            untouched, may = shell.store().untouched(), shell.refusal("samples") is None
            key, icon = "board_samples", ":material/science:"
            if untouched and may and st.button(t("board.load_samples"), key=key, icon=icon):
                sample_migrations.load()
        if untouched and not may:
            st.caption(plain(t("samples.load_refused")))
            person_choice.ask(f"empty_person_{shell.language().code}")
