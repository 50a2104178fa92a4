"""The chart of weeks: how many migrations started in each, and how many finished."""

from collections.abc import Sequence

from core.flow.throughput import Week
from core.language import Language
from pages.parts.flow import chart

_NUMBERED = 100
"""Below so many, a bar of a week has its number on it."""
_TICKS = 5


def draw(weeks: Sequence[Week], language: Language) -> None:
    """Draw how many started and how many finished in each week."""
    traces = []
    # Longer numbers run into each other.
    most = max(max(week.started, week.finished) for week in weeks)
    for name, counts, colour, pattern in (
        ("started", [week.started for week in weeks], chart.GREY, "/"),
        ("finished", [week.finished for week in weeks], chart.COLOUR, ""),
    ):
        said = language.text(f"flow.{name}")
        hover = [
            f"<b>{language.text('flow.week_of', day=week.monday)}</b><br>{said}: {count}"
            for week, count in zip(weeks, counts, strict=True)
        ]
        marker = {"color": colour, "pattern": {"shape": pattern, "fgopacity": 0.5, "size": 5}}
        text = [str(count) if count and most < _NUMBERED else "" for count in counts]
        traces.append(
            {"type": "bar", "name": said, "x": [chart.short_day(week.monday, language) for week in weeks], "y": counts}
            | {"marker": marker, "hovertext": hover, "hoverinfo": "text", "text": text, "textposition": "outside"}
            | {"cliponaxis": False, "textfont": {"size": 10}}
        )
    layout = {
        **chart.layout(language, 290),
        **chart.legend(True),
        "barmode": "group",
        "bargap": 0.25,
        "xaxis": {"type": "category", "fixedrange": True, "tickfont": {"size": 11}},
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "tickformat": ",d", **_whole_ticks(most)},
    }
    chart.draw(traces, layout, "weekly", language)


def _whole_ticks(most: int) -> chart.Part:
    # Between 0 and 1 there is nothing to count.
    return {"dtick": 1} if most <= _TICKS else {"nticks": _TICKS}
