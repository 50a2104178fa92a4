"""New against old over time, large: a step for every round that said something else, the switch and the bound."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.ground import clock
from core.watch import showing
from core.watch.showing import Point, Shown
from core.watch.watches import Seen
from pages.parts.shared import plot, shell
from pages.parts.shared.words import plain

_LINES = {"new": ("#2e7d4f", "solid"), "old": ("#b26a00", "dash"), "other": ("#777777", "dot")}
"""What a round counts, with its colour and its kind of line: never told apart by colour alone."""

_DASHES = {"switched": "dashdot", "bound": "longdash"}


def draw(one: Shown, rounds: Sequence[Seen]) -> None:
    """Draw what resolvers said over time; nothing before any was asked."""
    language, watch, now = shell.language(), one.watch, clock.now()
    points = showing.line([seen.sight for seen in rounds])
    if not points or watch.sight is None:
        return
    t, until = language.text, watch.ended_at or max(now, watch.sight.at)
    st.subheader(t("watches.line"), anchor=False)
    traces = [_trace(points, kind, until, t(f"watches.line.{kind}")) for kind in _LINES]
    marks = {"switched": watch.sight.switched, "bound": watch.sight.bound}
    top = max(point.new + point.old + point.other for point in points)
    traces += [_mark(t(f"watches.line.{kind}"), at, top, _DASHES[kind]) for kind, at in marks.items() if at]
    layout = plot.layout(language, 220, 24) | {
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "x",
        "xaxis": {"type": "date", "tickformatstops": plot.time_ticks(language), "fixedrange": True},
        "yaxis": {"rangemode": "tozero", "fixedrange": True, "automargin": True},
    }
    said = t(showing.counted(watch.sight, {}))
    plot.draw(traces, layout, key=f"watches_line_{language.code}", alt=f"{t('watches.line')}: {said}")
    st.caption(plain(t("watches.line.what")))


def _trace(points: Sequence[Point], kind: str, until: dt.datetime, name: str) -> dict[str, Any]:
    colour, dash = _LINES[kind]
    counts = [getattr(point, kind) for point in points]
    return {
        "x": [*(plot.wall(point.at) for point in points), plot.wall(until)],
        "y": [*counts, counts[-1]],
        "mode": "lines",
        "name": name,
        "line": {"shape": "hv", "width": 2, "color": colour, "dash": dash},
    }


def _mark(name: str, at: dt.datetime, top: int, dash: str) -> dict[str, Any]:
    return {
        "x": [plot.wall(at)] * 2,
        "y": [0, top],
        "mode": "lines",
        "name": name,
        "hoverinfo": "name",
        "line": {"width": 2, "dash": dash, "color": "#4a6fa5"},
    }
