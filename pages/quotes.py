"""Wyceny: the quotes that were saved, the newest first, to be filtered and searched by number and client."""

import streamlit as st

from core.ground import clock
from pages.parts.quotes import filters, table
from pages.parts.shared import frame, line_table, shell
from pages.parts.shared.words import plain

frame.guard()
if number := st.query_params.get("number"):
    st.switch_page("pages/saved.py", query_params={"number": number})
line_table.go()
language, quotes = shell.language(), shell.quotes()
t = language.text

STEP = 30
"""Quotes that a click shows more of."""

st.title(t("page.quotes.title"))
chosen = filters.draw()
mark = quotes.mark()
count = STEP * (1 + filters.asked_for_more())
found = quotes.listed(chosen.wanted, clock.today(), count + 1)
if found:
    table.draw(found[:count], f"quotes_{language.code}")
    if len(found) > count:
        st.button(t("quotes.more"), key="quotes_more", icon=":material/expand_more:", on_click=filters.more)
else:
    with st.container(border=True):
        st.markdown(plain(t("quotes.none_found" if chosen.narrowed else "quotes.none")))
        if chosen.narrowed:
            st.button(t("quotes.clear"), key="quotes_clear", on_click=chosen.clear, icon=":material/filter_alt_off:")
        else:
            st.page_link("pages/quote.py", label=t("page.quote.title"), icon=shell.PAGES["quote"])
table.follow(mark)
