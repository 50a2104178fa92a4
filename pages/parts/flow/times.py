"""How long migrations took: cycle times, what may be promised, lead times."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow.asked import Asked
from core.flow.history import Item
from core.flow.percentiles import Percentiles, TooFew
from core.flow.throughput import weekly
from core.flow.times import cycle_times, expectation, lead_times, scatter
from core.language import Language
from core.pricing.alike import half_up
from pages.parts.flow import cycle_times_chart, figure_captions
from pages.parts.flow.form import FlowForm
from pages.parts.shared.words import plain

_PACE_WEEKS = 4
"""Whole weeks whose finishes are held against what is in progress."""


def draw_cycle_times(finished: Sequence[Item], asked: Asked, language: Language) -> None:
    """Draw how many days the finished ones took, against what may be promised."""
    figure_captions.head("cycle", language)
    lines, found = cycle_times(finished), scatter(finished)
    limit = expectation(finished, asked.percent, asked.days)
    if found:
        latest = found[-figure_captions.DRAWN :]
        cycle_times_chart.draw(latest, lines, None if isinstance(limit, TooFew) else limit.days, language)
    _percentiles(lines, figure_captions.dots("cycle", lines.n, language), language)


def draw_expectation(
    items: Sequence[Item], finished: Sequence[Item], form: FlowForm, today: dt.date, language: Language
) -> None:
    """Draw what may be promised, whether it is kept, and the lead times."""
    figure_captions.head("expectation", language)
    t, asked = language.text, form.asked
    found = expectation(finished, asked.percent, asked.days)
    usual = "" if isinstance(found, TooFew) or found.given else found.days
    with st.container(horizontal=True):
        form.number("percent", asked.percent, width=110)
        form.number("days", usual, width=110, help=t("flow.expectation.days"))
    form.mistakes("percent", "days")
    if isinstance(found, TooFew):
        figure_captions.too_few(found, language)
    elif not form.wrong("percent", "days"):
        share = half_up(found.within * 100, found.last)
        kept = share >= found.percent
        st.metric(
            t("flow.expectation.label"),
            t("flow.expectation.said", percent=figure_captions.percent(found.percent, language), count=found.days),
            t(
                "flow.expectation.last",
                share=figure_captions.percent(share, language),
                within=found.within,
                count=found.last,
            ),
            # Days that were worked out from the very same migrations say nothing of whether they are kept.
            delta_color=("normal" if kept else "inverse") if found.given else "off",
            delta_arrow=("up" if kept else "down") if found.given else "off",
        )
        if found.given:
            st.caption(plain(t("flow.expectation.kept" if kept else "flow.expectation.missed")))
        else:
            st.caption(plain(t("flow.expectation.so_far")))
        _warn_of_busy(items, found.days, today, language)
        figure_captions.made_of(found.n, found.left_out, [], language)
    st.markdown(f"**{plain(t('flow.lead'))}**", help=t("flow.lead.help"))
    _percentiles(lead_times(finished), [], language)


def _percentiles(lines: Percentiles | TooFew, more: Sequence[str], language: Language) -> None:
    """Draw within how many days so many percent were done."""
    if isinstance(lines, TooFew):
        figure_captions.too_few(lines, language)
        return
    days = lines.of.items()
    figure_captions.beside(
        (figure_captions.percent(percent, language), language.text("flow.days", count=count)) for percent, count in days
    )
    figure_captions.made_of(lines.n, lines.left_out, more, language)


def _warn_of_busy(items: Sequence[Item], promised: int, today: dt.date, language: Language) -> None:
    """Warn where more is in progress than what is promised was measured with."""
    progress = sum(i.in_progress for i in items)
    weeks = weekly(items, today, _PACE_WEEKS + 1).weeks[:-1]
    finished = sum(week.finished for week in weeks)
    # At that pace, what is in progress takes longer than what is promised for each.
    if finished and progress * _PACE_WEEKS * 7 > promised * finished:
        values = {"progress": progress, "finished": finished, "weeks": _PACE_WEEKS}
        st.warning(plain(language.text("flow.expectation.busy", **values)), icon=":material/warning:")
