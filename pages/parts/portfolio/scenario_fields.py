"""Fields of the scenario that is edited: each shows one of its texts, and writes it once somebody changes it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.language import Language
from core.pricing.form import FIRST_TYPED
from pages.parts.portfolio.scenario_state import ScenarioState
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
    also: Callable[[Any], dict[str, object]] = lambda day: {},
) -> None:
    """Draw a day; one that there is `always` is today where there is none, and goes back to it where it is cleared."""

    def usual(day: dt.date | None) -> dt.date | None:
        return today if always and day is None else day

    draw(
        state,
        place.date_input,
        field,
        usual(day_of(state, field)),
        lambda day: str(usual(day) or ""),
        language,
        also=lambda day: {field: usual(day), **also(usual(day))},
        # Wider than what is asked: beyond its range the widget would speak English and keep the old day.
        min_value=FIRST_TYPED,
        max_value=dt.date.max,
        format=language.date_input,
    )


def day_of(state: ScenarioState, field: str) -> dt.date | None:
    """Return the day of a text, None where the widget cannot hold it."""
    try:
        day = dt.date.fromisoformat(state.texts.get(field, ""))
    except ValueError:
        return None
    return day if day >= FIRST_TYPED else None
