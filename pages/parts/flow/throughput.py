"""How many migrations come and go: week by week, and by it when so many will be done and how many by a day."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.flow.asked import MOST_ITEMS
from core.flow.forecast import how_many, when_done
from core.flow.history import Item
from core.flow.percentiles import TooFew
from core.flow.throughput import Samples, weekly
from core.ground import workdays
from core.language import Language
from pages.parts.flow import figure_captions, weekly_chart
from pages.parts.flow.form import FlowForm
from pages.parts.shared.words import plain

_AHEAD = 20
"""Working days after which "how many by that day" is asked where nobody names a day."""


def draw_weekly(items: Sequence[Item], today: dt.date, language: Language) -> None:
    """Draw how many started and how many finished in each of the last weeks."""
    figure_captions.head("weekly", language)
    found = weekly(items, today)
    started, finished = (sum(getattr(week, name) for week in found.weeks) for name in ("started", "finished"))
    if not started + finished:
        figure_captions.none(language.text("flow.weekly.none"))
    else:
        weekly_chart.draw(found.weeks, language)
        st.markdown(plain(language.text("flow.weekly.said", started=started, finished=finished)))
    figure_captions.made_of(f"{language.value(started)} + {language.value(finished)}", found.left_out, [], language)


def draw_when(found: Samples, items: Sequence[Item], form: FlowForm, today: dt.date, language: Language) -> None:
    """Draw when so many will be done, as many as are in progress where nobody says how many."""
    figure_captions.head("when", language)
    usual = min(max(sum(i.in_progress for i in items), 1), MOST_ITEMS)
    form.number("items", usual, help=language.text("flow.when.items", count=usual), width=220)
    form.mistakes("items")
    done = None if form.wrong("items") else when_done(found, form.asked.items or usual, today)
    if isinstance(done, TooFew):
        _too_few_days(done, language)
    elif done is not None:
        st.markdown(plain(language.text("flow.when.said", count=done.items)))
        later = language.text("flow.when.later")
        days = {percent: language.value(day) if day else later for percent, day in done.by.items()}
        figure_captions.beside((figure_captions.percent(percent, language), day) for percent, day in days.items())
        _days(done.days, done.active, found.left_out, language)


def draw_many(found: Samples, form: FlowForm, today: dt.date, language: Language) -> None:
    """Draw how many will be done by a day."""
    figure_captions.head("many", language)
    form.day("by", width=220)
    form.mistakes("by")
    day = form.asked.by or workdays.working_days_later(today, _AHEAD)
    many = how_many(found, day, today)
    if isinstance(many, TooFew):
        _too_few_days(many, language)
    else:
        st.markdown(plain(language.text("flow.many.said", day=day)))
        figure_captions.beside(
            (figure_captions.percent(percent, language), language.text("flow.many.least", count=least))
            for percent, least in many.at_least.items()
        )
        _days(many.days, many.active, found.left_out, language)


def _too_few_days(found: TooFew, language: Language) -> None:
    figure_captions.none_of(found, language.text("flow.none_active", needed=found.needed, count=found.n), language)


def _days(days: int, active: int, left_out: int, language: Language) -> None:
    figure_captions.made_of(language.text("flow.active", active=active, count=days), left_out, [], language)
