"""The curve: cash due and cost over the months against the day of change, over the zones of the rules."""

import datetime as dt
from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from core.language import Language
from core.pricing import calendar
from core.pricing.timeline import Day, Timeline

# Both read on light and dark; each figure has its own panel, so colour never has to tell them apart.
_CASH, _COST, _CLIFF, _CHEAPEST = "#1a8f94", "#8a6fd1", "#d2552d", "#c28a00"
_SHADES = ("rgba(128,140,140,0.07)", "rgba(128,140,140,0.20)")
_CLICKED = "_quote_curve_clicked"
_ROOM_FOR_A_NAME = 0.22
"""The part of the width from which on a zone's name fits under it."""
_TOP, _BOTTOM = (0.56, 0.94), (0.0, 0.38)


def draw(found: Timeline, chosen: dt.date, language: Language, choose: Callable[[dt.date], None]) -> None:
    """Draw both figures; a click on a day calls `choose` with it."""
    # Every click ends its chart: under one key, the browser sends an old click again with the chart that follows.
    number, _ = st.session_state.setdefault(_CLICKED, (0, chosen))
    key = f"quote_curve_{language.code}_{number}"

    def clicked() -> None:
        points = st.session_state[key].selection.points
        now, before = st.session_state[_CLICKED]
        ended = now != number
        # The second click of a double click takes the first one back: it is on a chart that has ended already.
        day = dt.date.fromisoformat(points[0]["customdata"]) if points and not ended else before
        if points or ended:
            st.session_state[_CLICKED] = (number + 1, day)
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
    t = language.text
    figure = go.Figure()
    days = found.days
    _line(figure, days, [day.net for day in days], "y", _CASH, language)
    _line(figure, days, [day.cost for day in days], "y2", _COST, language)
    _zones(figure, found, language)
    for cliff in found.cliffs_ahead:
        nets = [_zl(day.net) for day in (cliff.before, cliff.after)]
        at = [cliff.before.date, cliff.after.date]
        _mark(figure, at, nets, "y", {"color": _CLIFF, "size": 8, "symbol": "x"}, t("timeline.cliff"), line=_CLIFF)
    if (cheapest := found.cheapest) is not None:
        style = {"color": _CHEAPEST, "size": 14, "symbol": "star"}
        for axis, grosze in (("y", cheapest.net), ("y2", cheapest.cost)):
            _mark(figure, [cheapest.date], [_zl(grosze)], axis, style, t("timeline.cheapest"))
    shown = next((day for day in days if day.date == chosen), None)
    if shown is not None:
        figure.add_vline(x=chosen.isoformat(), line={"width": 1.5, "dash": "dot", "color": _CASH})
        style = {"color": "rgba(0,0,0,0)", "size": 13, "symbol": "circle", "line": {"width": 2.5, "color": _CASH}}
        for axis, grosze in (("y", shown.net), ("y2", shown.cost)):
            _mark(figure, [chosen], [_zl(grosze)], axis, style, t("timeline.chosen"))
    first = calendar.date(found.horizon.first)
    titles = ((0.94, t("timeline.cash")), (0.38, t("timeline.cost", count=found.horizon.months, day=first)))
    for height, title in titles:
        figure.add_annotation(
            text=f"<b>{title}</b>",
            x=0,
            y=height,
            xref="paper",
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
        )
    money = {"rangemode": "tozero", "tickformat": ",.0f", "nticks": 5, "fixedrange": True}
    money |= {"tickprefix": language.money_prefix, "ticksuffix": language.money_suffix}
    figure.update_layout(
        height=470,
        margin={"l": 0, "r": 8, "t": 12, "b": 0},
        separators=language.separators,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "x": 0, "yanchor": "bottom"},
        hovermode="x",
        hoverdistance=-1,
        dragmode=False,
        clickmode="event+select",
        xaxis={"tickformat": language.axis_month, "fixedrange": True, "anchor": "y2"},
        yaxis={"domain": _TOP, **money},
        yaxis2={"domain": _BOTTOM, **money},
    )
    return figure


def _line(
    figure: go.Figure,
    days: tuple[Day, ...],
    amounts: list[int | None],
    axis: str,
    colour: str,
    language: Language,
) -> None:
    texts = [
        f"<b>{language.value(day.date)}</b> · {day.rule} {zone_name(day.rule, language)}<br>"
        + ("–" if amount is None else language.money(amount))
        for day, amount in zip(days, amounts, strict=True)
    ]
    # A point a day, invisible: without markers a click on a line selects nothing.
    faded = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=[day.date for day in days],
        y=[_zl(amount) for amount in amounts],
        yaxis=axis,
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={"opacity": 0, "size": 9, "color": colour},
        selected=faded,
        unselected=faded,
        customdata=[day.date.isoformat() for day in days],
        hovertext=texts,
        hoverinfo="text",
        showlegend=False,
    )


def _mark(
    figure: go.Figure,
    days: list[dt.date],
    amounts: list[float | None],
    axis: str,
    style: dict[str, object],
    name: str,
    line: str | None = None,
) -> None:
    whole = {"marker": {"opacity": 1}}
    figure.add_scatter(
        x=days,
        y=amounts,
        yaxis=axis,
        mode="lines+markers" if line else "markers",
        line={"color": line, "width": 2, "dash": "dash"} if line else None,
        marker=style,
        selected=whole,
        unselected=whole,
        hoverinfo="skip",
        name=name,
        legendgroup=name,
        showlegend=axis == "y" and not any(trace.name == name for trace in figure.data),
    )


def _zones(figure: go.Figure, found: Timeline, language: Language) -> None:
    whole = (found.zones[-1].last - found.zones[0].first).days + 1
    for number, zone in enumerate(found.zones):
        after = zone.last + dt.timedelta(1)
        for domain in (_TOP, _BOTTOM):
            figure.add_shape(
                type="rect",
                xref="x",
                yref="paper",
                x0=zone.first,
                x1=after,
                y0=domain[0],
                y1=domain[1],
                fillcolor=_SHADES[number % 2],
                line={"width": 0},
                layer="below",
            )
        # A narrow zone has room for its number only; hovering tells the rest.
        roomy = (after - zone.first).days > whole * _ROOM_FOR_A_NAME
        name = f"{zone.rule.id} · {zone_name(zone.rule.id, language)}" if roomy else zone.rule.id
        figure.add_annotation(
            text=name,
            x=zone.first + (after - zone.first) / 2,
            y=_TOP[0],
            xref="x",
            yref="paper",
            yanchor="top",
            showarrow=False,
            font={"size": 12},
        )


def zone_name(rule: str, language: Language) -> str:
    """Return the short name of a rule's days."""
    return language.text(f"zone.{rule}")


def _zl(grosze: int | None) -> float | None:
    # A chart draws with floats; every amount that is read comes as ready text.
    return None if grosze is None else grosze / 100
