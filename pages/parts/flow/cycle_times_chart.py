"""The chart of cycle times: when finished migrations finished and how many days they took."""

from collections.abc import Mapping, Sequence

from core.flow.history import Item
from core.flow.percentiles import Percentiles, TooFew
from core.language import Language
from pages.parts.flow import chart


def draw(found: Sequence[Item], lines: Percentiles | TooFew, limit: int | None, language: Language) -> None:
    """Draw when finished migrations finished and how many days they took, against what may be promised."""
    t = language.text
    taken = {i.ref: i.cycle_time or 0 for i in found}
    traces = []
    for late in (False, True):
        these = [i for i in found if (limit is not None and taken[i.ref] > limit) is late]
        name = t(f"flow.expected.{'late' if late else 'kept'}") if limit is not None else t("flow.finished")
        symbol, colour = ("triangle-up", chart.ALARM) if late else ("circle", chart.COLOUR)
        marker = {"symbol": symbol, "color": colour, "size": 8, "opacity": 0.85}
        hover = [chart.hover(i, language.value(i.finished), t("flow.days", count=taken[i.ref])) for i in these]
        if these:
            points = chart.dots([i.finished for i in these], [taken[i.ref] for i in these], these, marker, hover)
            traces.append(points | {"name": name, "selected": {}, "unselected": {}})
    top = max(*taken.values(), limit or 0, 1) * 1.08
    shapes: list[chart.Part] = []
    notes: list[chart.Part] = []
    if isinstance(lines, Percentiles):
        shapes = [_level(days, {"width": 1, "color": chart.GREY}) for days in lines.of.values()]
        notes = chart.names_of_lines(lines.of, top, language)
    if limit is not None:
        shapes.append(_level(limit, {"width": 2, "dash": "dash", "color": chart.COLOUR}))
    days = (max(i.finished for i in found if i.finished) - min(i.finished for i in found if i.finished)).days
    layout = {
        **chart.layout(language, 330),
        **chart.legend(len(traces) > 1),
        "xaxis": {
            "type": "date", "tickformat": language.axis_month if days > chart.MONTHS else language.axis_day,
            "fixedrange": True, "nticks": 6,
        },
        "yaxis": {"range": [0, top], "fixedrange": True, "title": {"text": t("flow.axis.days")}, "tickformat": ",d"},
        "shapes": shapes,
        "annotations": notes,
        "margin": {"l": 0, "r": 56, "t": 8, "b": 0},
    }  # fmt: skip
    chart.draw(traces, layout, "cycle", language, opens=True)


def _level(days: int, line: Mapping[str, object]) -> chart.Part:
    return {"type": "line", "layer": "between", "xref": "paper", "x0": 0, "x1": 1, "y0": days, "y1": days, "line": line}
