"""The time axis of a check: how each resolver looked at each round, from the publication to the end of the old data."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.dns.judging.eta import LATEST, USUAL
from core.dns.observation import Server
from core.dns.showing.picture import Kind, Sample
from core.language import Language
from pages.parts.propagation.answer_words import COLOURS, SYMBOLS
from pages.parts.shared import plot

_ROW, _AROUND, _LINE = 18, 60, 20
"""Pixels of a resolver's row, of all that stands around the rows, and of a line of the legend."""


def draw(
    samples: Sequence[Sample],
    servers: Sequence[Server],
    published: dt.datetime | None,
    bound: dt.datetime | None,
    words_of_kinds: Mapping[Kind, str],
    language: Language,
    key: str,
) -> None:
    """Draw the axis with a row for each of `servers`; `published` and `bound` (UTC) where they are known."""
    whole, now = "whole", "now"
    words = {whole: language.text("propagation.axis.whole"), now: language.text("propagation.axis.now")}
    # A day and a half beside a minute of samples leaves those a dot.
    shown = st.segmented_control(
        language.text("propagation.axis.range"),
        list(words),
        default=whole,
        format_func=words.get,
        key=f"{key}_range",
        label_visibility="collapsed",
    )
    figure = _figure(samples, servers, published, bound, words_of_kinds, str(shown), language)
    if shown == now:
        ends = [sample.at for sample in samples]
        slack = (max(ends) - min(ends)) / 20 + dt.timedelta(seconds=5)
        figure.layout.xaxis.range = [plot.wall(min(ends) - slack), plot.wall(max(ends) + slack)]
    st.plotly_chart(
        figure,
        key=key,
        config={"displayModeBar": False, "scrollZoom": False},
        alt=language.text("propagation.axis.alt"),
    )


def _figure(
    samples: Sequence[Sample],
    servers: Sequence[Server],
    published: dt.datetime | None,
    bound: dt.datetime | None,
    words_of_kinds: Mapping[Kind, str],
    revision: str,
    language: Language,
) -> go.Figure:
    t = language.text
    names = {server: _name(server) for server in servers}
    traces = [
        _points([sample for sample in samples if sample.kind == kind], kind, names, words_of_kinds[kind])
        for kind in dict.fromkeys(sample.kind for sample in samples)
    ]
    marks: list[tuple[str, dt.datetime, str, str]] = []
    if published:
        marks.append((t("propagation.axis.published"), published, "solid", "#1a8f94"))
        marks.append((t("propagation.axis.usual"), published + USUAL, "dot", "#9aa3a5"))
        marks.append((t("propagation.axis.latest"), published + LATEST, "dot", "#5f6b6e"))
    if bound:
        marks.append((t("propagation.axis.bound"), bound, "dash", "#d2552d"))
    rows = list(names.values())
    traces += [_mark(f"{word} {plot.moment(at, language)}", at, rows, dash, colour) for word, at, dash, colour in marks]
    layout = {
        "height": _AROUND + _ROW * max(3, len(servers)) + _LINE * len(traces),
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "separators": language.separators,
        "showlegend": True,
        # Below each other they are read on a phone too.
        "legend": {"orientation": "v", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
        "hovermode": "closest",
        "dragmode": "zoom",
        # What somebody has zoomed into stays when the next answers come.
        "uirevision": revision,
        "xaxis": {"type": "date", "tickformatstops": plot.time_ticks(language)},
        "yaxis": {
            "autorange": "reversed",
            "fixedrange": True,
            "automargin": True,
            "type": "category",
            "categoryorder": "array",
            "categoryarray": rows,
            "dtick": 1,
        },
    }
    return go.Figure({"data": traces, "layout": layout})


def _points(these: Sequence[Sample], kind: Kind, names: dict[Server, str], word: str) -> dict[str, Any]:
    colour = COLOURS[kind]
    return {
        "x": [plot.wall(sample.at) for sample in these],
        "y": [names[sample.server] for sample in these],
        "mode": "markers",
        "name": word,
        "marker": {
            "symbol": SYMBOLS[kind],
            "color": colour,
            "size": 9,
            "line": {"width": 2, "color": colour},
        },
        "hovertext": [f"{names[sample.server]}<br>{plot.wall(sample.at):%H:%M:%S} · {word}" for sample in these],
        "hoverinfo": "text",
    }


def _name(server: Server) -> str:
    # What stands in a chart is read as a kind of markup; names come from a file that may be anybody's.
    operator = server.operator.replace("<", "‹").replace(">", "›").replace("&", "+")
    return f"{operator[:24]} {server.address}".strip()


def _mark(name: str, at: dt.datetime, rows: list[str], dash: str, colour: str) -> dict[str, Any]:
    return {
        "x": [plot.wall(at)] * 2,
        "y": [rows[0], rows[-1]],
        "mode": "lines",
        "name": name,
        "hoverinfo": "name",
        # One row alone has no height: a mark of it is a dot then.
        **({"mode": "markers"} if len(rows) == 1 else {}),
        "line": {"width": 2, "dash": dash, "color": colour},
        "marker": {"color": colour, "symbol": "line-ns-open", "size": 14},
    }
