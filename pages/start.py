"""The default page: what needs a person today, the numbers of the desk, and the ways to everything else."""

import streamlit as st

from core.ground import clock
from core.pricing import calendar
from pages.parts.shared import frame, line_table, shell
from pages.parts.shared.words import plain
from pages.parts.start import money
from pages.parts.start import view as start_view

frame.guard()
line_table.go()
t = shell.language().text

st.title(t("start.title"))
desk, rooms = st.container(), st.container()
# Drawn first and shown below: the ways to the other pages are there whatever is wrong with the migrations.
with rooms:
    start_view.rooms()
with desk:
    start_view.desk()
    money.draw()
tariff = shell.tariff()
if tariff.file.samples:
    st.info(t("tariff.samples"), icon=":material/science:")
first_day = tariff.shown_on(calendar.number(clock.today())).price_list.valid_from
st.caption(plain(t("start.version", version=tariff.version, date=first_day)))
start_view.dialogs()
