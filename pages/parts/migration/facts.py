"""What is known of a migration: whom to call, what is moved where and when, and what it costs."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from core.ground import clock
from core.migration.fee import fee_with_working
from core.migration.migration import Migration
from pages.parts.shared import migration_words, shell
from pages.parts.shared.words import plain

_FIELDS = (
    *("contact_name", "contact_phone", "no_phone", "owner", "deputy", "planned_at", "package"),
    *("source_host", "old_hosting_until", "target_host", "nonstandard"),
)


def draw(m: Migration) -> None:
    """Draw whom to call, what is moved where and when, and what it costs."""
    lines = [(migration_words.field(name), migration_words.value(name, getattr(m, name))) for name in _FIELDS]
    lines += [(migration_words.field("registered_until"), line) for line in _registered(m)]
    # Of a telephone and why there is none, one is asked.
    asked = {migration_words.field("contact_phone" if m.no_phone else "no_phone")}
    empty = [name for name, text in lines if not text and name not in asked]
    _grid([(name, text) for name, text in lines if text])
    if empty:
        st.caption(plain(shell.language().text("card.empty", fields=", ".join(empty))))
    _fee(m)


def _registered(m: Migration) -> list[str]:
    """Return until when the domains are registered, those of one day together; a blank where nobody knows of any."""
    of_days: dict[dt.date, list[str]] = {}
    for d in m.active:
        if d.registered_until is not None:
            of_days.setdefault(d.registered_until, []).append(d.display)
    said = migration_words.value
    if len(of_days) == 1 and sum(map(len, of_days.values())) == len(m.active):
        return [said("registered_until", day) for day in of_days]
    return [f"{said('registered_until', day)}: {migration_words.some(of_days[day])}" for day in sorted(of_days)] or [""]


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
