"""The deed: a reason, a tick that it cannot be undone, and what was erased, with the backups that hold it still."""

import streamlit as st

from core.forgetting import copies, forget, found_words
from core.forgetting.forget import ChangedError
from core.ground.messages import InputError
from core.ground.settings import settings
from pages.parts.forgetting import session_keys as keys
from pages.parts.forgetting.asking import Seen
from pages.parts.shared import mistakes, shell
from pages.parts.shared.words import plain


def last() -> None:
    """Draw what was erased last, until somebody looks anew; or why nothing was."""
    t = shell.language().text
    if changed := st.session_state.get(keys.CHANGED):
        st.warning(plain(t(changed)), icon=":material/sync_problem:")
    done, *beside = st.session_state.get(keys.DONE) or (None,)
    if done is None:
        return
    with st.container(border=True):
        st.markdown(f":material/check_circle: **{plain(t(done))}**")
        for said in beside:
            st.markdown(f"- {plain(t(said))}")


def draw(seen: Seen, chosen: set[str]) -> None:
    """Draw the reason, the tick and the button for what was chosen of what was found."""
    language = shell.language()
    t = language.text
    # Another list is to be looked through before anybody says so again.
    this = f"{seen.look.digest}_{language.code}"
    st.caption(plain(t("forget.chosen", count=len(chosen))))
    reason = st.text_input(
        t("card.erase.reason"), key=f"forget_reason_{language.code}", placeholder=t("card.erase.example")
    )
    sure = st.checkbox(t("card.erase.sure"), key=f"forget_sure_{this}")
    doing = shell.act()
    off = not sure or not chosen
    if not st.button(t("forget.do"), key=f"forget_do_{this}", icon=":material/delete:", disabled=off) or doing is None:
        return
    try:
        done = forget.forget(shell.store().engine, seen.asked, seen.look, chosen, doing, reason)
    except InputError as error:
        mistakes.draw(error.errors, language)
        return
    except ChangedError as error:
        st.session_state[keys.SEEN] = Seen(seen.asked, error.now, seen.copies)
        st.session_state[keys.CHANGED] = error.message
        st.rerun()
    url = settings().database_url
    hold = found_words.of_copies(copies.holding(url, seen.asked, seen.look.own(chosen)), url)
    shell.kept().forget()
    for key in [key for key in st.session_state if str(key).startswith(("forget_", "_forget_"))]:
        if key != keys.ROUND:
            del st.session_state[key]
    st.session_state[keys.ROUND] = st.session_state.get(keys.ROUND, 0) + 1
    st.session_state[keys.DONE] = [message for message in (done.told, done.left, *hold) if message]
    st.rerun()
