"""The chart of ageing: a dot for each migration in progress, by stage and age, over the bands of those before them."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.flow.history import WORKED
from core.flow.percentiles import PERCENTS, TooFew
from core.flow.times import Aged, Pace
from core.language import Language
from core.migration.stages import Process
from pages.parts.flow import chart

_BANDS = ("rgba(128,140,140,0.08)", "rgba(128,140,140,0.18)", "rgba(128,140,140,0.30)", "rgba(210,85,45,0.12)")
_MARKS = {
    "kept": {"symbol": "circle", "color": chart.COLOUR, "size": 9},
    "85": {"symbol": "diamond", "color": chart.ALARM, "size": 11},
    "95": {"symbol": "triangle-up", "color": chart.ALARM, "size": 12},
}
_SPREAD = 0.8
"""The part of a stage's width over which dots of the same age are spread."""
_STEP = 0.13
_WRAPPED = 14
"""Letters of a stage's name on a line under its column."""


def draw(
    found: Sequence[Aged], standing: Sequence[int], bands: Pace | TooFew, process: Process, language: Language
) -> None:
    """Draw open migrations by stage and age over the bands of those before them; `standing`: how many at each stage."""
    t = language.text
    traces = []
    places = _spread(found)
    for kind, marker in _MARKS.items():
        these = [aged for aged in found if _kind(aged) == kind]
        hover = [_aged(aged, isinstance(bands, Pace), process, language) for aged in these]
        across, ages = [places[aged.item.ref] for aged in these], [aged.age for aged in these]
        if these:
            traces.append(chart.dots(across, ages, these, marker, hover) | {"name": t(f"flow.pace.{kind}")})
    highest = max([aged.age for aged in found], default=1)
    if isinstance(bands, Pace):
        highest = max(highest, *(days[PERCENTS[-1]] for days in bands.of.values()))
    top = highest * 1.08 + 0.5
    names = [
        "<br>".join(textwrap.wrap(chart.stage_name(stage, process, language), _WRAPPED, break_long_words=False))
        for stage in WORKED
    ]
    shapes, notes = _bands(bands, top, language) if isinstance(bands, Pace) else ([], [])
    for n, count in enumerate(standing):
        at = {"x": n, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "font": {"size": 12}}
        notes.append({"text": language.value(count), **at})
    layout = {
        **chart.layout(language, 400),
        **chart.legend(isinstance(bands, Pace), 1.08),
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
    chart.draw(traces, layout, "ageing", language, opens=True)


def _kind(aged: Aged) -> str:
    return {2: "85", 3: "95"}.get(aged.beyond or 0, "kept")


def _aged(aged: Aged, with_bands: bool, process: Process, language: Language) -> str:
    said = [chart.stage_name(aged.item.stage, process, language), language.text("flow.days", count=aged.age)]
    if with_bands:
        said.append(language.text(f"flow.beyond.{aged.beyond}"))
    if aged.item.held:
        said.append(language.text("flow.held"))
    return chart.hover(aged.item, *said)


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


def _bands(bands: Pace, top: float, language: Language) -> tuple[list[chart.Part], list[chart.Part]]:
    shapes: list[chart.Part] = []
    for n, stage in enumerate(WORKED):
        ends = [0, *(bands.of[stage][percent] for percent in PERCENTS), top]
        for fill, low, high in zip(_BANDS, ends, ends[1:], strict=False):
            at = {"x0": n - 0.5, "x1": n + 0.5, "y0": low, "y1": high}
            shapes.append({"type": "rect", "layer": "between", "line": {"width": 0}, "fillcolor": fill, **at})
        for percent in PERCENTS:
            days = bands.of[stage][percent]
            line = {"width": 1.5 if percent > PERCENTS[0] else 1, "color": chart.GREY}
            at = {"x0": n - 0.5, "x1": n + 0.5, "y0": days, "y1": days}
            shapes.append({"type": "line", "layer": "between", "line": line, **at})
    return shapes, chart.names_of_lines({percent: bands.of[WORKED[-1]][percent] for percent in PERCENTS}, top, language)
