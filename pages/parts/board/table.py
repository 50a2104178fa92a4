"""Migrations as a table: to be counted, saved as a file, opened, and changed many at once."""

from typing import Any

import pandas as pd
import streamlit as st

from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.importing.exporting import as_csv, as_xlsx
from core.migration import worded
from core.migration.clocks import is_day
from core.migration.fee import fee_of
from core.migration.listing import Listed, ahead
from pages.parts.board import bulk_form, listed_words, selection, session_state
from pages.parts.board.selection import Rows
from pages.parts.shared import migration_words, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def draw(found: list[Listed]) -> None:
    """Draw the migrations found, in their order, as a table with what can be done with them."""
    session_state.go()
    rows = selection.rows_of(found)
    chosen = selection.chosen(rows)
    tariff, today = shell.prices(), clock.today()
    fees = [fee_of(item.migration, tariff, today) if tariff else None for item in found]
    _bar(found, fees, chosen)
    if bulk_form.busy():
        bulk_form.draw(rows, chosen)
    _table(found, fees, rows, chosen)
    st.caption(plain(shell.language().text("board.open_hint")))


def _bar(found: list[Listed], fees: list[Grosze | None], chosen: Rows) -> None:
    language = shell.language()
    t, team = language.text, shell.team()
    late = sum(item.late for item in found)
    counted = [t("board.count", count=len(found), all=len(shell.store().snapshot()), late=late)]
    if total := sum(fee or 0 for fee in fees):
        counted.append(t("board.fees", fees=Grosze(total)))
    if chosen:
        counted.append(t("table.selected", count=len(chosen)))
    st.markdown(plain(" · ".join(counted)))
    # Always there: a bar that grew with the first tick would push the rows away under the next click.
    with st.container(horizontal=True, vertical_alignment="center"):
        (one,) = chosen.values() if len(chosen) == 1 else (None,)
        st.button(
            t("table.open"),
            key=f"table_open_{language.code}",
            on_click=session_state.open_later,
            args=(one.ref if one else "",),
            icon=shell.PAGES["migration"],
            disabled=one is None,
        )
        st.button(
            t("table.change"),
            key=f"table_change_{language.code}",
            on_click=bulk_form.begin,
            icon=":material/edit:",
            disabled=not chosen or bulk_form.busy(),
        )
        migrations = [item.migration for item in found]
        name = f"{t('board.file')}-{clock.today().isoformat()}"
        with st.container(width="content"):
            file_button(
                t("board.export"),
                lambda: as_csv(migrations, team),
                name=f"{name}.csv",
                mime="text/csv",
                key="board_export",
            )
        with st.container(width="content"):
            file_button(
                t("table.xlsx"),
                lambda: as_xlsx(migrations, team),
                name=f"{name}.xlsx",
                mime=_XLSX,
                key="board_export_xlsx",
            )


def _table(found: list[Listed], fees: list[Grosze | None], rows: Rows, chosen: Rows) -> None:
    language = shell.language()
    t = language.text
    key = selection.key(rows)
    refs = list(rows)

    def cell(name: str, width: int, **more: Any) -> Any:
        """Return a column whose cells open the migration of their row: what has no other use is a button."""
        clicked = f"{key}_open_{name}"

        def opened() -> None:
            session_state.open_later(refs[st.session_state[clicked]["row"]])

        options = {"type": "tertiary", "alignment": "left"} | more
        return st.column_config.ButtonColumn(width=width, on_click=opened, key=clicked, **options)

    widths = {
        "field.domains": 165,
        "field.stage": 165,
        "board.clock": 190,
        "field.contact_name": 125,
        "field.contact_phone": 125,
        "field.waiting_on": 80,
        "field.owner": 120,
        "board.hour": 60,
        "board.sample": 80,
    }
    st.dataframe(
        _frame(found, fees),
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [n for n, ref in enumerate(rows) if ref in chosen]}},
        height=min(38 + 35 * len(found), 560),
        placeholder="",
        alt=t("page.board.title"),
        column_config={
            # Streamlit pins nothing where that would take more than three fifths: a phone has 216 pixels for these two.
            t("board.ref"): cell("board.ref", 62, pinned=True),
            t("field.client"): cell("field.client", 152, pinned=True),
            **{t(name): cell(name, width) for name, width in widths.items()},
            t("field.planned_at"): st.column_config.DateColumn(format=language.date_input, width=90),
            t("board.fee"): cell("board.fee", 95, alignment="right"),
        },
    )


def _frame(found: list[Listed], fees: list[Grosze | None]) -> pd.DataFrame:
    language, team = shell.language(), shell.team()
    t = language.text
    sides = {side: t(f"side.{side}") for side in ("us", "client")}
    owners = {owner: worded.person(owner, team) for owner in {item.migration.owner for item in found}}
    migrations = [item.migration for item in found]
    planned = [m.planned_at.astimezone(WARSAW) if m.planned_at else None for m in migrations]
    columns = {
        t("board.ref"): [m.ref for m in migrations],
        t("field.client"): [m.client for m in migrations],
        t("field.domains"): [_domains(item) for item in found],
        t("field.stage"): [_standing(item) for item in found],
        t("board.clock"): [listed_words.due(item)[0] for item in found],
        t("field.contact_name"): [m.contact_name for m in migrations],
        t("field.contact_phone"): [m.contact_phone for m in migrations],
        t("field.waiting_on"): [sides[m.waiting_on] if m.open else "" for m in migrations],
        t("field.owner"): [owners[m.owner] for m in migrations],
        t("field.planned_at"): pd.to_datetime([at.date() if at else None for at in planned]),
        t("board.hour"): ["" if at is None or is_day(at) else f"{at:%H:%M}" for at in planned],
    }
    if any(fee is not None for fee in fees):
        columns[t("board.fee")] = ["" if fee is None else language.money(fee) for fee in fees]
    if any(m.sample for m in migrations):
        columns[t("board.sample")] = [t("board.sample.mark") if m.sample else "" for m in migrations]
    return pd.DataFrame(columns)


def _domains(item: Listed) -> str:
    return " · ".join(filter(None, (listed_words.domains(item), listed_words.switched(item))))


def _standing(item: Listed) -> str:
    """Return where a migration stands; how many of its domains are further, where they are not together."""
    t, m = shell.language().text, item.migration
    title = migration_words.stage(m.stage)
    if m.cancelled is not None:
        return t("board.cancelled_at", stage=title)
    further = ahead(m)
    if further is None:
        return title
    step = migration_words.stage(further[0])
    return t("board.ahead", stage=title, step=step, reached=further[1], all=len(m.active))
