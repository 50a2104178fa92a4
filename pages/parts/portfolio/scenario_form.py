"""Up to four scenarios: which one is edited, its form, and what of it does not read."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.ground.messages import FieldError, InputError
from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation.scenario import Scenario
from core.simulation.scenario_texts import example, parse
from pages.parts.portfolio import scenario_sections, scenario_tables
from pages.parts.portfolio.scenario_state import ScenarioState
from pages.parts.portfolio.scenario_words import title
from pages.parts.shared import day_field
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.words import plain

_TOLD = 30
"""Mistakes told one by one: a link may have a thousand."""


def draw(
    tariff: Tariff, today: dt.date, also: Mapping[str, str], language: Language
) -> tuple[dict[str, Scenario], str]:
    """Draw the scenarios and return those that read by slot, and the slot that is edited.

    What does not read is told here. `also` goes into the link with them.
    """
    state = ScenarioState(language.code, example(tariff, today), str(today))
    take = partial(scenario_tables.take_over, state, tariff, today, language)
    take()
    after_tables = partial(_after, take)
    bar = st.container()
    with st.container(border=True):
        scenario_sections.draw(state, tariff, today, after_tables, language)
    scenarios, mistakes = _parsed(state, tariff, today)
    link = state.write()
    with bar:
        _draw_bar(state, after_tables, scenarios, {**link, **also}, tariff, language)
    # Below the form: what comes and goes above it would move the fields under somebody's hands.
    _draw_answer(state, mistakes, language)
    return scenarios, state.edited


def _parsed(
    state: ScenarioState, tariff: Tariff, today: dt.date
) -> tuple[dict[str, Scenario], list[tuple[str, FieldError]]]:
    scenarios, mistakes = {}, []
    for slot, texts in state.slots.items():
        try:
            scenarios[slot] = parse(texts, tariff, today)
        except InputError as error:
            mistakes.extend((slot, mistake) for mistake in error.errors)
    return scenarios, mistakes


def _draw_bar(
    state: ScenarioState,
    after_tables: Callable[[Callable[..., None]], Callable[..., None]],
    scenarios: Mapping[str, Scenario],
    link: Mapping[str, str],
    tariff: Tariff,
    language: Language,
) -> None:
    """Draw the scenarios to choose from, and what may be done with them."""
    t = language.text
    with st.container(horizontal=True, vertical_alignment="center"):
        for slot in state.slots:
            unread = f"{slot.upper()} · {t('scenario.said.unread')}"
            st.button(
                plain(title(slot, scenarios[slot], tariff, language) if slot in scenarios else unread),
                key=f"scenario_edit_{slot}",
                type="primary" if slot == state.edited else "secondary",
                icon=None if slot in scenarios else ":material/error:",
                on_click=after_tables(state.edit),
                args=(slot,),
            )
        if state.free:
            st.button(
                t("scenario.add"),
                key="scenario_add",
                icon=":material/add:",
                type="tertiary",
                help=t("scenario.add.help"),
                on_click=after_tables(state.add),
            )
        if len(state.slots) > 1:
            st.button(
                t("scenario.remove", slot=state.edited.upper()),
                key="scenario_remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=state.remove,
            )
        copy_button(
            t("scenario.link"),
            done=t("copy.done"),
            by_hand=t("copy.by_hand"),
            key="scenario_link",
            path=f"portfolio?{urlencode(link)}",
        )


def _draw_answer(state: ScenarioState, mistakes: list[tuple[str, FieldError]], language: Language) -> None:
    t = language.text
    if mistakes:
        with st.container(border=True):
            st.markdown(f"**{t('scenario.mistakes', count=len(mistakes))}**")
            for slot, mistake in mistakes[:_TOLD]:
                said = language.mistake(day_field.in_field(mistake))
                if len(state.slots) > 1:
                    said = t("scenario.of_slot", slot=slot.upper(), mistake=said)
                st.error(plain(said), icon=":material/error:")
            if (more := len(mistakes) - _TOLD) > 0:
                st.caption(plain(t("scenario.more_mistakes", count=more)))
    elif state.is_example:
        st.info(plain(t("scenario.example")), icon=":material/science:")


def _after(first: Callable[[], None], then: Callable[..., None]) -> Callable[..., None]:
    def both(*args: Any) -> None:
        first()
        then(*args)

    return both
