"""Who pays more or less than in another scenario, or than if nobody changed: how many, how much, row by row."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from core.ground.messages import Grosze
from core.language import Language
from core.simulation import figures
from core.simulation.figures import SPANS, Compared
from core.simulation.link import quote_query
from core.simulation.tables import Table, columns, customers
from pages.parts.portfolio import charts, lists, session_keys
from pages.parts.portfolio.played import Played
from pages.parts.portfolio.short import draw_metric
from pages.parts.shared.words import plain

_TOP = 10
"""Subscriptions named of those that gain and lose most."""


def draw_differences(played: Played, language: Language) -> None:
    """Draw how many pay how much more or less, and those with the largest differences."""
    t = language.text
    compared, reference = _compared(played, language)
    with st.container(horizontal=True):
        for name, side in (("more", compared.more), ("less", compared.less)):
            largest = t("portfolio.largest", amount=Grosze(abs(side.largest)))
            value = f"{language.value(side.count)} · {language.difference(side.total)}"
            draw_metric(name, value, largest, language)
        draw_metric("unchanged", language.value(compared.unchanged), "", language)
    if not compared.more.count + compared.less.count:
        st.info(plain(t("portfolio.differences.none", reference=reference)), icon=":material/balance:")
        return
    if compared.one_sided.count:
        side = compared.one_sided
        said = t("portfolio.one_sided", sum=language.difference(side.total), count=side.count)
        st.caption(plain(said))
    charts.distribution(compared.steps, language)
    steps = Table(columns("low", "high", "rows"), [(step.low, step.high, step.count) for step in compared.steps])
    lists.offer(played, lambda: steps, len(compared.steps), "differences", language, compared=reference)
    for name, order in (("more", np.argsort(-compared.delta, kind="stable")), ("less", np.argsort(compared.delta))):
        rows = order[: min(_TOP, getattr(compared, name).count)]
        if len(rows):
            st.markdown(f"**{plain(t(f'portfolio.top.{name}', count=len(rows)))}**")
            lists.draw_table(
                customers(played.found, compared.delta, rows, language),
                f"top_{name}",
                language,
                [quote_query(played.found, int(row)) for row in rows],
            )


def draw_rows(played: Played, language: Language) -> None:
    """List all subscriptions, those with the largest differences first."""
    compared, reference = _compared(played, language)
    order = np.argsort(-np.abs(compared.delta), kind="stable")
    st.markdown(plain(language.text("portfolio.rows.said", reference=reference)))
    shown = order[: lists.SHOWN]
    queries = [quote_query(played.found, row) for row in shown.tolist()]
    lists.draw_table(customers(played.found, compared.delta, shown, language), "rows", language, queries)
    everything = lambda: customers(played.found, compared.delta, order, language)  # noqa: E731 - as the others
    lists.offer_whole(played, everything, len(order), "rows", language, reference)


def _compared(played: Played, language: Language) -> tuple[Compared, str]:
    """Let the reader choose a span and what to compare with; return the comparison, and with what, in words."""
    t = language.text
    spans = {span: t("portfolio.span.months", count=span) if span else t("portfolio.span.now") for span in SPANS}
    others = {slot: side for slot, side in played.sides.items() if slot != played.edited}
    choices = {"": played.going_on, **others}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = _choice("span", t("portfolio.span"), list(spans), spans.get, 12, language)
        against = ""
        if others:
            names = {slot: side.name for slot, side in choices.items()}
            against = _choice("against", t("portfolio.against"), list(names), names.get, "", language)
    reference = choices[against]
    compared = figures.compare(played.found, reference.found, span)
    return compared, t("portfolio.compared", reference=reference.name, span=spans[span])


def _choice(
    name: str,
    label: str,
    options: list[Any],
    words: Callable[[Any], str | None],
    first: object,
    language: Language,
) -> Any:
    """Draw a choice that stays what it was in every room and after a switch of language."""
    kept = st.session_state.get(session_keys.choice(name), first)
    chosen = st.selectbox(
        label,
        options,
        index=options.index(kept) if kept in options else 0,
        format_func=words,
        key=f"portfolio_{name}_{language.code}",
        width=280,
    )
    st.session_state[session_keys.choice(name)] = chosen
    return chosen
