"""The answer in short: what the edited scenario brings, beside nobody changing."""

import streamlit as st

from core.language import Language
from core.simulation import figures
from core.simulation.figures import NOW
from core.simulation.tables import problem
from pages.parts.portfolio.played import Played
from pages.parts.shared.words import plain


def draw(played: Played, language: Language) -> None:
    """Draw the sums of the scenario that is edited, and how many rows came out how."""
    t, came = language.text, played.side.totals
    difference = figures.compare(played.found, played.going_on.found, 12)
    st.subheader(plain(played.side.name), anchor=False)
    if not came.meant:
        st.warning(plain(t("portfolio.short.nobody")), icon=":material/person_off:")
    with st.container(horizontal=True):
        if played.found.scenario.target is not None:
            carried = t("portfolio.short.carried", count=came.carried)
            draw_metric("now", language.money(came.cash[NOW]), carried, language)
        more = language.difference(came.cash[12] - played.going_on.totals.cash[12])
        than_nobody = t("portfolio.short.than_nobody", difference=more)
        draw_metric("cash", language.money(came.cash[12]), than_nobody, language)
        for name, side in (("more", difference.more), ("less", difference.less)):
            draw_metric(name, language.value(side.count), language.difference(side.total), language)
    parts = {"carried": came.carried, "refused": came.refused, "same": came.same, "goes_on": came.goes_on}
    said = [t("portfolio.short.rows", count=came.rows)]
    said += [t(f"portfolio.short.{name}", count=number) for name, number in parts.items() if number]
    said += [
        t("portfolio.short.unpriced", count=number, reason=problem(reason, language))
        for reason, number in came.unpriced.items()
    ]
    st.caption(plain(" · ".join(said)))
    if came.overdue:
        st.caption(plain(t("portfolio.short.overdue", count=came.overdue)))
    if came.ended:
        st.warning(plain(t("portfolio.short.ended", count=came.ended)), icon=":material/warning:")


def draw_metric(name: str, value: str, below: str, language: Language) -> None:
    """Draw one number with what it means, and what stands below it."""
    st.metric(
        language.text(f"portfolio.metric.{name}"),
        value,
        below,
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="stretch",
        help=language.text(f"portfolio.metric.{name}.help"),
    )
