"""The plan of a switch as a picture: a bar for what lasts, a line for now and for the switch."""

import datetime as dt
from typing import Any

from core.cutover.plan import Plan
from core.cutover.showing.axis import What, spans
from pages.parts.shared import plot, shell

_ROW, _AROUND, _LINE = 26, 40, 20
"""Pixels of a bar, of what stands around them, and of a line of the legend."""
_COLOURS: dict[What, str] = {
    "lower": "#5f6b6e",
    "edited_first": "#1a8f94",
    "untouched": "#d2552d",
    "delegation": "#9aa3a5",
}
_NOW, _SWITCH = "#9aa3a5", "#1a8f94"


def draw(plan: Plan, now: dt.datetime) -> None:
    """Draw a plan; nothing where no end of it is known."""
    language, bars = shell.language(), spans(plan)
    if not bars:
        return
    t, bottom = language.text, len(bars)
    traces: list[dict[str, Any]] = []
    for row, (what, begins, ends) in enumerate(bars):
        at = begins if what == "lower" else ends
        name = t(f"cutover.axis.{what}", at=plot.moment(at, language))
        traces.append(_line([(begins, row), (ends, row)], name, _COLOURS[what], 12))
    marks = (("now", now, "dot", _NOW), ("switch", plan.switch, "solid", _SWITCH))
    for what, at, dash, colour in marks:
        name = t(f"cutover.axis.{what}", at=plot.moment(at, language))
        traces.append(_line([(at, -0.6), (at, bottom - 0.4)], name, colour, 2, dash))
    layout = {
        **plot.layout(language, _AROUND + _ROW * bottom + _LINE * len(traces), 8),
        "showlegend": True,
        # Below each other they are read on a phone too.
        "legend": {"orientation": "v", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
        "xaxis": {"type": "date", "fixedrange": True, "tickformatstops": plot.time_ticks(language)},
        "yaxis": {"visible": False, "fixedrange": True, "range": [bottom - 0.4, -0.6]},
    }
    said = "; ".join(str(trace["name"]) for trace in traces)
    plot.draw(traces, layout, key="cutover_axis", alt=t("cutover.axis.alt", said=said))


def _line(
    points: list[tuple[dt.datetime, float]], name: str, colour: str, width: int, dash: str = "solid"
) -> dict[str, Any]:
    return {
        "x": [plot.wall(at) for at, _ in points],
        "y": [row for _, row in points],
        "mode": "lines",
        "name": name,
        "hoverinfo": "name",
        "line": {"width": width, "color": colour, "dash": dash},
    }
