"""What the charts of the flow share: their colours, names as text, dots; and that a click opens what it meets."""

import datetime as dt
import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.flow.history import Item
from core.flow.times import Aged
from core.language import Language
from core.migration import worded
from core.migration.stages import Process
from pages.parts.flow import session_keys
from pages.parts.shared import plot

Part = dict[str, Any]
"""A part of what plotly draws, in its own words."""

# All read on light and dark. What is as it should be is of the one colour; what is not has a shape of its own as well.
COLOUR, ALARM, GREY = "#1a8f94", "#d2552d", "#8a9594"
MONTHS = 100
"""From so many days on, an axis counts in months."""
WHOLE: Part = {"marker": {"opacity": 1}}
"""How a mark looks whether it is clicked or not."""
_NAME = 60
"""Letters of a client's name."""


def leave() -> None:
    """Go where somebody has just clicked."""
    if found := st.session_state.pop(session_keys.OPEN, None):
        page, query = found
        st.switch_page(page, query_params=query)


def stage_name(id: str, process: Process, language: Language) -> str:
    """Return what a stage is called, as text for a chart."""
    return html.escape(language.value(worded.stage(id, process)), quote=False)


def title(ref: str, client: str) -> str:
    """Return what a migration is called, as text for a chart."""
    # What stands in a chart is read as a kind of markup; names come from a file that may be anybody's.
    client = client if len(client) <= _NAME else f"{client[:_NAME]}…"
    return html.escape(f"{ref} · {client}", quote=False)


def hover(i: Item, *said: str) -> str:
    """Return what a dot of a migration says where it is met."""
    return f"<b>{title(i.ref, i.client)}</b><br>{'<br>'.join(said)}"


def dots(
    x: Sequence[object], y: Sequence[int], these: Sequence[Aged | Item], marker: Mapping[str, object], said: list[str]
) -> Part:
    """Return a dot for each migration, which says something where it is met; a click on it opens that migration."""
    refs = [found.item.ref if isinstance(found, Aged) else found.ref for found in these]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": marker,
        "customdata": refs,
        "hovertext": said,
        "hoverinfo": "text",
        "selected": WHOLE,
        "unselected": WHOLE,
    }


def names_of_lines(lines: Mapping[int, int], top: float, language: Language) -> list[Part]:
    """Return the names of lines at their right ends; of lines too close to each other one says both."""
    rows: list[tuple[int, list[int]]] = []
    for percent, days in sorted(lines.items()):
        if rows and days - rows[-1][0] < top * 0.045:
            rows[-1][1].append(percent)
        else:
            rows.append((days, [percent]))
    return [
        {
            "text": f"{'/'.join(map(str, percents))}{language.text('flow.percent_sign')}",
            "x": 1, "xref": "paper", "xanchor": "left", "y": days, "yanchor": "middle", "showarrow": False,
            "font": {"size": 11},
        }
        for days, percents in rows
    ]  # fmt: skip


def short_day(day: dt.date, language: Language) -> str:
    return day.strftime(language.axis_day)


def legend(shown: bool, y: float = 1.02) -> Part:
    return {"showlegend": shown, "legend": {"orientation": "h", "y": y, "x": 0, "yanchor": "bottom"}}


def layout(language: Language, height: int) -> Part:
    return {**plot.layout(language, height, 8), "hovermode": "closest"}


def draw(
    traces: Sequence[Part],
    layout: Part,
    name: str,
    language: Language,
    *,
    opens: bool = False,
    query: Mapping[str, str] | None = None,
) -> None:
    """Draw a chart; of one that `opens`, a click leads to the migration, or to the stage on the board."""
    options: dict[str, Any] = {}
    key = f"flow_chart_{name}_{language.code}"
    if opens:
        # Every click ends its chart: under one key, the browser sends an old click again.
        key = f"{key}_{st.session_state.setdefault(session_keys.CLICKS, 0)}"

        def clicked() -> None:
            points = st.session_state[key].selection.points
            asked = points[0].get("customdata") if points else None
            if asked:
                st.session_state[session_keys.CLICKS] += 1
                st.session_state[session_keys.OPEN] = _target(str(asked), query)

        options = {"on_select": clicked, "selection_mode": "points"}
        layout = {**layout, "clickmode": "event+select"}
    alt = language.text(f"flow.alt.{name}")
    plot.draw(traces, layout, key=key, alt=alt, config={"doubleClick": False}, **options)


def _target(asked: str, query: Mapping[str, str] | None) -> tuple[str, dict[str, str]]:
    if query is None:
        return "pages/migration.py", {"ref": asked}
    return "pages/board.py", {"view": "table", "stage": asked, **query}
