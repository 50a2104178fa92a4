"""What the scenarios come to, on the page: in short, and room by room for the one that is edited."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st

from core.language import Language
from pages.parts.portfolio import differences, one_scenario, short, side_by_side
from pages.parts.portfolio.played import Played
from pages.parts.shared import tabs
from pages.parts.shared.words import plain

_ROOMS = {
    "portfolio.room.side_by_side": side_by_side.draw_sums,
    "portfolio.room.differences": differences.draw_differences,
    "portfolio.room.cash": side_by_side.draw_cash,
    "portfolio.room.boundaries": one_scenario.draw_boundaries,
    "portfolio.room.readings": one_scenario.draw_readings,
    "portfolio.room.refused": one_scenario.draw_refused,
    "portfolio.room.days": one_scenario.draw_days,
    "portfolio.room.rows": differences.draw_rows,
}
_GREY = """<style>
.st-key-portfolio_figures_of_another_base :is(
  [data-testid="stMetric"], [data-testid="stDataFrame"], [data-testid="stPlotlyChart"], [data-testid="stTable"],
  [data-testid="stCaptionContainer"]
) { opacity: 0.4; filter: grayscale(1); }
</style>"""


@contextmanager
def greyed(another: bool, language: Language) -> Iterator[None]:
    """Draw figures grey where they are of another base than the link's: nobody should take them for the link's."""
    with st.container(key=f"portfolio_figures{'_of_another_base' if another else ''}"):
        if another:
            st.html(_GREY)
            st.warning(plain(language.text("portfolio.of_another_base")), icon=":material/file_copy_off:")
        yield


def draw(played: Played, language: Language) -> None:
    """Draw the answer in short, and the open room."""
    short.draw(played, language)
    tabs.draw("portfolio", {room: partial(draw, played, language) for room, draw in _ROOMS.items()}, language)
