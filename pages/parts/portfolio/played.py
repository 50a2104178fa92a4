"""Scenarios played over a base, and remembered for the session: only the edited one changes from run to run."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.language import Language
from core.pricing.tariff import Tariff
from core.simulation import figures
from core.simulation.figures import Totals
from core.simulation.scenario import Scenario
from core.simulation.simulate import Simulated, simulate, unchanged
from core.simulation.subscriptions import Subscriptions
from pages.parts.portfolio import session_keys
from pages.parts.portfolio.scenario_words import title

_REMEMBERED = 8
"""Four scenarios, nobody changing, and as many that somebody has just gone away from."""


@dataclass(frozen=True)
class Side:
    """A scenario that stands beside others."""

    name: str
    found: Simulated
    totals: Totals


@dataclass(frozen=True)
class Played:
    """Scenarios by slot, one of which is `edited`, and beside them nobody changing.

    `of_base` says in words which subscriptions these are, for files.
    """

    sides: Mapping[str, Side]
    going_on: Side
    edited: str
    tariff: Tariff
    of_base: str

    @property
    def side(self) -> Side:
        """The scenario that is edited."""
        return self.sides[self.edited]

    @property
    def found(self) -> Simulated:
        """What that came to, row by row."""
        return self.side.found

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """All scenarios by name, for a file that has figures of each."""
        return {side.name: side.found.scenario for side in self.sides.values()}


def play(
    base: Subscriptions,
    of_base: str,
    scenarios: Mapping[str, Scenario],
    edited: str,
    tariff: Tariff,
    today: dt.date,
    language: Language,
) -> Played:
    """Return what scenarios come to over a base."""
    sides = {
        slot: _side(title(slot, scenario, tariff, language), base, scenario, tariff, today)
        for slot, scenario in scenarios.items()
    }
    nobody = unchanged(scenarios[edited], today)
    going_on = _side(language.text("portfolio.nobody"), base, nobody, tariff, today)
    return Played(sides, going_on, edited, tariff, of_base)


def _side(name: str, base: Subscriptions, scenario: Scenario, tariff: Tariff, today: dt.date) -> Side:
    kept: list[tuple[object, Simulated, Totals]] = st.session_state.setdefault(session_keys.PLAYED, [])
    asked = (scenario, tariff.version, today)
    # What was worked out over another base would keep that in memory.
    kept[:] = [side for side in kept if side[1].base is base]
    for number, (key, found, totals) in enumerate(kept):
        if key == asked:
            kept.append(kept.pop(number))
            return Side(name, found, totals)
    found = simulate(base, scenario, tariff, today)
    kept.append((asked, found, figures.totals(found)))
    del kept[:-_REMEMBERED]
    return Side(name, found, kept[-1][2])
