"""What is agreed for the days to come, and which of them can be offered."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st
from babel.dates import format_date

from core.flow.capacity import Capacity
from core.flow.offering import loads, offers
from core.language import Language
from core.migration.migration import Migration
from core.migration.stages import Process
from pages.parts.flow import figure_captions, loads_chart
from pages.parts.flow.form import FlowForm
from pages.parts.shared.words import plain


def draw_loads(migrations: Sequence[Migration], capacity: Capacity, now: dt.datetime, language: Language) -> None:
    """Draw what is agreed for each day, against what the day can take."""
    t = language.text
    figure_captions.head("loads", language)
    found = loads(migrations, capacity, now)
    loads_chart.draw(found, capacity, language)
    full = sum(load.taken > load.units for load in found)
    more = [t("flow.loads.full", count=full)] if full else []
    n = sum(len(load.agreed) for load in found)
    figure_captions.made_of(n, 0, [*more, *([t("flow.click")] if n else [])], language)


def draw_offers(
    migrations: Sequence[Migration],
    capacity: Capacity,
    process: Process,
    form: FlowForm,
    now: dt.datetime,
    language: Language,
) -> None:
    """List the days that a migration of so many domains can be offered."""
    figure_captions.head("offers", language)
    t, domains = language.text, form.asked.domains
    form.number("domains", 1, width=160)
    form.mistakes("domains")
    if form.wrong("domains"):
        return
    found = offers(migrations, capacity, process, now, domains=domains)
    units = t("flow.units", count=capacity.units(domains))
    st.markdown(plain(t("flow.offers.said", units=units, count=domains)))
    if not found:
        figure_captions.none(t("flow.offers.none"))
        return
    lines = []
    for load in found:
        day = f"{format_date(load.day, 'EEEE', locale=language.locale)}, {language.value(load.day)}"
        free = t("flow.offers.free", free=load.units - load.taken, units=load.units)
        lines.append(f"- **{plain(day)}** :small[{plain(free)}]")
    st.markdown("\n".join(lines))
    st.caption(plain(t("flow.offers.note")))
    agreed = sum(len(load.agreed) for load in loads(migrations, capacity, now))
    figure_captions.made_of(agreed, 0, [], language)
