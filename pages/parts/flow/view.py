"""The figures of the flow on the page: what they are made of, and its rooms: today, trends, and the flow over time."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow import exporting
from core.flow.capacity import Capacity
from core.flow.history import Item
from core.flow.throughput import desk_began, samples
from core.ground.clock import WARSAW
from core.language import Language
from core.migration.migration import Migration
from core.migration.people import Team
from core.migration.stages import Process
from pages.parts.flow import ageing, offering, stages, throughput, times, waiting
from pages.parts.flow.form import FlowForm
from pages.parts.shared import tabs
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_OF_TRENDS = ("percent", "days", "items", "by")
"""The questions that stand beside figures of the second room."""


def draw(
    all: Sequence[Item],
    migrations: Sequence[Migration],
    form: FlowForm,
    capacity: Capacity,
    process: Process,
    team: Team,
    now: dt.datetime,
    language: Language,
) -> None:
    """Draw the figures of the migrations that a form asks for; `migrations` are all that there are, `all` their items.

    Only the open room is worked out.
    """
    items, finished = form.wanted.of(all), form.wanted.finished(all)
    today = now.astimezone(WARSAW).date()

    def to_do() -> None:
        form.keep_questions(*_OF_TRENDS)
        with st.container(border=True):
            ageing.draw(items, finished, migrations, process, team, now, language)
        left, right = st.columns([3, 2])
        with left, st.container(border=True, height="stretch"):
            offering.draw_loads(migrations, capacity, now, language)
        with right, st.container(border=True, height="stretch"):
            offering.draw_offers(migrations, capacity, process, form, now, language)

    def trends() -> None:
        form.keep_questions("domains")
        left, right = st.columns([3, 2])
        with left, st.container(border=True, height="stretch"):
            times.draw_cycle_times(finished, form.asked, language)
        with right, st.container(border=True, height="stretch"):
            times.draw_expectation(items, finished, form, today, language)
        left, right = st.columns(2)
        # Days on which only others finished something are days on which these did not.
        found = samples(items, today, desk_began(all))
        with left, st.container(border=True, height="stretch"):
            throughput.draw_when(found, items, form, today, language)
        with right, st.container(border=True, height="stretch"):
            throughput.draw_many(found, form, today, language)
        left, right = st.columns(2)
        with left, st.container(border=True, height="stretch"):
            throughput.draw_weekly(items, today, language)
        with right, st.container(border=True, height="stretch"):
            stages.draw_standing(items, form, process, language)
        with st.container(border=True):
            waiting.draw(items, form.wanted, now, language)

    def cumulative() -> None:
        form.keep_questions("domains", *_OF_TRENDS)
        stages.draw_cumulative(items, form, process, today, language)

    _made_of(all, items, finished, form, team, now, language)
    rooms = {"flow.room.today": to_do, "flow.room.trends": trends, "flow.room.cumulative": cumulative}
    # A link that asks something is answered where it arrives.
    tabs.draw("flow", rooms, language, "flow.room.trends" if form.asks(*_OF_TRENDS) else None)


def _made_of(
    all: Sequence[Item],
    items: Sequence[Item],
    finished: Sequence[Item],
    form: FlowForm,
    team: Team,
    now: dt.datetime,
    language: Language,
) -> None:
    """Say how many migrations the figures are made of, and offer them as a file."""
    t = language.text
    with st.container(horizontal=True, vertical_alignment="center"):
        counts = {
            "all": len(all),
            "open": sum(i.open for i in items),
            "closed": sum(not i.open and not i.dropped for i in items),
            "cancelled": sum(i.dropped for i in items),
            "finished": len(finished),
        }
        st.markdown(plain(t("flow.made_of", **counts, count=len(items))), width="stretch")
        if form.narrowed:
            st.button(t("flow.clear"), key="flow_clear", on_click=form.clear, icon=":material/filter_alt_off:")
        with st.container(width="content"):
            file_button(
                t("flow.csv"),
                lambda: exporting.as_csv([*finished, *(i for i in items if not i.done)], team, now),
                name=f"{t('flow.file')}-{now.astimezone(WARSAW).date().isoformat()}.csv",
                mime="text/csv",
                key="flow_csv",
            )
