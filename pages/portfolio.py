"""Symulacje: what a change of prices, of packages or of the terms does to everybody, up to four scenarios."""

import streamlit as st

from core import clock
from pages.parts import scenario_form, shell

shell.guard()
language = shell.language()
tariff = shell.tariff()

st.title(language.text("page.portfolio.title"))
scenario_form.draw(tariff, clock.today(), language)
