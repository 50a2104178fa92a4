"""Kalkulator: what one change of package costs, live."""

import datetime as dt
from collections.abc import Callable
from functools import partial

import streamlit as st

from core import clock
from core.messages import InputError
from core.pricing import form
from core.pricing.quote import Quote, quote
from core.pricing.said import SAID
from core.quotes.bill import bill
from core.simulation import link
from pages.parts import (
    alternatives_view,
    bill_view,
    comparison_view,
    lead_time_view,
    quote_view,
    rooms,
    saving_view,
    scenario_words,
    shell,
    timeline_view,
)
from pages.parts.form_state import FormState
from pages.parts.words import plain

shell.guard()
language = shell.language()
t = language.text
in_force = shell.tariff()
lead_time = shell.lead_time()

simulated = {name: text for name, text in st.query_params.to_dict().items() if link.is_simulated(name)}
try:
    scenario, unusable = link.simulated_scenario(simulated, in_force, clock.today()), ()
    tariff = scenario.tariff(in_force)
except InputError as error:
    scenario, unusable = None, error.errors
    tariff = in_force


def read(field: str, text: str) -> object:
    """Return a text of the form as its widget's value, amounts as the reader writes them."""
    return language.amount(text) if field in form.AMOUNTS else form.read(field, text, tariff)


state = FormState("quote", language.code, form.FIELDS, read, needed=("term_start", "valid_until", "change_on"))


def changed(*fields: str) -> None:
    """Fill in what follows from changed fields, and stop complaining about what a link had in them."""
    for field in fields:
        st.session_state["_quote_unread"].pop(field, None)
    st.session_state["_quote_example"] = False
    for name, text in form.refilled(state.texts(), state.saved, tariff).items():
        st.session_state[state.key(name)] = read(name, text)


def adopt(**texts: str) -> None:
    """Set fields as if somebody had typed into them."""
    for field, text in texts.items():
        st.session_state[state.key(field)] = read(field, text)
    changed(*texts)


def leave_simulation() -> None:
    """Price by the tariff in force again."""
    for name in simulated:
        del st.query_params[name]


arrived = state.arrived()
if arrived is not None:
    given, unread = form.readable(arrived, tariff)
    state.fill(form.complete(given, tariff, clock.today()))
    st.session_state["_quote_unread"] = unread
    st.session_state["_quote_example"] = not form.is_whole(arrived)
    said = {name: st.query_params.pop(name) for name in SAID if name in st.query_params}
    st.session_state["_quote_link"] = {**arrived, **said}
    saving_view.arrived()
unread = st.session_state["_quote_unread"]

st.title(t("page.quote.title"))
answer = st.container()
left, right = st.columns([3, 5], gap="medium")

names = {p.id: f"{p.name} · {t(f'group.{p.group}')}" for p in tariff.packages}


def widget(draw, field: str, **options) -> None:
    state.draw(draw, field, language.field(field), on_change=changed, args=(field,), **options)


def date_input(place, field: str, **options) -> None:
    # Wider than what is priced: beyond its range the widget would speak English and keep the old price on the screen.
    widget(
        place.date_input,
        field,
        min_value=form.FIRST_TYPED,
        max_value=dt.date.max,
        format=language.date_input,
        **options,
    )


with left:
    st.subheader(t("quote.now"), anchor=False)
    widget(st.selectbox, "package", options=list(names), format_func=names.get)
    a, b = st.columns(2)
    date_input(a, "term_start")
    date_input(b, "valid_until", help=t("quote.valid_until.help"))
    widget(st.text_input, "price_net", help=t("quote.price_net.help"))

    st.subheader(t("quote.change"), anchor=False)
    widget(st.selectbox, "target", options=list(names), format_func=names.get)
    a, b = st.columns(2)
    period = st.session_state[state.key("target_period_months")]
    sold = form.sold_periods(*(st.session_state[state.key(field)] for field in ("target", "change_on")), tariff)
    widget(
        a.selectbox,
        "target_period_months",
        options=sorted({*sold, period}),
        format_func=lambda months: t("quote.months", count=months),
    )
    date_input(b, "change_on", help=t("quote.change_on.help"))

    st.subheader(t("quote.resources"), anchor=False)
    a, b, c = st.columns(3)
    # Text, not number inputs: those keep the old number, and its price, when what is typed does not fit.
    widget(a.text_input, "domains")
    widget(b.text_input, "mailboxes")
    widget(c.text_input, "disk_gb")

    # Once open it stays open, so that clearing a field does not close it under somebody's hands.
    if any(state.texts()[field] for field in ("target_price_net", "adjust", "adjust_reason", "agreed_on")):
        st.session_state["_quote_by_hand"] = True
    with st.expander(t("quote.by_hand"), expanded="_quote_by_hand" in st.session_state):
        widget(st.text_input, "target_price_net", help=t("quote.target_price_net.help"))
        widget(st.text_input, "adjust", placeholder="-10%", help=t("quote.adjust.help"))
        widget(st.text_input, "adjust_reason", help=t("quote.adjust_reason.help"))
        date_input(st, "agreed_on", help=t("quote.agreed_on.help"))

texts = state.keep({field: str(mistake.value) for field, mistake in unread.items()}, form.blank(state.texts()))
mistakes = [*unusable, *unread.values()]
found = None
if not mistakes:
    try:
        found = quote(form.parse_form(texts, tariff), tariff)
    except InputError as error:
        mistakes.extend(error.errors)

with answer:
    if simulated:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            differs = f" ({scenario_words.said(scenario, in_force, language)})" if scenario else ""
            st.markdown(f":material/query_stats: {plain(t('quote.simulated') + differs)}", width="stretch")
            st.button(t("quote.in_force"), on_click=leave_simulation)
    if found:
        if other := comparison_view.other_tariff(st.session_state["_quote_link"], found, language):
            st.warning(plain(other), icon=":material/history:")
        if st.session_state["_quote_example"]:
            st.info(plain(t("quote.example")), icon=":material/science:")
        quote_view.answer(found, {"agreed_on": texts["agreed_on"], **simulated}, language)
        bill_view.told(found, tariff, language)
        timeline_view.warn(found, tariff, lead_time, clock.today(), language)
        lead_time_view.draw(found, form.agreed_day(texts), tariff, lead_time, clock.today(), language)
    else:
        with st.container(border=True):
            st.markdown(f"**{t('quote.mistakes', count=len(mistakes))}**")
            # A link may have a thousand.
            for mistake in mistakes[:30]:
                st.error(plain(language.mistake(mistake)), icon=":material/error:")

ROOMS: dict[str, Callable[[Quote], None]] = {
    "lines.tab": lambda found: quote_view.details(found, language),
    "timeline.tab": lambda found: timeline_view.draw(found, tariff, lead_time, clock.today(), language, adopt),
    "alternative.tab": lambda found: alternatives_view.draw(found, tariff, clock.today(), language, adopt),
    "bill.tab": lambda found: bill_view.draw(found, tariff, language),
    "offer.tab": lambda found: (
        st.markdown(plain(t("quote.simulated_offer")))
        if simulated
        else saving_view.offer(
            found,
            form.agreed_day(texts),
            tariff,
            lead_time,
            language,
            example=st.session_state["_quote_example"],
        )
    ),
    "compare.tab": lambda found: comparison_view.draw(found, tariff, language),
}


def in_room(draw: Callable[[Quote], None]) -> None:
    """Draw a room, or say that there is nothing to show in it yet."""
    if found:
        draw(found)
    else:
        st.caption(plain(t("quote.room_waits")))


with right:
    rooms.draw("quote", {room: partial(in_room, draw) for room, draw in ROOMS.items()}, language)
