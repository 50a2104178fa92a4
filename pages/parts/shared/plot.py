"""What charts of plotly share: they stand still under a finger, and say in words what they show."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.ground.clock import WARSAW
from core.language import Language


def layout(language: Language, height: int, top: int) -> dict[str, Any]:
    """Return the layout that a chart begins with, of so many pixels, so many of them free above it."""
    return {
        "height": height,
        "margin": {"l": 0, "r": 8, "t": top, "b": 0},
        "separators": language.separators,
        "showlegend": False,
        "dragmode": False,
    }


def draw(
    traces: Sequence[Mapping[str, object]],
    layout: Mapping[str, object],
    *,
    key: str,
    alt: str,
    config: Mapping[str, object] | None = None,
    **options: Any,
) -> None:
    """Draw a chart, put together as plain data: checked by plotly once, it takes a part of the time.

    `alt`: said to whoever does not see it; `config`: of plotly's own, beside that nothing is moved.
    """
    st.plotly_chart(
        go.Figure({"data": list(traces), "layout": dict(layout)}),
        key=key,
        alt=alt,
        config={"displayModeBar": False, "scrollZoom": False, **(config or {})},
        **options,
    )


def wall(at: dt.datetime) -> dt.datetime:
    """Return a moment (UTC) as the clock on the wall has it: plotly shows what it is given."""
    return at.astimezone(WARSAW).replace(tzinfo=None)


def moment(at: dt.datetime, language: Language) -> str:
    """Return a moment (UTC) with its hour, as a legend tells it."""
    return f"{language.value(at.astimezone(WARSAW).date())} {wall(at):%H:%M}"


def time_ticks(language: Language) -> list[dict[str, Any]]:
    """Return how moments are written on an axis: with seconds where there is room for them."""
    minute, day = 60_000, 86_400_000
    return [
        {"dtickrange": [None, minute], "value": "%H:%M:%S"},
        {"dtickrange": [minute, day], "value": f"%H:%M\n{language.axis_day}"},
        {"dtickrange": [day, None], "value": language.axis_day},
    ]
