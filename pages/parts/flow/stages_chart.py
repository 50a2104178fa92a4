"""The charts of stages: how many migrations stand at each now, and how many stood there at the end of each day."""

from collections.abc import Mapping

from core.flow.cumulative import Flow
from core.language import Language
from core.migration.stages import STAGES, Process
from pages.parts.flow import chart

_SEAM, _STRIPE = "rgba(255,255,255,0.75)", "rgba(255,255,255,0.35)"
"""Between the layers of what has piled up, and across every other of them."""


def draw_standing(standing: Mapping[str, int], query: Mapping[str, str], process: Process, language: Language) -> None:
    """Draw how many stand at each stage; a click lists them on the board, with its filters as in `query`."""
    names = [chart.stage_name(stage, process, language) for stage in standing]
    counts = list(standing.values())
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": counts,
        "marker": {"color": chart.COLOUR},
        "text": [language.value(count) for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [
            f"<b>{name}</b><br>{language.text('flow.migrations', count=count)}"
            for name, count in zip(names, counts, strict=True)
        ],
        "hoverinfo": "text",
        "customdata": list(standing),
        "selected": chart.WHOLE,
        "unselected": chart.WHOLE,
    }
    layout = {
        **chart.layout(language, 290),
        "bargap": 0.3,
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, max(*counts, 1) * 1.15]},
        "yaxis": {"autorange": "reversed", "fixedrange": True, "automargin": True, "tickfont": {"size": 12}},
    }
    chart.draw([bars], layout, "wip", language, opens=True, query=query)


def draw_cumulative(found: Flow, process: Process, language: Language) -> None:
    """Draw how many stood at each stage at the end of each day, one above the other, what is over at the bottom."""
    traces = []
    later = None
    for n, stage in enumerate(reversed(STAGES)):
        entered = found.entered[stage]
        standing = entered if later is None else entered - later
        name = chart.stage_name(stage, process, language)
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
    dates = language.axis_month if len(found.days) > chart.MONTHS else language.axis_day
    layout = {
        **chart.layout(language, 470),
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
    chart.draw(traces, layout, "cumulative", language)
