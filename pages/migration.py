"""One migration: what is known of it, where its domains stand, what its stage waits for, and all that happened."""

import streamlit as st

from core.migration.stages import STEPS
from pages.parts.migration import (
    blanking,
    checklist,
    dialogs,
    domains,
    erasing,
    facts,
    handover,
    head,
    history,
    message,
    notes,
    session_state,
    ticks,
)
from pages.parts.quotes import table
from pages.parts.shared import deed, frame, line_table, shell
from pages.parts.shared.words import plain

frame.guard()
line_table.go()
t = shell.language().text
store = shell.store()
ref = st.query_params.get("ref", "")
mark = store.mark()
m = store.by_ref(ref) if ref else None

if m is None:
    deed.end()
    st.title(t("page.migration.title"))
    if ref:
        st.error(plain(t("card.unknown", ref=ref[:80])), icon=":material/search_off:")
    else:
        st.info(plain(t("card.none")), icon=":material/info:")
    st.page_link("pages/board.py", label=t("card.back"), icon=shell.PAGES["board"])
    st.stop()

# A link from here to another migration leaves the address behind, and the next click would act on the one before.
st.query_params["ref"] = m.ref
session_state.drawn(m, mark)
head.draw(m)
# A place of its own: what is told there must not push a field away under somebody's hands.
with st.container():
    ticks.trouble(m)
# Once domains are moved, it is they that most is done with.
domains_first = m.stage in STEPS
if domains_first:
    st.subheader(t("card.domains", count=len(m.active)), anchor=False)
    domains.draw(m)
left, right = st.columns([3, 2], gap="medium")
with left:
    st.subheader(t("card.checks"), anchor=False)
    checklist.draw(m)
    st.subheader(t("card.message"), anchor=False)
    message.draw(m)
with right:
    st.subheader(t("card.facts"), anchor=False)
    facts.draw(m)
    st.subheader(t("card.quotes"), anchor=False)
    table.of_migration(m)
if not domains_first:
    st.subheader(t("card.domains", count=len(m.active)), anchor=False)
    domains.draw(m)
st.subheader(t("card.handover"), anchor=False)
handover.draw(m)
st.subheader(t("card.notes"), anchor=False)
notes.draw(m)
st.subheader(t("card.history"), anchor=False)
history.draw(m)
with st.expander(t("card.blank.title"), icon=":material/ink_eraser:"):
    blanking.draw(m)
with st.expander(t("card.erase.title"), icon=":material/delete:"):
    erasing.draw(m)
session_state.follow()
deed.draw(dialogs.DIALOGS)
