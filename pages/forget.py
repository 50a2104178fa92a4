"""Usuwanie danych osoby: all that is kept of somebody who asks to be forgotten, found, ticked and erased."""

import streamlit as st

from pages.parts.forgetting import asking, choosing, outcome
from pages.parts.shared import frame, person_choice, shell
from pages.parts.shared.words import plain

frame.guard()
t = shell.language().text

st.title(t("page.forget.title"))
st.markdown(plain(t("forget.what")))
# On a phone the sidebar is behind the page.
person_choice.ask(f"forget_who_{shell.language().code}")
if refused := shell.refusal("erase"):
    st.caption(plain(refused))
    st.stop()
# A place of its own: what is told there must not push a field away under somebody's hands.
with st.container():
    outcome.last()
if seen := asking.draw():
    chosen = choosing.draw(seen)
    if seen.look.found:
        outcome.draw(seen, chosen)
