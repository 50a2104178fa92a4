"""A manager erases a migration: everything of it goes, but that somebody did and why."""

import streamlit as st

from core.ground.messages import InputError
from core.migration.migration import Migration
from core.store.conflicts import ConflictError
from pages.parts.shared import deed, shell
from pages.parts.shared.words import plain


def draw(m: Migration) -> None:
    """Draw what a manager says first, and the button."""
    language, store = shell.language(), shell.store()
    t = language.text
    st.markdown(plain(t("card.erase.what")))
    if refused := shell.refusal("erase"):
        st.caption(plain(refused))
        return
    st.page_link("pages/forget.py", label=t("forget.link"), icon=shell.PAGES["forget"], query_params={"ref": m.ref})
    reason = st.text_input(
        t("card.erase.reason"), key=f"card_reason_{m.id}_{language.code}", placeholder=t("card.erase.example")
    )
    # A click on what stood here before a restore is none on what stands here now.
    this = f"{m.epoch}_{m.token}_{language.code}"
    sure = st.checkbox(t("card.erase.sure"), key=f"card_sure_{this}")
    doing = shell.act()
    # A reason typed just before the click comes along with it: an empty one is told, not waited for.
    if st.button(t("card.erase"), key=f"card_erase_{this}", icon=":material/delete:", disabled=not sure) and doing:
        try:
            store.erase([m.id or 0], doing, reason, origins=[m.origin])
            shell.kept().forget()
        except (ConflictError, InputError) as error:
            deed.refused(error)
        else:
            shell.tell(t("card.erased", ref=m.ref))
            st.switch_page("pages/board.py")
