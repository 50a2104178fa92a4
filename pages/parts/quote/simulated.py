"""Prices of a scenario, where a link from the portfolio asks to quote by them instead of those in force."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.ground import clock
from core.ground.messages import FieldError, InputError
from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation import link
from core.simulation.scenario import Scenario
from pages.parts.shared.words import plain


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the address says of a scenario: nothing where `parameters` are none.

    `scenario`: None where it does not read, `wrong` says why; `tariff`: what is quoted by.
    """

    parameters: Mapping[str, str]
    scenario: Scenario | None
    wrong: tuple[FieldError, ...]
    tariff: Tariff


def of_address(in_force: Tariff) -> Simulated:
    """Return the scenario of the page's address."""
    given = {name: text for name, text in st.query_params.to_dict().items() if link.is_simulated(name)}
    try:
        scenario = link.simulated_scenario(given, in_force, clock.today())
        return Simulated(given, scenario, (), scenario.tariff(in_force))
    except InputError as error:
        return Simulated(given, None, error.errors, in_force)


def draw(simulated: Simulated, differs: str, language: Language) -> None:
    """Say that the prices are a scenario's, with what differs in it, and the way back to those in force."""
    if not simulated.parameters:
        return
    t = language.text
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        said = f" ({differs})" if differs else ""
        st.markdown(f":material/query_stats: {plain(t('quote.simulated') + said)}", width="stretch")
        st.button(t("quote.in_force"), on_click=_leave, args=(tuple(simulated.parameters),))


def _leave(parameters: tuple[str, ...]) -> None:
    for name in parameters:
        del st.query_params[name]
