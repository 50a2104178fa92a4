"""What quotes and migrations bring in, month by month, on the start page of a manager; and the same as a file."""

import streamlit as st

from core.ground import clock
from core.ground.messages import Message
from core.quotes import money
from core.quotes.money import Month, Sum
from core.store.store import Mark
from pages.parts.shared import line_table, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.line_table import Cell, Part
from pages.parts.shared.words import plain

SHOWN = 6
"""Months on the page, the newest; the file has all."""

_READ = "_money"


def draw() -> None:
    """Draw the months for a manager; for others, and on a desk without quotes and fees, nothing."""
    person, tariff = shell.person(), shell.prices()
    if person is None or person.role != "manager" or tariff is None:
        return
    language, t = shell.language(), shell.language().text
    with st.spinner(t("start.reading")):
        months = _months()
    if not months:
        return
    st.subheader(t("money.title"), anchor=False)
    heads = dict(zip(map(t, _HEADS), (14, 20, 26, 20, 20), strict=True))
    rows = [("", _cells(month)) for month in months[:SHOWN]]
    line_table.line_table(t("money.title"), heads, rows, key=f"start_money_{language.code}", labelled=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(t("money.what")), width="stretch")
        with st.container(width="content"):
            name = f"{t('money.file')}-{clock.today().isoformat()}.csv"
            make = lambda: money.as_csv(months, language)  # noqa: E731 - one word of what the button makes
            file_button(t("money.csv"), make, name=name, mime="text/csv", key="start_money_csv")


_HEADS = ("money.month", "money.head.sent", "money.head.accepted", "money.head.finished", "money.head.open")


def _months() -> list[Month]:
    """Return the months, worked out again only after a change."""
    quotes, store, tariff, today = shell.quotes(), shell.store(), shell.tariff(), clock.today()
    now = (quotes.mark(), store.mark(), tariff.version, today)
    held: tuple[tuple[Mark, Mark, str, object], list[Month]] | None = st.session_state.get(_READ)
    if held is None or held[0] != now:
        found = money.by_month(*quotes.all(), store.snapshot(), tariff, today)
        held = st.session_state[_READ] = (now, found)
    return held[1]


def _cells(month: Month) -> list[Cell]:
    language = shell.language()
    first = f"{month.first:%Y-%m}" if month.first else ""
    name = f"{month.first:%m.%Y}" if month.first else language.text("money.no_day")
    accepted = [[Part(language.text(told), "small")] for told in _how(month)]
    return [
        [[Part(name, "strong", "quotes" if first else "", {"month": first} if first else None)]],
        _sum(month.sent),
        [*_sum(month.accepted), *accepted],
        _sum(month.finished),
        _sum(month.open),
    ]


def _sum(found: Sum) -> list[list[Part]]:
    if not found.count:
        return [[Part("–", "small")]]
    return [[Part(shell.language().money(found.net), "strong"), Part(f" · {found.count}")]]


def _how(month: Month) -> list[Message]:
    """Return how many of those sent were accepted, and how fast."""
    rate = [] if month.rate is None else [Message("money.rate_of", {"percent": month.rate})]
    days = [] if month.median_days is None else [Message("money.median_of", {"days": month.median_days})]
    return [*rate, *days]
