"""Charts of the flow: what is in progress, how long it took, what came and went, what is agreed; a click opens it."""

import datetime as dt
import html
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from babel.dates import format_date

from core.flow.capacity import Capacity
from core.flow.cumulative import Flow
from core.flow.history import WORKED, Item
from core.flow.offering import Load
from core.flow.percentiles import PERCENTS, Percentiles, TooFew
from core.flow.throughput import Week
from core.flow.times import Aged, Pace
from core.language import Language
from core.migration import worded
from core.migration.agreed import Agreed
from core.migration.stages import STAGES, Process

_Trace = dict[str, Any]

# All read on light and dark. What is as it should be is of the one colour; what is not has a shape of its own as well.
_COLOUR, _ALARM, _GREY = "#1a8f94", "#d2552d", "#8a9594"
_BANDS = ("rgba(128,140,140,0.08)", "rgba(128,140,140,0.18)", "rgba(128,140,140,0.30)", "rgba(210,85,45,0.12)")
_MARKS = {
    "kept": {"symbol": "circle", "color": _COLOUR, "size": 9},
    "85": {"symbol": "diamond", "color": _ALARM, "size": 11},
    "95": {"symbol": "triangle-up", "color": _ALARM, "size": 12},
}
_SPREAD = 0.8
"""The part of a stage's width over which dots of the same age are spread."""
_STEP = 0.13
_SEAM, _STRIPE = "rgba(255,255,255,0.75)", "rgba(255,255,255,0.35)"
"""Between the layers of what has piled up, and across every other of them."""
_MONTHS = 100
"""From so many days on, an axis counts in months."""
_NUMBERED = 100
"""Below so many, a bar of a week has its number on it."""
_TICKS = 5
_NAME = 60
_WRAPPED = 14
"""Letters of a stage's name on a line under its column."""
_WHOLE = {"marker": {"opacity": 1}}

_CLICKS = "_flow_clicks"
_OPEN = "_flow_open"


def leave() -> None:
    """Go where somebody has just clicked."""
    if found := st.session_state.pop(_OPEN, None):
        page, query = found
        st.switch_page(page, query_params=query)


def ageing(
    found: Sequence[Aged], standing: Sequence[int], bands: Pace | TooFew, process: Process, language: Language
) -> None:
    """Draw open migrations by stage and age over the bands of those before them; `standing`: how many at each stage."""
    t = language.text
    traces = []
    places = _spread(found)
    for kind, marker in _MARKS.items():
        these = [aged for aged in found if _kind(aged) == kind]
        hover = [_aged(aged, isinstance(bands, Pace), process, language) for aged in these]
        points = _points([places[aged.item.ref] for aged in these], [aged.age for aged in these], these, marker, hover)
        if these:
            traces.append(points | {"name": t(f"flow.pace.{kind}")})
    highest = max([aged.age for aged in found], default=1)
    if isinstance(bands, Pace):
        highest = max(highest, *(days[PERCENTS[-1]] for days in bands.of.values()))
    top = highest * 1.08 + 0.5
    names = [
        "<br>".join(textwrap.wrap(_stage(stage, process, language), _WRAPPED, break_long_words=False))
        for stage in WORKED
    ]
    shapes, notes = _bands(bands, top, language) if isinstance(bands, Pace) else ([], [])
    for n, count in enumerate(standing):
        at = {"x": n, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 12}}
        notes.append({"text": language.value(count), **at})
    layout = {
        **_layout(language, 400),
        **_legend(isinstance(bands, Pace), 1.08),
        "xaxis": {
            "tickvals": list(range(len(WORKED))), "ticktext": names, "range": [-0.5, len(WORKED) - 0.5],
            "showgrid": False, "zeroline": False, "fixedrange": True, "tickfont": {"size": 11},
            "autotickangles": [0, 60, 90],
        },
        "yaxis": {"range": [0, top], "fixedrange": True, "title": {"text": t("flow.axis.age")}, "tickformat": ",d"},
        "shapes": shapes,
        "annotations": notes,
        "margin": {"l": 0, "r": 40, "t": 20, "b": 0},
    }  # fmt: skip
    _draw(traces, layout, "ageing", language, opens=True)


def _kind(aged: Aged) -> str:
    return {2: "85", 3: "95"}.get(aged.beyond or 0, "kept")


def _aged(aged: Aged, with_bands: bool, process: Process, language: Language) -> str:
    said = [_stage(aged.item.stage, process, language), language.text("flow.days", count=aged.age)]
    if with_bands:
        said.append(language.text(f"flow.beyond.{aged.beyond}"))
    if aged.item.held:
        said.append(language.text("flow.held"))
    return _hover(aged.item, *said)


def _spread(found: Iterable[Aged]) -> dict[str, float]:
    """Return where each dot stands across: those of one age beside each other within their stage."""
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for aged in found:
        alike[aged.item.stage, aged.age].append(aged.item.ref)
    places = {}
    for (stage, _), refs in alike.items():
        step = min(_STEP, _SPREAD / len(refs))
        for n, ref in enumerate(refs):
            places[ref] = WORKED.index(stage) + (n - (len(refs) - 1) / 2) * step
    return places


def _bands(bands: Pace, top: float, language: Language) -> tuple[list[_Trace], list[_Trace]]:
    shapes: list[_Trace] = []
    for n, stage in enumerate(WORKED):
        ends = [0, *(bands.of[stage][percent] for percent in PERCENTS), top]
        for fill, low, high in zip(_BANDS, ends, ends[1:], strict=False):
            at = {"x0": n - 0.5, "x1": n + 0.5, "y0": low, "y1": high}
            shapes.append({"type": "rect", "layer": "between", "line": {"width": 0}, "fillcolor": fill, **at})
        for percent in PERCENTS:
            days = bands.of[stage][percent]
            line = {"width": 1.5 if percent > PERCENTS[0] else 1, "color": _GREY}
            at = {"x0": n - 0.5, "x1": n + 0.5, "y0": days, "y1": days}
            shapes.append({"type": "line", "layer": "between", "line": line, **at})
    return shapes, _beside({percent: bands.of[WORKED[-1]][percent] for percent in PERCENTS}, top, language)


def _beside(lines: Mapping[int, int], top: float, language: Language) -> list[_Trace]:
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


def cycle_times(
    found: Sequence[Item], lines: Percentiles | TooFew, limit: int | None, process: Process, language: Language
) -> None:
    """Draw when finished migrations finished and how many days they took, against what may be promised."""
    t = language.text
    taken = {i.ref: i.cycle_time or 0 for i in found}
    traces = []
    for late in (False, True):
        these = [i for i in found if (limit is not None and taken[i.ref] > limit) is late]
        name = t(f"flow.expected.{'late' if late else 'kept'}") if limit is not None else t("flow.finished")
        marker = {"symbol": "triangle-up" if late else "circle", "color": _ALARM if late else _COLOUR, "size": 8}
        marker["opacity"] = 0.85
        hover = [_hover(i, language.value(i.finished), t("flow.days", count=taken[i.ref])) for i in these]
        if these:
            points = _points([i.finished for i in these], [taken[i.ref] for i in these], these, marker, hover)
            traces.append(points | {"name": name, "selected": {}, "unselected": {}})
    top = max(*taken.values(), limit or 0, 1) * 1.08
    shapes: list[_Trace] = []
    notes: list[_Trace] = []
    if isinstance(lines, Percentiles):
        shapes = [_level(days, {"width": 1, "color": _GREY}) for days in lines.of.values()]
        notes = _beside(lines.of, top, language)
    if limit is not None:
        shapes.append(_level(limit, {"width": 2, "dash": "dash", "color": _COLOUR}))
    days = (max(i.finished for i in found if i.finished) - min(i.finished for i in found if i.finished)).days
    layout = {
        **_layout(language, 330),
        **_legend(len(traces) > 1),
        "xaxis": {
            "type": "date", "tickformat": language.axis_month if days > _MONTHS else language.axis_day,
            "fixedrange": True, "nticks": 6,
        },
        "yaxis": {"range": [0, top], "fixedrange": True, "title": {"text": t("flow.axis.days")}, "tickformat": ",d"},
        "shapes": shapes,
        "annotations": notes,
        "margin": {"l": 0, "r": 56, "t": 8, "b": 0},
    }  # fmt: skip
    _draw(traces, layout, "cycle", language, opens=True)


def _level(days: int, line: Mapping[str, object]) -> _Trace:
    return {"type": "line", "layer": "between", "xref": "paper", "x0": 0, "x1": 1, "y0": days, "y1": days, "line": line}


def weekly(weeks: Sequence[Week], language: Language) -> None:
    """Draw how many started and how many finished in each week."""
    traces = []
    # Longer numbers run into each other.
    most = max(max(week.started, week.finished) for week in weeks)
    for name, counts, colour, pattern in (
        ("started", [week.started for week in weeks], _GREY, "/"),
        ("finished", [week.finished for week in weeks], _COLOUR, ""),
    ):
        said = language.text(f"flow.{name}")
        hover = [
            f"<b>{language.text('flow.week_of', day=week.monday)}</b><br>{said}: {count}"
            for week, count in zip(weeks, counts, strict=True)
        ]
        marker = {"color": colour, "pattern": {"shape": pattern, "fgopacity": 0.5, "size": 5}}
        text = [str(count) if count and most < _NUMBERED else "" for count in counts]
        traces.append(
            {"type": "bar", "name": said, "x": [_short(week.monday, language) for week in weeks], "y": counts}
            | {"marker": marker, "hovertext": hover, "hoverinfo": "text", "text": text, "textposition": "outside"}
            | {"cliponaxis": False, "textfont": {"size": 10}}
        )
    layout = {
        **_layout(language, 290),
        **_legend(True),
        "barmode": "group",
        "bargap": 0.25,
        "xaxis": {"type": "category", "fixedrange": True, "tickfont": {"size": 11}},
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "tickformat": ",d", **_whole_ticks(most)},
    }
    _draw(traces, layout, "weekly", language)


def _whole_ticks(most: int) -> _Trace:
    # Between 0 and 1 there is nothing to count.
    return {"dtick": 1} if most <= _TICKS else {"nticks": _TICKS}


def by_stage(standing: Mapping[str, int], query: Mapping[str, str], process: Process, language: Language) -> None:
    """Draw how many stand at each stage; a click lists them on the board, with its filters as in `query`."""
    names = [_stage(stage, process, language) for stage in standing]
    counts = list(standing.values())
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": counts,
        "marker": {"color": _COLOUR},
        "text": [language.value(count) for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [
            f"<b>{name}</b><br>{language.text('flow.migrations', count=count)}"
            for name, count in zip(names, counts, strict=True)
        ],
        "hoverinfo": "text",
        "customdata": list(standing),
        "selected": _WHOLE,
        "unselected": _WHOLE,
    }
    layout = {
        **_layout(language, 290),
        "bargap": 0.3,
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, max(*counts, 1) * 1.15]},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "automargin": True, "tickfont": {"size": 12}},
    }
    _draw([bars], layout, "wip", language, opens=True, query=query)


def loads(found: Sequence[Load], capacity: Capacity, language: Language) -> None:
    """Draw what is agreed for each day, a part of a bar for every migration, against the units of the day."""
    t = language.text
    names = [_weekday(load.day, language) for load in found]
    parts: dict[str, list[tuple[str, int, int, Agreed]]] = {"accepted": [], "proposed": [], "held": []}
    for name, load in zip(names, found, strict=True):
        base = 0
        for agreed in load.agreed:
            units = capacity.units(len(agreed.migration.active))
            kind = "held" if agreed.migration.hold else "accepted" if agreed.accepted or agreed.begun else "proposed"
            parts[kind].append((name, base, units, agreed))
            base += units
    patterns = {"accepted": "", "proposed": "/", "held": "x"}
    traces: list[_Trace] = [
        {
            "type": "bar",
            "name": t(f"flow.agreed.{kind}"),
            "x": [name for name, *_ in these],
            "base": [base for _, base, *_ in these],
            "y": [units for _, _, units, _ in these],
            "width": 0.6,
            "marker": {
                "color": _COLOUR,
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.9)"},
                "pattern": {"shape": patterns[kind], "fgopacity": 0.6, "size": 6},
            },
            "hovertext": [
                "<br>".join(
                    [
                        f"<b>{_title(agreed.migration.ref, agreed.migration.client)}</b>",
                        name.replace("<br>", " ") + (f" {agreed.hour:%H:%M}" if agreed.hour else ""),
                        t("flow.units", count=units),
                    ]
                )
                for name, _, units, agreed in these
            ],
            "hoverinfo": "text",
            "customdata": [agreed.migration.ref for *_, agreed in these],
            "selected": _WHOLE,
            "unselected": _WHOLE,
        }
        for kind, these in parts.items()
        if these
    ]
    room = {"symbol": "line-ew-open", "size": 34, "color": _GREY, "line": {"width": 2.5}}
    traces.append(
        {"type": "scatter", "mode": "markers", "name": t("flow.capacity"), "x": names, "y": [x.units for x in found]}
        | {"marker": room, "hoverinfo": "skip", "selected": _WHOLE, "unselected": _WHOLE}
    )
    top = max([1, *(max(load.units, load.taken) for load in found)])
    notes = [
        {
            "text": f"{'▲ ' if load.taken > load.units else ''}{load.taken}/{load.units}",
            "x": name, "y": max(load.units, load.taken), "yanchor": "bottom", "yshift": 3, "showarrow": False,
            "font": {"size": 12},
        }
        for name, load in zip(names, found, strict=True)
    ]  # fmt: skip
    layout = {
        **_layout(language, 300),
        **_legend(True),
        "barmode": "overlay",
        "xaxis": {
            "type": "category", "categoryorder": "array", "categoryarray": names, "fixedrange": True,
            "tickfont": {"size": 11}, "range": [-0.5, len(names) - 0.5], "tickangle": 0,
        },
        "yaxis": {"visible": False, "range": [0, top * 1.2], "fixedrange": True},
        "annotations": notes,
    }  # fmt: skip
    _draw(traces, layout, "loads", language, opens=True)


def cumulative(found: Flow, process: Process, language: Language) -> None:
    """Draw how many stood at each stage at the end of each day, one above the other, what is over at the bottom."""
    traces = []
    later = None
    for n, stage in enumerate(reversed(STAGES)):
        entered = found.entered[stage]
        standing = entered if later is None else entered - later
        name = _stage(stage, process, language)
        shade = f"rgba(26,143,148,{0.20 + 0.075 * n:.3f})" if n else "rgba(128,140,140,0.25)"
        traces.append(
            {
                "type": "scatter", "mode": "lines", "stackgroup": "all", "name": name, "x": found.days,
                "y": standing.tolist(), "line": {"width": 1, "color": _SEAM}, "fillcolor": shade,
                "fillpattern": {"shape": "/" if n % 2 else "", "fillmode": "overlay", "fgcolor": _STRIPE, "size": 9},
                "hovertext": [f"{name}: {language.value(count)}" for count in standing.tolist()], "hoverinfo": "x+text",
            }
        )  # fmt: skip
        later = entered
    # What was over before the first day would press what is in progress flat.
    lowest = int(found.entered[STAGES[-1]][0])
    highest = int(found.entered[STAGES[0]][-1])
    dates = language.axis_month if len(found.days) > _MONTHS else language.axis_day
    layout = {
        **_layout(language, 470),
        "showlegend": True,
        "legend": {
            "orientation": "h", "traceorder": "reversed", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0,
            "font": {"size": 12},
        },
        "hovermode": "x unified",
        "xaxis": {
            "type": "date", "tickformat": dates, "hoverformat": "%d.%m.%Y" if language.code == "pl" else "%-d %b %Y",
            "fixedrange": True, "nticks": 8,
        },
        "yaxis": {
            "range": [lowest, highest + max(1, (highest - lowest) * 0.05)], "fixedrange": True, "tickformat": ",d",
            "title": {"text": language.text("flow.axis.migrations")},
        },
    }  # fmt: skip
    _draw(traces, layout, "cumulative", language)


# -- what charts share


def _stage(id: str, process: Process, language: Language) -> str:
    return html.escape(language.value(worded.stage(id, process)), quote=False)


def _title(ref: str, client: str) -> str:
    # What stands in a chart is read as a kind of markup; names come from a file that may be anybody's.
    client = client if len(client) <= _NAME else f"{client[:_NAME]}…"
    return html.escape(f"{ref} · {client}", quote=False)


def _hover(i: Item, *said: str) -> str:
    return f"<b>{_title(i.ref, i.client)}</b><br>{'<br>'.join(said)}"


def _points(
    x: Sequence[object], y: Sequence[int], these: Sequence[Aged | Item], marker: Mapping[str, object], hover: list[str]
) -> _Trace:
    refs = [found.item.ref if isinstance(found, Aged) else found.ref for found in these]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": marker,
        "customdata": refs,
        "hovertext": hover,
        "hoverinfo": "text",
        "selected": _WHOLE,
        "unselected": _WHOLE,
    }


def _short(day: dt.date, language: Language) -> str:
    return day.strftime(language.axis_day)


def _weekday(day: dt.date, language: Language) -> str:
    return f"{format_date(day, 'EEE', locale=language.locale)}<br>{_short(day, language)}"


def _legend(shown: bool, y: float = 1.02) -> _Trace:
    return {"showlegend": shown, "legend": {"orientation": "h", "y": y, "x": 0, "yanchor": "bottom"}}


def _layout(language: Language, height: int) -> _Trace:
    return {
        "height": height,
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "separators": language.separators,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
    }


def _draw(
    traces: Sequence[_Trace],
    layout: _Trace,
    name: str,
    language: Language,
    *,
    opens: bool = False,
    query: Mapping[str, str] | None = None,
) -> None:
    """Draw a chart; of one that `opens`, a click leads to the migration, or to the stage on the board."""
    chart: dict[str, Any] = {"config": {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}}
    key = f"flow_chart_{name}_{language.code}"
    if opens:
        # Every click ends its chart: under one key, the browser sends an old click again.
        key = f"{key}_{st.session_state.setdefault(_CLICKS, 0)}"

        def clicked() -> None:
            points = st.session_state[key].selection.points
            asked = points[0].get("customdata") if points else None
            if asked:
                st.session_state[_CLICKS] += 1
                st.session_state[_OPEN] = _target(str(asked), query)

        chart |= {"on_select": clicked, "selection_mode": "points"}
        layout = {**layout, "clickmode": "event+select"}
    st.plotly_chart(
        go.Figure({"data": list(traces), "layout": layout}), key=key, alt=language.text(f"flow.alt.{name}"), **chart
    )


def _target(asked: str, query: Mapping[str, str] | None) -> tuple[str, dict[str, str]]:
    if query is None:
        return "pages/migration.py", {"ref": asked}
    return "pages/board.py", {"view": "table", "stage": asked, **query}
