"""Migrations by stage: how many stand at each now, and how many stood there day by day."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow import cumulative
from core.flow.history import Item
from core.language import Language
from core.migration.stages import Process
from pages.parts.flow import figure_captions, stages_chart
from pages.parts.flow.form import FlowForm
from pages.parts.shared.words import plain

_WEEKS = 26
"""Weeks of the cumulative flow where nobody asks for a period."""


def draw_standing(items: Sequence[Item], form: FlowForm, process: Process, language: Language) -> None:
    """Draw how many stand at each stage; a click lists them on the board."""
    figure_captions.head("wip", language)
    standing = cumulative.by_stage(items)
    n = sum(standing.values())
    if n:
        stages_chart.draw_standing(standing, form.board_query(), process, language)
    else:
        figure_captions.none(language.text("flow.nothing_open"))
    # The board knows nothing of groups, so it would show others as well.
    click = "flow.wip.click_all" if form.wanted.group else "flow.wip.click"
    figure_captions.made_of(n, 0, [language.text(click)] if n else [], language)


def draw_cumulative(
    items: Sequence[Item], form: FlowForm, process: Process, today: dt.date, language: Language
) -> None:
    """Draw how many stood at each stage at the end of each day of the period."""
    figure_captions.head("cumulative", language)
    wanted, t = form.wanted, language.text
    last = min(wanted.until or today, today)
    whole = cumulative.flow(items, last)
    first = wanted.since or (last - dt.timedelta(weeks=_WEEKS))
    found = cumulative.flow(items, last, max(first, whole.days[0])) if whole.days else whole
    if not found.n:
        figure_captions.none(t("flow.cumulative.none"))
    elif len(found.days) < 2:
        figure_captions.none(t("flow.cumulative.no_days"))
    else:
        stages_chart.draw_cumulative(found, process, language)
        progress = found.in_progress
        st.markdown(
            plain(
                t(
                    "flow.cumulative.said",
                    first=found.days[0],
                    last=found.days[-1],
                    before=int(progress[0]),
                    after=int(progress[-1]),
                )
            )
        )
    figure_captions.made_of(found.n, found.left_out, [], language)
