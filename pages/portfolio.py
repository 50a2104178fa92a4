"""Symulacje: what a change of prices, of packages or of the terms does to everybody, up to four scenarios."""

import streamlit as st

from core.ground import clock
from pages.parts.portfolio import kept_base, overdue, played, scenario_form, subscriptions
from pages.parts.portfolio import view as portfolio_view
from pages.parts.shared import frame, shell
from pages.parts.shared.words import plain

frame.guard()
language = shell.language()
tariff = shell.tariff()

st.title(language.text("page.portfolio.title"))
today = clock.today()
loaded = subscriptions.draw(language)
kept_base.draw(loaded, subscriptions.at_hand(), tariff, language)
base = overdue.draw(loaded.subscriptions, tariff, today, language) if loaded else None
also = {**subscriptions.of_link(), **overdue.of_link()}
scenarios, edited = scenario_form.draw(tariff, today, also, language)
if loaded and loaded.subscriptions and not base:
    st.info(plain(language.text("portfolio.nobody_paid")), icon=":material/person_off:")
if base and edited in scenarios:
    said = overdue.said(subscriptions.said(language), language)
    with portfolio_view.greyed(subscriptions.is_another(), language):
        found = played.play(base, said, scenarios, edited, tariff, today, language)
        portfolio_view.draw(found, language)
