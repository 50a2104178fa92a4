"""The form of the scenario that is edited, section by section: the change, prices, readings, terms."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.readings import CHOICES
from core.pricing.tariff import Tariff
from core.simulation.scenario_texts import PRICE, PRICES, TERMS, WHAT, WHO, first_day, read_percent
from pages.parts.portfolio import scenario_fields as fields
from pages.parts.portfolio import scenario_tables
from pages.parts.portfolio.scenario_state import ScenarioState
from pages.parts.shared import day_field
from pages.parts.shared.words import plain

_DAYS = 365
"""How far the slider of the day of the change reaches."""
_PERCENTS = (-30, 50)
"""How far the slider of the prices reaches."""
_WIDTHS = (3, 3, 2.4, 2.4)
"""The columns of a scenario's first section: a date needs its room."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "change": ("name", *WHO, *WHAT),
    "prices": PRICES,
    "readings": tuple(CHOICES),
    "terms": (*TERMS, "tiers"),
}
"""The sections of the form, one of which is open, and their fields; single prices belong to the prices."""


def draw(
    state: ScenarioState,
    tariff: Tariff,
    today: dt.date,
    after_tables: Callable[[Callable[..., None]], Callable[..., None]],
    language: Language,
) -> None:
    """Draw the open section; each says how much in it is not as in the tariff.

    `after_tables` makes a callback come after what was edited in the tables is written down.
    """
    t = language.text
    with st.container(horizontal=True):
        for section in SECTIONS:
            label = t(f"scenario.{section}")
            if section != "change" and (changed := _changed(state, section)):
                label = t("scenario.section", section=label, changed=len(changed))
            st.button(
                label,
                key=f"scenario_section_{section}",
                type="secondary" if section == state.section else "tertiary",
                on_click=state.open,
                args=(section,),
            )
    section = state.section
    draw_section = {"change": _change, "prices": _prices, "readings": _readings, "terms": _terms}[section]
    draw_section(state, tariff, today, language)
    if section != "change" and (changed := _changed(state, section)):
        st.button(
            t("scenario.reset"),
            key=f"scenario_reset_{section}",
            icon=":material/undo:",
            on_click=after_tables(state.reset),
            args=([*changed, *(PRICES[:1] if section == "prices" else ())],),
        )


def _changed(state: ScenarioState, section: str) -> list[str]:
    """The fields of a section that are not as in the tariff; a day alone changes no price."""
    of = {*SECTIONS[section]} - {*PRICES[:1]}
    return [field for field in state.texts if field in of or (section == "prices" and field.startswith(PRICE))]


def _change(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    t, widget = language.text, partial(fields.draw, state, language=language)
    names = {p.id: f"{p.name} · {t(f'group.{p.group}')}" for p in tariff.packages}
    given = [id.strip() for id in state.texts.get("packages", "").split(",")]
    target = state.texts.get("target", "")
    day = fields.day_of(state, "change_on") or today

    def ahead_of(day: dt.date) -> int:
        return min(max((day - today).days, 0), _DAYS)

    def day_after(days: int) -> dt.date:
        return today + dt.timedelta(days=days)

    who, what, on, ahead = st.columns(_WIDTHS, vertical_alignment="bottom")
    widget(
        who.multiselect,
        "packages",
        [id for id in dict.fromkeys(given) if id in names],
        ",".join,
        options=list(names),
        format_func={package.id: package.name for package in tariff.packages}.get,
        placeholder=t("scenario.everybody"),
        select_all=False,
    )
    widget(
        what.selectbox,
        "target",
        target if target in names else "",
        str,
        options=["", *names],
        format_func=lambda id: names.get(id) or t("scenario.nobody"),
    )
    fields.draw_day(state, on, "change_on", today, language, always=True, also=lambda day: {"days": ahead_of(day)})
    widget(
        ahead.slider,
        "days",
        ahead_of(day),
        lambda days: str(day_after(days)),
        of="change_on",
        label=t("scenario.days"),
        also=lambda days: {"change_on": day_field.shown(day_after(days))},
        min_value=0,
        max_value=_DAYS,
    )
    who, name, *ends = st.columns(_WIDTHS, vertical_alignment="bottom")
    client, named = t("scenario.client.example"), t("scenario.name.example")
    fields.draw_text(state, who, "client", language, placeholder=client, help=t("scenario.client.help"))
    fields.draw_text(state, name, "name", language, placeholder=named, help=t("scenario.name.help"))
    for place, field in zip(ends, ("ends_from", "ends_until"), strict=True):
        fields.draw_day(state, place, field, today, language)
    widget(
        st.toggle,
        "move_ordered",
        state.texts.get("move_ordered", "").lower() in ("1", "true"),
        lambda on: "1" if on else "",
        help=t("scenario.move_ordered.help"),
    )


def _prices(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    t, widget = language.text, partial(fields.draw, state, language=language)
    percent = state.texts.get("percent", "")

    def from_a_day() -> None:
        """Write down from which day the prices count: tomorrow, "today" would be another one."""
        state.set(prices_from=first_day(state.texts, today))

    a, b, c = st.columns([2, 3, 2], vertical_alignment="bottom")
    fields.draw_day(state, a, "prices_from", today, language, always=True)
    widget(
        b.slider,
        "percent_slider",
        _slid(percent),
        lambda whole: str(whole or ""),
        of="percent",
        label=t("scenario.percent.slider"),
        also=lambda whole: {"percent": str(whole or "")},
        then=from_a_day,
        min_value=_PERCENTS[0],
        max_value=_PERCENTS[1],
        format="%+d",
    )
    widget(
        c.text_input,
        "percent",
        percent,
        str.strip,
        label=t("scenario.percent.exact"),
        also=lambda text: {"percent_slider": _slid(text)},
        then=from_a_day,
        placeholder="0",
    )
    st.caption(plain(t("scenario.prices.note")))
    scenario_tables.draw_prices(state, tariff, today, language)


def _readings(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    t = language.text
    in_force = tariff.shown_on(calendar.number(today))
    for place, (question, choices) in zip(_in_pairs(len(CHOICES)), CHOICES.items(), strict=True):
        taken = in_force.reading_of(question)
        words = {choice: t(f"reading.{question}.{choice}") for choice in choices}
        words[taken] = t("scenario.readings.taken", reading=words[taken])
        chosen = state.texts.get(question, "")
        fields.draw(
            state,
            place.selectbox,
            question,
            chosen if chosen in choices else taken,
            lambda choice, taken=taken: "" if choice == taken else choice,
            language,
            label=f"{question} · {t(f'question.{question}')}",
            options=sorted(choices, key=taken.__ne__),
            format_func=words.get,
        )


def _terms(state: ScenarioState, tariff: Tariff, today: dt.date, language: Language) -> None:
    t = language.text
    terms = tariff.shown_on(calendar.number(today)).terms
    st.caption(plain(t("scenario.terms.note")))
    for place, field in zip(_in_pairs(len(TERMS)), TERMS, strict=True):
        fields.draw_text(state, place, field, language, placeholder=str(getattr(terms, field)))
    st.markdown(f"**{t('scenario.tiers')}**")
    scenario_tables.draw_tiers(state, tariff, today, language)


def _in_pairs(count: int) -> list[Any]:
    """Return places two and two beside each other, which keep their order where they stand below each other."""
    return [column for _ in range(0, count, 2) for column in st.columns(2, gap="medium")][:count]


def _slid(text: str) -> int:
    """Where the slider stands for a percentage, as near as it comes; at 0 where it does not read."""
    percent = read_percent(text) or Decimal(0)
    return min(max(int(percent.to_integral_value()), _PERCENTS[0]), _PERCENTS[1])
