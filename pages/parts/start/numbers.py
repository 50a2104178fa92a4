"""The numbers of the desk, each with a way to what it counts."""

import datetime as dt
from collections.abc import Mapping

import streamlit as st

from core.flow import duties
from core.flow.duties import Totals
from core.ground import clock
from core.ground.messages import Grosze
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def draw(totals: Totals, mine: Mapping[str, str], owner: str) -> None:
    """Draw the numbers; `mine` is what the board is asked for to show the same ones."""
    t = shell.language().text
    st.subheader(t("start.totals"), anchor=False)
    table = {"view": "table", **mine}
    unpriced = shell.prices() is None
    figures = (
        ("open", totals.open, t("start.held", number=totals.held) if totals.held else None, mine),
        ("us", totals.us, None, table | {"waits": "us"}),
        ("client", totals.client, None, table | {"waits": "client"}),
        ("finished", totals.finished, t("start.unknown", number=totals.unknown) if totals.unknown else None,
         {"since": str(clock.today() - duties.RECENT + dt.timedelta(days=1)), **({"owner": owner} if owner else {})}),
        ("fees", "—" if unpriced else Grosze(totals.fees),
         t("start.no_prices") if unpriced else t("start.with_fee", number=totals.with_fee, open=totals.open), table),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for name, value, besides, query in figures:
            with st.container(width="stretch" if name == "fees" else 172, gap=None):
                st.metric(
                    t(f"start.total.{name}"),
                    shell.language().value(value),
                    besides,
                    delta_color="off",
                    delta_arrow="off",
                    help=plain(t(f"start.total.{name}.help")),
                )
                page = "pages/flow.py" if name == "finished" else "pages/board.py"
                st.page_link(page, label=t(f"start.total.{name}.open"), query_params=query)
