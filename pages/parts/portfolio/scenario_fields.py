"""Fields of the scenario that is edited: each shows one of its texts, and writes it once somebody changes it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.language import Language
from pages.parts.portfolio.scenario_state import ScenarioState
from pages.parts.shared import day_field
from pages.parts.shared.form_state import default


def draw(
    state: ScenarioState,
    widget: Callable[..., object],
    name: str,
    value: object,
    write: Callable[[Any], str],
    language: Language,
    *,
    of: str = "",
    label: str = "",
    also: Callable[[Any], dict[str, object]] | None = None,
    then: Callable[[], None] | None = None,
    **options: Any,
) -> None:
    """Draw a widget with a value, which becomes a text by `write` once somebody changes it.

    `of` is the text where it is not named like the widget; `also` gives other widgets their values, `then` follows.
    """
    key, field = state.key(name), of or name
    st.session_state.setdefault(key, value)

    def changed() -> None:
        now = st.session_state[key]
        state.set(**{field: write(now)})
        for other, shown in (also(now) if also else {}).items():
            st.session_state[state.key(other)] = shown
        if then:
            then()

    widget(
        label or language.text(f"field.scenario.{field}"),
        key=key,
        on_change=changed,
        **default(st.session_state[key], options.get("options") if not isinstance(value, list) else None),
        **options,
    )


def draw_text(state: ScenarioState, place: Any, field: str, language: Language, **options: Any) -> None:
    """Draw a text."""
    draw(state, place.text_input, field, state.texts.get(field, ""), str.strip, language, **options)


def draw_day(
    state: ScenarioState,
    place: Any,
    field: str,
    today: dt.date,
    language: Language,
    *,
    always: bool = False,
    also: Callable[[dt.date], dict[str, object]] = lambda day: {},
) -> None:
    """Draw a day; one that there is `always` is today where there is none, and goes back to it where it is cleared.

    A text that is none stays in the field and in the scenario, which says what is wrong with it.
    """

    def meant(text: str) -> day_field.Day:
        day = day_field.read(text)
        return today if always and day is None else day

    def follows(text: str) -> dict[str, object]:
        day = meant(text)
        return {field: day_field.shown(day)} | (also(day) if isinstance(day, dt.date) else {})

    def written(text: str) -> str:
        return str(meant(text) or "").strip()

    shown = day_field.shown(day_of(state, field) or state.texts.get(field) or (today if always else None))
    with place:
        draw(state, day_field.day_field, field, shown, written, language, also=follows)


def day_of(state: ScenarioState, field: str) -> dt.date | None:
    """Return the day of a text, None where it is none."""
    try:
        return dt.date.fromisoformat(state.texts.get(field, ""))
    except ValueError:
        return None
