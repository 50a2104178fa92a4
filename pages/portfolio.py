"""Symulacje: what a change of prices, of packages or of the terms does to everybody, up to four scenarios."""

import streamlit as st

from core import clock
from pages.parts import kept_base, overdue_view, portfolio_view, scenario_form, shell, subscriptions_view
from pages.parts.words import plain

shell.guard()
language = shell.language()
tariff = shell.tariff()

st.title(language.text("page.portfolio.title"))
today = clock.today()
loaded = subscriptions_view.draw(language)
kept_base.draw(loaded, subscriptions_view.at_hand(), tariff, language)
base = overdue_view.draw(loaded.subscriptions, tariff, today, language) if loaded else None
also = {**subscriptions_view.of_link(), **overdue_view.of_link()}
scenarios, edited = scenario_form.draw(tariff, today, also, language)
if loaded and loaded.subscriptions and not base:
    st.info(plain(language.text("portfolio.nobody_paid")), icon=":material/person_off:")
if base and edited in scenarios:
    said = overdue_view.said(subscriptions_view.said(language), language)
    with portfolio_view.greyed(subscriptions_view.is_another(), language):
        portfolio_view.draw(base, said, scenarios, edited, tariff, today, language)
