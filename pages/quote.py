"""Kalkulator: what one change of package costs, live."""

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.pricing import form
from core.pricing.quote import Quote, quote
from pages.parts.portfolio import scenario_words
from pages.parts.quote import (
    alternatives,
    bill,
    comparison,
    example,
    form_fields,
    odd_term,
    prefill,
    timeline,
    unpriced,
)
from pages.parts.quote import form as quote_form
from pages.parts.quote import lead_time as lead_time_view
from pages.parts.quote import simulated as simulated_prices
from pages.parts.quote import view as quote_view
from pages.parts.quotes import belonging, saving
from pages.parts.shared import frame, line_table, shell, tabs
from pages.parts.shared.words import plain

frame.guard()
line_table.go()
language = shell.language()
t = language.text
in_force = shell.tariff()
lead_time = shell.lead_time()
simulated = simulated_prices.of_address(in_force)
tariff, scenario = simulated.tariff, simulated.scenario
fields = quote_form.QuoteForm(tariff, language)
adopt = fields.adopt

st.title(t("page.quote.title"))
unpriced.style()
prefill.draw(fields, tariff, language)
belonging.arrived(prefill.subscription(), fields.opened_with)
# On a phone the amounts stay in sight here while the form is filled.
bar = st.container(key="quote_bar")
answer = st.container(key="quote_answer")
left, right = st.columns([3, 5], gap="medium")

with left:
    with st.container(key="quote_form"):
        shown = form_fields.draw(fields)
    priced = st.container()
texts = fields.keep()
mistakes = [*simulated.wrong, *fields.unread.values()]
found = None
if not mistakes:
    try:
        found = quote(form.parse_form(texts, tariff), tariff)
    except InputError as error:
        mistakes.extend(error.errors)

with answer:
    differs = scenario_words.said(scenario, in_force, language) if scenario and simulated.parameters else ""
    simulated_prices.draw(simulated, differs, language)
    if found:
        comparison.opened(fields.opened_with, found, tariff, clock.today(), language, adopt)
        example.ask(fields.confirm, language)
        of_form = {"agreed_on": texts["agreed_on"], "example": texts["example"]}
        quote_view.answer(found, {**of_form, **prefill.of_link(), **simulated.parameters}, language)
        bill.told(found, tariff, language)
        odd_term.warn(found, tariff, language, adopt)
        timeline.warn(found, tariff, lead_time, clock.today(), language)
        lead_time_view.draw(found, form.agreed_day(texts), tariff, lead_time, clock.today(), language)
    else:
        quote_view.wrong(mistakes, language)

with bar:
    if found:
        quote_view.bar(found, language)
        bill.bar(found, tariff, language)
    else:
        st.markdown(f"**{t('quote.mistakes', count=len(mistakes))}**")


def offer(found: Quote) -> None:
    """Draw the offer, or why none is made from these values."""
    if simulated.parameters:
        st.markdown(plain(t("quote.simulated_offer")))
    elif example.left():
        st.info(example.no_offer(language), icon=":material/science:")
    else:
        saving.offer(found, form.agreed_day(texts), tariff, lead_time, language, prefill.subscription())


ROOMS = {
    "lines.tab": lambda found: quote_view.details(found, language),
    "timeline.tab": lambda found: timeline.draw(found, tariff, lead_time, clock.today(), language, adopt),
    "alternative.tab": lambda found: alternatives.draw(found, tariff, lead_time, clock.today(), language, adopt),
    "bill.tab": lambda found: bill.draw(found, tariff, language),
    "offer.tab": offer,
    "compare.tab": lambda found: comparison.draw(found, fields.opened_with, tariff, language),
}


def in_room(room: str) -> None:
    """Draw a room, or say that there is nothing to show in it yet."""
    if found:
        example.said(language)
        ROOMS[room](found)
    else:
        st.caption(plain(t("quote.room_waits")))


with priced:
    unpriced.shown_for("answer", shown, language, form_fields.keyboards(fields))
with right, st.container(key="quote_rooms"):
    tabs.draw("quote", {room: lambda room=room: in_room(room) for room in ROOMS}, language)
with priced:
    unpriced.shown_for("rooms", shown, language)
