"""The chart of loads: what is agreed for each day, a part of a bar for every migration, against what a day can take."""

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date

from core.flow.capacity import Capacity
from core.flow.offering import Load
from core.language import Language
from core.migration.agreed import Agreed
from pages.parts.flow import chart


def draw(found: Sequence[Load], capacity: Capacity, language: Language) -> None:
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
    traces: list[chart.Part] = [
        {
            "type": "bar",
            "name": t(f"flow.agreed.{kind}"),
            "x": [name for name, *_ in these],
            "base": [base for _, base, *_ in these],
            "y": [units for _, _, units, _ in these],
            "width": 0.6,
            "marker": {
                "color": chart.COLOUR,
                "line": {"width": 1.5, "color": "rgba(255,255,255,0.9)"},
                "pattern": {"shape": patterns[kind], "fgopacity": 0.6, "size": 6},
            },
            "hovertext": [
                "<br>".join(
                    [
                        f"<b>{chart.title(agreed.migration.ref, agreed.migration.client)}</b>",
                        name.replace("<br>", " ") + (f" {agreed.hour:%H:%M}" if agreed.hour else ""),
                        t("flow.units", count=units),
                    ]
                )
                for name, _, units, agreed in these
            ],
            "hoverinfo": "text",
            "customdata": [agreed.migration.ref for *_, agreed in these],
            "selected": chart.WHOLE,
            "unselected": chart.WHOLE,
        }
        for kind, these in parts.items()
        if these
    ]
    room = {"symbol": "line-ew-open", "size": 34, "color": chart.GREY, "line": {"width": 2.5}}
    traces.append(
        {"type": "scatter", "mode": "markers", "name": t("flow.capacity"), "x": names, "y": [x.units for x in found]}
        | {"marker": room, "hoverinfo": "skip", "selected": chart.WHOLE, "unselected": chart.WHOLE}
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
        **chart.layout(language, 300),
        **chart.legend(True),
        "barmode": "overlay",
        "xaxis": {
            "type": "category", "categoryorder": "array", "categoryarray": names, "fixedrange": True,
            "tickfont": {"size": 11}, "range": [-0.5, len(names) - 0.5], "tickangle": 0,
        },
        "yaxis": {"visible": False, "range": [0, top * 1.2], "fixedrange": True},
        "annotations": notes,
    }  # fmt: skip
    chart.draw(traces, layout, "loads", language, opens=True)


def _weekday(day: dt.date, language: Language) -> str:
    return f"{format_date(day, 'EEE', locale=language.locale)}<br>{chart.short_day(day, language)}"
