"""All scenarios beside each other and beside nobody changing: their sums, and what comes in month by month."""

import streamlit as st

from core.ground.messages import Difference, Grosze
from core.language import Language
from core.simulation import figures
from core.simulation.figures import NOW
from core.simulation.tables import Table, columns
from pages.parts.portfolio import charts, lists
from pages.parts.portfolio.played import Played
from pages.parts.shared.words import plain


def draw_sums(played: Played, language: Language) -> None:
    """Draw what the scenarios come to, a line a figure."""
    t = language.text
    beside = [played.going_on, *played.sides.values()]
    compared = [figures.compare(side.found, played.going_on.found, 12) for side in beside]
    rows: list[tuple[object, ...]] = [
        (t(f"portfolio.line.{name}"), *(getattr(side.totals, name) for side in beside))
        for name in ("carried", "refused", "same", "goes_on")
    ]
    rows.append((t("portfolio.line.unpriced"), *(sum(side.totals.unpriced.values()) for side in beside)))
    rows.append((t("portfolio.span.now"), *(side.totals.cash[NOW] for side in beside)))
    for months in figures.HORIZONS:
        cash = [side.totals.cash[months] for side in beside]
        rows.append((t("portfolio.span.months", count=months), *cash))
        rows.append((t("portfolio.line.difference", count=months), *(Difference(net - cash[0]) for net in cash)))
    for name in ("more", "less", "one_sided"):
        found = [getattr(one, name) for one in compared]
        if name != "one_sided" or any(side.count for side in found):
            rows.append((t(f"portfolio.line.{name}"), *(side.count for side in found)))
            rows.append((t("portfolio.line.together"), *(Difference(side.total) for side in found)))
    names = (*columns("figure"), *(side.name for side in beside))
    lists.draw_table(Table(names, [row for row in rows if any(row[1:])]), "sides", language, numbers=True)
    lists.offer(played, lambda: Table(names, rows), len(rows), "side_by_side", language, played.scenarios)
    st.caption(plain(t("portfolio.how")))


def draw_cash(played: Played, language: Language) -> None:
    """Draw what comes in by calendar month."""
    t = language.text
    beside = {side.name: side.found.months for side in (played.going_on, *played.sides.values())}
    charts.months(beside, language)
    st.caption(plain(t("portfolio.cash.note", today=played.found.today)))
    first = next(iter(beside.values()))
    rows = [(month, *(Grosze(months[month]) for months in beside.values())) for month in first]
    table = Table((*columns("month"), *beside), rows)
    with st.expander(t("portfolio.cash.table")):
        lists.draw_table(Table(table.columns, [row for row in rows if any(row[1:])]), "cash", language)
    lists.offer(played, lambda: table, len(rows), "cash", language, played.scenarios)
