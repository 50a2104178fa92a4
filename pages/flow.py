"""Wskaźniki: how work flows through the desk, in figures that each say what they are made of."""

import streamlit as st

from core.ground import clock
from core.pricing import calendar
from pages.parts.flow import chart
from pages.parts.flow import view as flow_view
from pages.parts.flow.form import FlowForm
from pages.parts.shared import frame, sample_migrations, shell

frame.guard()
chart.leave()
language = shell.language()
tariff, team, process, capacity, store = shell.tariff(), shell.team(), shell.process(), shell.capacity(), shell.store()

st.title(language.text("page.flow.title"))
mark = store.mark()
with st.spinner(language.text("flow.reading")):
    migrations, items = store.snapshot(), shell.kept().items(tariff)
if samples := sum(m.sample for m in migrations):
    sample_migrations.banner(samples)

tiers = tariff.shown_on(calendar.number(clock.today())).tiers
form = FlowForm(tiers, items, team, clock.today(), language)
form.filters()
flow_view.draw(items, migrations, form, capacity, process, team, clock.now(), language)
shell.follow(mark, lambda: False)
