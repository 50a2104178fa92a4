"""The fields of the calculator's form: what now runs, what it is to be, what it must hold, what is agreed by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.pricing import calendar, form
from core.pricing.paid_term import OTHER, paid_periods
from core.pricing.typed_day import read_day
from pages.parts.quote import example
from pages.parts.quote.form import QuoteForm, is_day
from pages.parts.quote.session_keys import BY_HAND
from pages.parts.shared.day_field import calendar_button
from pages.parts.shared.form_state import as_text

Shown = dict[str, str]
"""The key of a field's widget -> the text that it shows."""

_KEYBOARDS = {
    **dict.fromkeys(
        ("term_start", "valid_until", "change_on", "agreed_on", "price_net", "target_price_net"), "decimal"
    ),
    **dict.fromkeys(("domains", "mailboxes"), "numeric"),
    "disk_gb": "decimal",
}
"""What a phone offers to type with: no letters where there are none."""


def keyboards(fields: QuoteForm) -> Mapping[str, str]:
    """Return the key of a field's widget -> the `inputmode` that suits it."""
    return {fields.key(field): mode for field, mode in _KEYBOARDS.items()}


def draw(fields: QuoteForm) -> Shown:
    """Draw the fields; return what they show."""
    shown: Shown = {}
    t, texts = fields.language.text, fields.texts()
    packages = {p.id: f"{p.name} · {t(f'group.{p.group}')}" for p in fields.tariff.packages}
    st.subheader(t("quote.now"), anchor=False)
    _choice(fields, shown, st, "package", list(packages), packages)
    a, b = st.columns(2)
    _day(fields, shown, a, "valid_until", help=t("quote.valid_until.help"))
    _paid_for(fields, shown, b, texts)
    _text(fields, shown, st, "price_net", help=t("quote.price_net.help"))

    st.subheader(t("quote.change"), anchor=False)
    _choice(fields, shown, st, "target", list(packages), packages)
    a, b = st.columns(2)
    _day(fields, shown, a, "change_on", help=t("quote.change_on.help"))
    _period(fields, shown, b, texts)

    st.subheader(t("quote.resources"), anchor=False)
    # Text, not number inputs: those keep the old number, and its price, when what is typed does not fit.
    for place, field in zip(
        st.columns(3, vertical_alignment="bottom"), ("domains", "mailboxes", "disk_gb"), strict=True
    ):
        _text(fields, shown, place, field)

    # Once open it stays open, so that clearing a field does not close it under somebody's hands.
    if any(texts[field] for field in ("service_start", "target_price_net", "adjust", "adjust_reason", "agreed_on")):
        st.session_state[BY_HAND] = True
    with st.expander(t("quote.by_hand"), expanded=BY_HAND in st.session_state):
        _day(fields, shown, st, "service_start", help=t("quote.service_start.help"))
        _text(fields, shown, st, "target_price_net", help=t("quote.target_price_net.help"))
        _text(fields, shown, st, "adjust", placeholder="-10%", help=t("quote.adjust.help"))
        _text(fields, shown, st, "adjust_reason", help=t("quote.adjust_reason.help"))
        _day(fields, shown, st, "agreed_on", help=t("quote.agreed_on.help"))
    return shown


def _paid_for(fields: QuoteForm, shown: Shown, place: Any, texts: Mapping[str, str]) -> None:
    t = fields.language.text
    chosen = texts["paid_months"]
    months = sorted({*paid_periods(texts["package"], fields.tariff), *([] if chosen == OTHER else [int(chosen)])})
    names = {**{str(n): t("quote.months", count=n) for n in months}, OTHER: t("quote.paid_other")}
    _choice(fields, shown, place, "paid_months", list(names), names, marked="term_start")
    if chosen == OTHER:
        _day(fields, shown, place, "term_start")
    elif form.days_read(texts):
        place.caption(t("quote.paid_from", day=read_day(texts["term_start"])))


def _period(fields: QuoteForm, shown: Shown, place: Any, texts: Mapping[str, str]) -> None:
    t = fields.language.text
    period = int(texts["target_period_months"])
    sold: tuple[int, ...] = ()
    if form.days_read(texts):
        sold = form.sold_periods(texts["target"], read_day(texts["change_on"]), fields.tariff)
    names = {months: t("quote.months", count=months) for months in sorted({*sold, period})}
    _choice(fields, shown, place, "target_period_months", list(names), names)
    followed = form.followed_period(texts, fields.tariff)
    if followed not in (None, period):
        place.caption(t("quote.period_other", months=t("quote.months", count=followed)))


def _text(fields: QuoteForm, shown: Shown, place: Any, field: str, **options: Any) -> None:
    fields.draw(place.text_input, field, _label(fields, field, field), **options)
    shown[fields.key(field)] = as_text(fields.value(field))


def _choice(
    fields: QuoteForm,
    shown: Shown,
    place: Any,
    field: str,
    options: Sequence[Any],
    names: Mapping[Any, str],
    marked: str = "",
) -> None:
    """Draw a choice, labelled as the example's where the field `marked` still is."""
    label = _label(fields, field, marked or field)
    fields.draw(place.selectbox, field, label, options=options, format_func=lambda id: names.get(id, str(id)))
    shown[fields.key(field)] = names[fields.value(field)]


def _day(fields: QuoteForm, shown: Shown, place: Any, field: str, **options: Any) -> None:
    key = f"quote_day_{field}"
    with place.container(key=key, horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _text(fields, shown, st, field, **options)
        text = fields.texts()[field]
        calendar_button(
            fields.language.text("quote.calendar", field=fields.language.field(field)),
            day=text if is_day(text) else "",
            first=str(calendar.FIRST_DATE),
            last=str(calendar.LAST_DATE),
            key=f"{fields.key(field)}_calendar",
            on_pick=lambda day: fields.adopt(**{field: day}),
        )


def _label(fields: QuoteForm, field: str, marked: str) -> str:
    return example.label(marked, fields.language.field(field), fields.texts(), fields.language)
