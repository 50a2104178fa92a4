"""One saved quote: what was promised to whom, how far it has come, and what can be done with it."""

import streamlit as st

from pages.parts.quotes import deeds, dialogs, table
from pages.parts.quotes import saved as saved_view
from pages.parts.shared import deed, frame, shell
from pages.parts.shared.words import plain

frame.guard()
t = shell.language().text
quotes = shell.quotes()
number = st.query_params.get("number", "")
mark = quotes.mark()
saved = quotes.one(number) if number else None

if saved is None:
    deed.end()
    st.title(t("page.saved.title"))
    if number:
        st.error(plain(t("quotes.unknown", number=number[:80])), icon=":material/search_off:")
    else:
        st.info(plain(t("quotes.which")), icon=":material/info:")
    st.page_link("pages/quotes.py", label=t("quotes.back"), icon=shell.PAGES["quotes"])
    st.stop()

# A link from here to another quote leaves the address behind, and the next click would act on the one before.
st.query_params["number"] = saved.number
deeds.drawn(saved)
then = saved_view.then(saved)
saved_view.head(saved, then)
# A place of its own: what is told there must not push a field away under somebody's hands.
with st.container():
    deeds.trouble()
left, right = st.columns([3, 2], gap="medium")
with left:
    st.subheader(t("quotes.amounts"), anchor=False)
    saved_view.amounts(saved, then)
with right:
    saved_view.today(saved)
    st.subheader(t("quotes.facts"), anchor=False)
    saved_view.facts(saved)
    st.subheader(t("quotes.offer"), anchor=False)
    saved_view.offer(saved, then)
st.subheader(t("quotes.history"), anchor=False)
saved_view.history(saved)
with st.expander(t("quotes.erase.title"), icon=":material/delete:"):
    saved_view.erasing(saved)
table.follow(mark)
deed.draw(dialogs.DIALOGS)
