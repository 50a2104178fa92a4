"""What is known of a migration: whom to call, what is moved where and when, and what it costs."""

from collections.abc import Sequence

import streamlit as st

from core.ground import clock
from core.migration.fee import fee_with_working
from core.migration.migration import Migration
from pages.parts.shared import migration_words, shell
from pages.parts.shared.words import plain

_FIELDS = (
    *("contact_name", "contact_phone", "owner", "deputy", "planned_at", "package"),
    *("source_host", "target_host", "nonstandard"),
)


def draw(m: Migration) -> None:
    """Draw whom to call, what is moved where and when, and what it costs."""
    lines = [(migration_words.field(name), migration_words.value(name, getattr(m, name))) for name in _FIELDS]
    empty = [name for name, text in lines if not text]
    _grid([(name, text) for name, text in lines if text])
    if empty:
        st.caption(plain(shell.language().text("card.empty", fields=", ".join(empty))))
    _fee(m)


def _grid(cells: Sequence[tuple[str, str]], columns: int = 2) -> None:
    for start in range(0, len(cells), columns):
        row = zip(st.columns(columns), cells[start : start + columns], strict=False)
        for column, (label, text) in row:
            column.markdown(f":small[{plain(label)}]  \n{plain(text)}")


def _fee(m: Migration) -> None:
    t, tariff = shell.language().text, shell.prices()
    title = migration_words.field("fee_applies")
    fee = fee_with_working(m, tariff, clock.today()) if tariff else None
    if fee is not None:
        _grid([(title, t("card.fee_net", fee=fee.net))], 1)
        st.caption(plain(t("card.fee_working", count=fee.domains, day=fee.day, working=fee.working)))
    else:
        said = migration_words.value("fee_applies", m.fee_applies)
        why = t("card.fee_unknown") if m.fee_applies and m.cancelled is None else ""
        _grid([(title, " · ".join(filter(None, (said, why))))], 1)
