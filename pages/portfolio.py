"""Symulacje: what a change of prices, of packages or of the terms does to everybody, up to four scenarios."""

import streamlit as st

from core import clock
from pages.parts import portfolio_view, scenario_form, shell, subscriptions_view

shell.guard()
language = shell.language()
tariff = shell.tariff()

st.title(language.text("page.portfolio.title"))
loaded = subscriptions_view.draw(language)
scenarios, edited = scenario_form.draw(tariff, clock.today(), subscriptions_view.of_link(), language)
if loaded and edited in scenarios:
    portfolio_view.draw(loaded.subscriptions, scenarios, edited, tariff, clock.today(), language)
