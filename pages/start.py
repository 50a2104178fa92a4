"""The default page: what the desk can do today."""

import streamlit as st

from core import clock
from core.pricing import calendar
from pages.parts import shell
from pages.parts.words import plain

shell.guard()
language = shell.language()
t = language.text

st.title(t("start.title"))
st.markdown(t("start.what"))
tariff = shell.tariff()
rooms = [stem for stem in shell.PAGES if stem not in (shell.DEFAULT_PAGE, *shell.BY_LINK)]
for start in range(0, len(rooms), 2):
    for column, stem in zip(st.columns(2), rooms[start : start + 2], strict=False):
        with column, st.container(border=True, height="stretch"):
            st.subheader(t(f"page.{stem}.title"), anchor=False)
            st.markdown(t(f"start.{stem}"))
            st.page_link(f"pages/{stem}.py", label=t(f"start.{stem}.open"), icon=shell.PAGES[stem])
if tariff.file.samples:
    st.info(t("tariff.samples"), icon=":material/science:")
st.caption(
    plain(
        t(
            "start.version",
            version=tariff.version,
            date=tariff.shown_on(calendar.number(clock.today())).price_list.valid_from,
        )
    )
)
