"""Migrations as a table: to be counted, saved as a file, opened, and changed many at once."""

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
    late = sum(item.clock is not None and item.clock.state == "late" for item in found)
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
    text = st.column_config.TextColumn
    st.dataframe(
        _frame(found, fees),
        hide_index=True,
        key=selection.key(rows),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [n for n, ref in enumerate(rows) if ref in chosen]}},
        height=min(38 + 35 * len(found), 640),
        placeholder="",
        alt=t("page.board.title"),
        column_config={
            t("board.ref"): text(width=75, pinned=True),
            t("field.client"): text(width=165),
            t("field.domains"): text(width=185),
            t("field.stage"): text(width=190),
            t("board.clock"): text(width=190),
            t("field.waiting_on"): text(width=80),
            t("field.owner"): text(width=120),
            t("field.planned_at"): st.column_config.DateColumn(format=language.date_input, width=90),
            t("board.hour"): text(width=60),
            t("board.fee"): text(width=95, alignment="right"),
            t("board.sample"): text(width=80),
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
        t("field.domains"): [listed_words.domains(item) for item in found],
        t("field.stage"): [_standing(item) for item in found],
        t("board.clock"): [listed_words.due(item)[0] for item in found],
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
