"""Charts of a simulation: differences by size, cash by month, what is due by the day of the change."""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

from core.language import Language
from core.pricing import calendar
from core.pricing.day_by_day import DayTotal
from core.simulation.figures import Step
from pages.parts.shared import plot

# All read on light and dark; what they stand for is written beside each.
_LESS, _MORE = "#1a8f94", "#8a6fd1"
_SIDES = ("#8a9594", "#1a8f94", "#8a6fd1", "#c28a00", "#d2552d")
_DASHES = ("dot", "solid", "dash", "dashdot", "longdash")
_SCENARIO_DAY = "#c28a00"
_ABOVE = 24
"""Pixels above a chart."""


def distribution(steps: Sequence[Step], language: Language) -> None:
    """Draw how many pay how much less or more."""
    t = language.text
    used = [number for number, step in enumerate(steps) if step.count]
    shown = steps[used[0] : used[-1] + 1]
    names = [_range(step, language) for step in shown]
    counts = [step.count for step in shown]
    texts = [language.value(count) if count else "" for count in counts]
    bars = {
        "type": "bar",
        "x": names,
        "y": counts,
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": [_LESS if step.high is not None and step.high <= 0 else _MORE for step in shown]},
        "hovertext": [
            f"<b>{name}</b><br>{t('portfolio.rows', count=count)}" for name, count in zip(names, counts, strict=True)
        ],
        "hoverinfo": "text",
    }
    layout = {
        **plot.layout(language, 300, _ABOVE),
        "xaxis": {
            "type": "category",
            "fixedrange": True,
            "title": {"text": language.text("portfolio.axis.difference")},
        },
        "yaxis": {"fixedrange": True, "title": {"text": language.text("portfolio.axis.rows")}, "tickformat": ",d"},
    }
    _draw([bars], layout, "distribution", language)


def _range(step: Step, language: Language) -> str:
    low, high = (None if end is None else _whole(end, language) for end in (step.low, step.high))
    if low is None:
        return f"< {high}"
    return f"> {low}" if high is None else f"{low} … {high}"


def _whole(grosze: int, language: Language) -> str:
    text = language.value(abs(grosze) // 100)
    return f"−{text}" if grosze < 0 else f"+{text}" if grosze else "0"


def months(beside: Mapping[str, Mapping[dt.date, int]], language: Language) -> None:
    """Draw what comes in by calendar month, for every scenario."""
    # Plotly takes tags for markup, and a scenario's name comes with a link.
    names = [escape(name) for name in beside]
    lines = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": list(by_month),
            "y": [net / 100 for net in by_month.values()],
            "line": {"color": _SIDES[number], "width": 2.5, "dash": _DASHES[number]},
            "marker": {"color": _SIDES[number], "size": 5},
            "hovertext": [f"<b>{month:%m.%Y}</b> · {name}<br>{language.money(net)}" for month, net in by_month.items()],
            "hoverinfo": "text",
        }
        for number, (name, by_month) in enumerate(zip(names, beside.values(), strict=True))
    ]
    layout = {
        **plot.layout(language, 380, _ABOVE),
        "showlegend": True,
        "hovermode": "x",
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        "xaxis": {"tickformat": language.axis_month, "fixedrange": True},
        "yaxis": {**_money(language), "rangemode": "tozero"},
    }
    _draw(lines, layout, "months", language)


def days(totals: Sequence[DayTotal], chosen: dt.date, language: Language) -> None:
    """Draw what would be due altogether by the day of the change, with the scenario's day marked."""
    dates = [calendar.date(total.day) for total in totals]
    line = {
        "type": "scatter",
        "mode": "lines",
        "line": {"color": _SIDES[1], "width": 2.5},
        "x": dates,
        "y": [total.net / 100 for total in totals],
        "hovertext": [
            f"<b>{language.value(date)}</b><br>{language.money(total.net)}<br>"
            + language.text("portfolio.short.carried", count=total.changed)
            for date, total in zip(dates, totals, strict=True)
        ],
        "hoverinfo": "text",
    }
    mark = {"type": "line", "x0": chosen, "x1": chosen, "yref": "paper", "y0": 0, "y1": 1}
    layout = {
        **plot.layout(language, 340, _ABOVE),
        "hovermode": "x",
        "xaxis": {"tickformat": language.axis_month, "fixedrange": True},
        "yaxis": {**_money(language), "rangemode": "tozero"},
        "shapes": [{**mark, "line": {"width": 2, "dash": "dot", "color": _SCENARIO_DAY}}],
        "annotations": [
            {
                "text": language.text("portfolio.days.chosen"),
                "x": chosen, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom", "showarrow": False,
            }
        ],
    }  # fmt: skip
    _draw([line], layout, "days", language)


def _money(language: Language) -> dict[str, object]:
    affixes = {"tickprefix": language.money_prefix, "ticksuffix": language.money_suffix}
    return {"tickformat": ",.0f", "nticks": 6, "fixedrange": True, **affixes}


def _draw(traces: Sequence[Mapping[str, object]], layout: Mapping[str, object], name: str, language: Language) -> None:
    alt = language.text(f"portfolio.alt.{name}")
    plot.draw(traces, layout, key=f"portfolio_chart_{name}_{language.code}", alt=alt)
