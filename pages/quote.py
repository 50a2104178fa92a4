"""Kalkulator: what one change of package costs, live."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.pricing import form
from core.pricing.quote import Quote, quote
from core.simulation import link
from pages.parts.portfolio import scenario_words
from pages.parts.quote import alternatives, bill, comparison, example, odd_term, prefill, timeline, unpriced
from pages.parts.quote import form as quote_form
from pages.parts.quote import lead_time as lead_time_view
from pages.parts.quote import view as quote_view
from pages.parts.quotes import saving
from pages.parts.shared import frame, line_table, rooms, shell
from pages.parts.shared.words import plain

frame.guard()
line_table.go()
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


def leave_simulation() -> None:
    """Price by the tariff in force again."""
    for name in simulated:
        del st.query_params[name]


fields = quote_form.QuoteForm(tariff, language)
adopt = fields.adopt

st.title(t("page.quote.title"))
unpriced.style()
prefill.draw(fields, tariff, language)
saving.arrived(prefill.subscription(), fields.opened_with)
# On a phone the amounts stay in sight here while the form is filled.
bar = st.container(key="quote_bar")
answer = st.container(key="quote_answer")
left, right = st.columns([3, 5], gap="medium")

with left:
    with st.container(key="quote_form"):
        fields.draw()
    priced = st.container()
texts = fields.keep()
mistakes = [*unusable, *fields.unread.values()]
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
        comparison.opened(fields.opened_with, found, tariff, clock.today(), language, adopt)
        example.ask(fields.confirm, language)
        quote_view.answer(
            found,
            {"agreed_on": texts["agreed_on"], "example": texts["example"], **prefill.of_link(), **simulated},
            language,
        )
        bill.told(found, tariff, language)
        odd_term.warn(found, tariff, language, adopt)
        timeline.warn(found, tariff, lead_time, clock.today(), language)
        lead_time_view.draw(found, form.agreed_day(texts), tariff, lead_time, clock.today(), language)
    else:
        with st.container(border=True):
            st.markdown(f"**{t('quote.mistakes', count=len(mistakes))}**")
            # A link may have a thousand.
            for mistake in mistakes[:30]:
                st.error(plain(language.mistake(mistake)), icon=":material/error:")

with bar:
    if found:
        quote_view.bar(found, language)
        bill.bar(found, tariff, language)
    else:
        st.markdown(f"**{t('quote.mistakes', count=len(mistakes))}**")

ROOMS: dict[str, Callable[[Quote], None]] = {
    "lines.tab": lambda found: quote_view.details(found, language),
    "timeline.tab": lambda found: timeline.draw(found, tariff, lead_time, clock.today(), language, adopt),
    "alternative.tab": lambda found: alternatives.draw(found, tariff, lead_time, clock.today(), language, adopt),
    "bill.tab": lambda found: bill.draw(found, tariff, language),
    "offer.tab": lambda found: (
        st.markdown(plain(t("quote.simulated_offer")))
        if simulated
        else st.info(example.no_offer(language), icon=":material/science:")
        if example.left()
        else saving.offer(found, form.agreed_day(texts), tariff, lead_time, language, prefill.subscription())
    ),
    "compare.tab": lambda found: comparison.draw(found, fields.opened_with, tariff, language),
}


def in_room(draw: Callable[[Quote], None]) -> None:
    """Draw a room, or say that there is nothing to show in it yet."""
    if found:
        example.said(language)
        draw(found)
    else:
        st.caption(plain(t("quote.room_waits")))


with priced:
    unpriced.shown_for("answer", fields.shown, language, fields.keyboards)
with right, st.container(key="quote_rooms"):
    rooms.draw("quote", {room: partial(in_room, draw) for room, draw in ROOMS.items()}, language)
with priced:
    unpriced.shown_for("rooms", fields.shown, language)
