"""The curve: cash due and cost over the months against the day of change, over the zones of the rules."""

import datetime as dt
from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.timeline import Day, Timeline
from pages.parts.quote.session_keys import CLICKED

# Both read on light and dark; each figure has its own panel, so colour never has to tell them apart.
_CASH, _COST, _CLIFF, _CHEAPEST = "#1a8f94", "#8a6fd1", "#d2552d", "#c28a00"
_SHADES = ("rgba(128,140,140,0.07)", "rgba(128,140,140,0.20)")
_STANDS_STILL = "rgba(210,85,45,0.25)"
_ROOM_FOR_A_NAME = 0.3
"""The part of the width from which on a zone's name fits under it."""
_DAYS_IN_MONTHS = 100
"""From so many days on, the axis counts in months."""
_TOP, _BOTTOM = (0.56, 0.94), (0.0, 0.38)


def draw(found: Timeline, chosen: dt.date, language: Language, choose: Callable[[dt.date], None]) -> None:
    """Draw both figures; a click on a day calls `choose` with it."""
    # Every click ends its chart: under one key, the browser sends an old click again with the chart that follows.
    number, _ = st.session_state.setdefault(CLICKED, (0, chosen))
    key = f"quote_curve_{language.code}_{number}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        now, before = st.session_state[CLICKED]
        ended = now != number
        # The second click of a double click takes the first one back: it is on a chart that has ended already.
        day = dt.date.fromisoformat(points[0]["customdata"]) if points and not ended else before
        if points or ended:
            st.session_state[CLICKED] = (number + 1, day)
            choose(day)

    st.plotly_chart(
        _figure(found, chosen, language),
        key=key,
        on_select=clicked,
        selection_mode="points",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt=language.text("timeline.alt"),
    )


def _figure(found: Timeline, chosen: dt.date, language: Language) -> go.Figure:
    # Put together as plain data, checked by plotly once: part by part takes several times as long.
    t = language.text
    days = found.days
    traces = [
        _line(days, [day.net for day in days], "y", _CASH, language),
        _line(days, [day.cost for day in days], "y2", _COST, language),
    ]
    for cliff in found.cliffs_ahead:
        nets = [_zl(day.net) for day in (cliff.before, cliff.after)]
        at = [cliff.before.date, cliff.after.date]
        traces.append(_mark(at, nets, "y", {"color": _CLIFF, "size": 8, "symbol": "x"}, t("timeline.cliff"), _CLIFF))
    star = {"color": _CHEAPEST, "size": 14, "symbol": "star"}
    ring = {"color": "rgba(0,0,0,0)", "size": 13, "symbol": "circle", "line": {"width": 2.5, "color": _CASH}}
    marked = (
        (found.cheapest, star, t("timeline.cheapest")),
        (next((day for day in days if day.date == chosen), None), ring, t("timeline.chosen")),
    )
    for day, style, name in marked:
        for axis, grosze in (("y", day.net), ("y2", day.cost)) if day else ():
            traces.append(_mark([day.date], [_zl(grosze)], axis, style, name))
    shades, names = _zones(found, language)
    if (still := found.stands_still_from) <= days[-1].date:
        # What is cheaper there is so only because nobody pays: the legend says what the shade means.
        shades += _shade(still, days[-1].date + dt.timedelta(1), _STANDS_STILL)
        square = {"color": _STANDS_STILL, "size": 12, "symbol": "square"}
        traces.append(_mark([still], [None], "y2", square, t("timeline.stands_still")))
    seen: set[str] = set()
    for trace in traces:
        # One entry of the legend for a name.
        trace["showlegend"] = "name" in trace and trace["name"] not in seen
        seen.add(trace.get("name", ""))
    uprights = _upright(chosen, {"width": 1.5, "dash": "dot", "color": _CASH})
    first = calendar.date(found.horizon.first)
    if first > found.zones[0].first:
        uprights += _upright(first, {"width": 1, "color": "gray"})
        names.append(_note(t("timeline.today"), first, _TOP[1], "x", "left", "top"))
    titles = (
        _note(f"<b>{t('timeline.cash')}</b>", 0, _TOP[1], "paper", "left", "bottom"),
        _note(
            f"<b>{t('timeline.cost', count=found.horizon.months, day=first)}</b>",
            *(0, _BOTTOM[1], "paper", "left", "bottom"),
        ),
    )
    money = {"rangemode": "tozero", "tickformat": ",.0f", "nticks": 5, "fixedrange": True}
    money |= {"tickprefix": language.money_prefix, "ticksuffix": language.money_suffix}
    dates = language.axis_month if len(days) > _DAYS_IN_MONTHS else language.axis_day
    layout = {
        "height": 470,
        "margin": {"l": 0, "r": 8, "t": 12, "b": 0},
        "separators": language.separators,
        "showlegend": True,
        "legend": {"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        "hovermode": "x",
        "hoverdistance": -1,
        "dragmode": False,
        "clickmode": "event+select",
        "xaxis": {
            "tickformat": dates,
            "fixedrange": True,
            "anchor": "y2",
        },
        "yaxis": {"domain": _TOP, **money},
        "yaxis2": {"domain": _BOTTOM, **money},
        "shapes": [*shades, *uprights],
        "annotations": [*names, *titles],
    }
    return go.Figure({"data": traces, "layout": layout})


def _line(
    days: tuple[Day, ...], amounts: list[int | None], axis: str, colour: str, language: Language
) -> dict[str, object]:
    texts = [
        f"<b>{language.value(day.date)}</b> · {day.rule} {zone_name(day.rule, language)}<br>"
        + ("–" if amount is None else language.money(amount))
        for day, amount in zip(days, amounts, strict=True)
    ]
    # A point a day, invisible: without markers a click on a line selects nothing.
    faded = {"marker": {"opacity": 0}}
    return {
        "x": [day.date for day in days],
        "y": [_zl(amount) for amount in amounts],
        "yaxis": axis,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.5},
        "marker": {"opacity": 0, "size": 9, "color": colour},
        "selected": faded,
        "unselected": faded,
        "customdata": [day.date.isoformat() for day in days],
        "hovertext": texts,
        "hoverinfo": "text",
    }


def _mark(
    days: list[dt.date],
    amounts: list[float | None],
    axis: str,
    style: dict[str, object],
    name: str,
    line: str | None = None,
) -> dict[str, object]:
    whole = {"marker": {"opacity": 1}}
    return {
        "x": days,
        "y": amounts,
        "yaxis": axis,
        "mode": "lines+markers" if line else "markers",
        "line": {"color": line, "width": 2, "dash": "dash"} if line else None,
        "marker": style,
        "selected": whole,
        "unselected": whole,
        "hoverinfo": "skip",
        "name": name,
        "legendgroup": name,
    }


def _zones(found: Timeline, language: Language) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the shades of the zones, alternating, and the names below them."""
    shades, names = [], []
    whole = (found.zones[-1].last - found.zones[0].first).days + 1
    for number, zone in enumerate(found.zones):
        days = zone.last + dt.timedelta(1) - zone.first
        shades += _shade(zone.first, zone.first + days, _SHADES[number % 2])
        # A narrow zone has room for its number only; hovering tells the rest.
        roomy = days.days > whole * _ROOM_FOR_A_NAME
        name = f"{zone.rule.id} · {zone_name(zone.rule.id, language)}" if roomy else zone.rule.id
        names.append(_note(name, zone.first + days / 2, _TOP[0], "x", "center", "top"))
    return shades, names


def _shade(first: dt.date, end: dt.date, colour: str) -> list[dict[str, object]]:
    """Return a shade behind both panels, up to before `end`."""
    shade = {"type": "rect", "fillcolor": colour, "line": {"width": 0}, "layer": "below"}
    return [{**shade, "x0": first, "x1": end, "yref": "paper", "y0": low, "y1": high} for low, high in (_TOP, _BOTTOM)]


def _upright(day: dt.date, line: dict[str, object]) -> list[dict[str, object]]:
    """Return a line across both panels, but not through what is written between them."""
    ends = {"type": "line", "x0": day, "x1": day, "yref": "paper", "line": line}
    return [{**ends, "y0": low, "y1": high} for low, high in (_TOP, _BOTTOM)]


def _note(text: str, x: object, y: float, xref: str, xanchor: str, yanchor: str) -> dict[str, object]:
    place = {"x": x, "y": y, "xref": xref, "yref": "paper", "xanchor": xanchor, "yanchor": yanchor}
    return {"text": text, "showarrow": False, "font": {"size": 12}, **place}


def zone_name(rule: str, language: Language) -> str:
    """Return the short name of a rule's days."""
    return language.text(f"zone.{rule}")


def _zl(grosze: int | None) -> float | None:
    # A chart draws with floats; every amount that is read comes as ready text.
    return None if grosze is None else grosze / 100
