"""Up to four scenarios: which one is edited, its form, and what of it does not read."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.ground.messages import FieldError, InputError
from core.language import Language
from core.pricing import calendar
from core.pricing.form import FIRST_TYPED
from core.pricing.readings import CHOICES
from core.pricing.tariff import Tariff
from core.simulation.scenario import PRICE, PRICES, TERMS, WHAT, WHO, Scenario, example, first_day, parse, read_percent
from pages.parts.portfolio import scenario_tables
from pages.parts.portfolio.scenario_state import ScenarioState
from pages.parts.portfolio.scenario_words import title
from pages.parts.shared.copy_button import copy_button
from pages.parts.shared.form_state import default
from pages.parts.shared.words import plain

_DAYS = 365
"""How far the slider of the day of the change reaches."""
_PERCENTS = (-30, 50)
"""How far the slider of the prices reaches."""

_TOLD = 30
"""Mistakes told one by one: a link may have a thousand."""

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
    tariff: Tariff, today: dt.date, also: Mapping[str, str], language: Language
) -> tuple[dict[str, Scenario], str]:
    """Draw the scenarios and return those that read by slot, and the slot that is edited.

    What does not read is told here. `also` goes into the link with them.
    """
    state = ScenarioState(language.code, example(tariff, today), str(today))
    take = partial(scenario_tables.take_over, state, tariff, today, language)
    take()
    bar = st.container()
    with st.container(border=True):
        _Editor(state, tariff, today, language, take).draw()
    scenarios, mistakes = _parsed(state, tariff, today)
    link = state.write()
    with bar:
        _draw_bar(state, take, scenarios, {**link, **also}, tariff, language)
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
    take: Callable[[], None],
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
                on_click=_after(take, state.edit),
                args=(slot,),
            )
        if state.free:
            st.button(
                t("scenario.add"),
                key="scenario_add",
                icon=":material/add:",
                type="tertiary",
                help=t("scenario.add.help"),
                on_click=_after(take, state.add),
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
                said = language.mistake(mistake)
                if len(state.slots) > 1:
                    said = t("scenario.of_slot", slot=slot.upper(), mistake=said)
                st.error(plain(said), icon=":material/error:")
            if (more := len(mistakes) - _TOLD) > 0:
                st.caption(plain(t("scenario.more_mistakes", count=more)))
    elif state.is_example:
        st.info(plain(t("scenario.example")), icon=":material/science:")


@dataclass(frozen=True)
class _Editor:
    """The widgets of the scenario that is edited."""

    state: ScenarioState
    tariff: Tariff
    today: dt.date
    language: Language
    take: Callable[[], None]

    def draw(self) -> None:
        """Draw the open section; each says how much in it is not as in the tariff."""
        t = self.language.text
        with st.container(horizontal=True):
            for section in SECTIONS:
                label = t(f"scenario.{section}")
                if section != "change" and (changed := self._changed(section)):
                    label = t("scenario.section", section=label, changed=len(changed))
                st.button(
                    label,
                    key=f"scenario_section_{section}",
                    type="secondary" if section == self.state.section else "tertiary",
                    on_click=self.state.open,
                    args=(section,),
                )
        section = self.state.section
        {"change": self._change, "prices": self._prices, "readings": self._readings, "terms": self._terms}[section]()
        if section != "change" and (changed := self._changed(section)):
            st.button(
                t("scenario.reset"),
                key=f"scenario_reset_{section}",
                icon=":material/undo:",
                on_click=_after(self.take, self.state.reset),
                args=([*changed, *(PRICES[:1] if section == "prices" else ())],),
            )

    def _changed(self, section: str) -> list[str]:
        """The fields of a section that are not as in the tariff; a day alone changes no price."""
        fields = {*SECTIONS[section]} - {*PRICES[:1]}
        return [
            field for field in self.state.texts if field in fields or (section == "prices" and field.startswith(PRICE))
        ]

    def _change(self) -> None:
        t = self.language.text
        names = {p.id: f"{p.name} · {t(f'group.{p.group}')}" for p in self.tariff.packages}
        given = [id.strip() for id in self.state.texts.get("packages", "").split(",")]
        target = self.state.texts.get("target", "")
        day = self._day("change_on") or self.today
        who, what, on, ahead = st.columns(_WIDTHS, vertical_alignment="bottom")
        self._widget(
            who.multiselect,
            "packages",
            [id for id in dict.fromkeys(given) if id in names],
            ",".join,
            options=list(names),
            format_func={package.id: package.name for package in self.tariff.packages}.get,
            placeholder=t("scenario.everybody"),
        )
        self._widget(
            what.selectbox,
            "target",
            target if target in names else "",
            str,
            options=["", *names],
            format_func=lambda id: names.get(id) or t("scenario.nobody"),
        )
        self._date(on, "change_on", day, always=True, also=lambda day: {"days": self._ahead(day)})
        self._widget(
            ahead.slider,
            "days",
            self._ahead(day),
            lambda days: str(self._on(days)),
            of="change_on",
            label=t("scenario.days"),
            also=lambda days: {"change_on": self._on(days)},
            min_value=0,
            max_value=_DAYS,
        )
        who, name, *ends = st.columns(_WIDTHS, vertical_alignment="bottom")
        self._text(who, "client", placeholder=t("scenario.client.example"), help=t("scenario.client.help"))
        self._text(name, "name", placeholder=t("scenario.name.example"), help=t("scenario.name.help"))
        for place, field in zip(ends, ("ends_from", "ends_until"), strict=True):
            self._date(place, field, self._day(field))
        self._widget(
            st.toggle,
            "move_ordered",
            self.state.texts.get("move_ordered", "").lower() in ("1", "true"),
            lambda on: "1" if on else "",
            help=t("scenario.move_ordered.help"),
        )

    def _ahead(self, day: dt.date) -> int:
        return min(max((day - self.today).days, 0), _DAYS)

    def _on(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    def _prices(self) -> None:
        t = self.language.text
        percent = self.state.texts.get("percent", "")
        a, b, c = st.columns([2, 3, 2], vertical_alignment="bottom")
        self._date(a, "prices_from", self._day("prices_from") or self.today, always=True)
        self._widget(
            b.slider,
            "percent_slider",
            _slid(percent),
            lambda whole: str(whole or ""),
            of="percent",
            label=t("scenario.percent.slider"),
            also=lambda whole: {"percent": str(whole or "")},
            then=self._from_a_day,
            min_value=_PERCENTS[0],
            max_value=_PERCENTS[1],
            format="%+d",
        )
        self._widget(
            c.text_input,
            "percent",
            percent,
            str.strip,
            label=t("scenario.percent.exact"),
            also=lambda text: {"percent_slider": _slid(text)},
            then=self._from_a_day,
            placeholder="0",
        )
        st.caption(plain(t("scenario.prices.note")))
        scenario_tables.draw_prices(self.state, self.tariff, self.today, self.language)

    def _from_a_day(self) -> None:
        """Write down from which day the prices count: tomorrow, "today" would be another one."""
        self.state.set(prices_from=first_day(self.state.texts, self.today))

    def _readings(self) -> None:
        t = self.language.text
        in_force = self.tariff.shown_on(calendar.number(self.today))
        for place, (question, choices) in zip(_in_pairs(len(CHOICES)), CHOICES.items(), strict=True):
            taken = in_force.reading_of(question)
            words = {choice: t(f"reading.{question}.{choice}") for choice in choices}
            words[taken] = t("scenario.readings.taken", reading=words[taken])
            chosen = self.state.texts.get(question, "")
            self._widget(
                place.selectbox,
                question,
                chosen if chosen in choices else taken,
                lambda choice, taken=taken: "" if choice == taken else choice,
                label=f"{question} · {t(f'question.{question}')}",
                options=sorted(choices, key=taken.__ne__),
                format_func=words.get,
            )

    def _terms(self) -> None:
        t = self.language.text
        terms = self.tariff.shown_on(calendar.number(self.today)).terms
        st.caption(plain(t("scenario.terms.note")))
        for place, field in zip(_in_pairs(len(TERMS)), TERMS, strict=True):
            self._text(place, field, placeholder=str(getattr(terms, field)))
        st.markdown(f"**{t('scenario.tiers')}**")
        scenario_tables.draw_tiers(self.state, self.tariff, self.today, self.language)

    def _text(self, place: Any, field: str, **options: Any) -> None:
        self._widget(place.text_input, field, self.state.texts.get(field, ""), str.strip, **options)

    def _date(
        self,
        place: Any,
        field: str,
        day: dt.date | None,
        *,
        always: bool = False,
        also: Callable[[Any], dict[str, object]] = lambda day: {},
    ) -> None:
        """Draw a day; one that there is `always` goes back to today where it is cleared."""

        def usual(day: dt.date | None) -> dt.date | None:
            return self.today if always and day is None else day

        self._widget(
            place.date_input,
            field,
            day,
            lambda day: str(usual(day) or ""),
            also=lambda day: {field: usual(day), **also(usual(day))},
            # Wider than what is asked: beyond its range the widget would speak English and keep the old day.
            min_value=FIRST_TYPED,
            max_value=dt.date.max,
            format=self.language.date_input,
        )

    def _day(self, field: str) -> dt.date | None:
        """The day of a text, None where the widget cannot hold it."""
        try:
            day = dt.date.fromisoformat(self.state.texts.get(field, ""))
        except ValueError:
            return None
        return day if day >= FIRST_TYPED else None

    def _widget(
        self,
        draw: Callable[..., object],
        name: str,
        value: object,
        write: Callable[[Any], str],
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
        key, field = self.state.key(name), of or name
        st.session_state.setdefault(key, value)

        def changed() -> None:
            now = st.session_state[key]
            self.state.set(**{field: write(now)})
            for other, shown in (also(now) if also else {}).items():
                st.session_state[self.state.key(other)] = shown
            if then:
                then()

        draw(
            label or self.language.text(f"field.scenario.{field}"),
            key=key,
            on_change=changed,
            **default(st.session_state[key], options.get("options") if not isinstance(value, list) else None),
            **options,
        )


def _after(first: Callable[[], None], then: Callable[..., None]) -> Callable[..., None]:
    def both(*args: Any) -> None:
        first()
        then(*args)

    return both


def _in_pairs(count: int) -> list[Any]:
    """Return places two and two beside each other, which keep their order where they stand below each other."""
    return [column for _ in range(0, count, 2) for column in st.columns(2, gap="medium")][:count]


def _slid(text: str) -> int:
    """Where the slider stands for a percentage, as near as it comes; at 0 where it does not read."""
    percent = read_percent(text) or Decimal(0)
    return min(max(int(percent.to_integral_value()), _PERCENTS[0]), _PERCENTS[1])
