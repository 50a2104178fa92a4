"""Migrations as a table: to be counted, saved as a file, opened, and changed many at once."""

import datetime as dt
from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.ground import clock
from core.ground.clock import WARSAW
from core.ground.messages import Grosze, InputError
from core.importing.exporting import as_csv, as_xlsx
from core.migration import typed, worded
from core.migration.clocks import is_day
from core.migration.fee import fee_of
from core.migration.listing import NOBODY, Listed, ahead
from core.migration.migration import Origin
from core.store import bulk
from core.store.bulk import Result
from core.store.conflicts import ReplacedError
from pages.parts.board import listed_words
from pages.parts.shared import deed, shell
from pages.parts.shared.file_button import file_button
from pages.parts.shared.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_CHOSEN = "_table_chosen"
_DRAWN = "_table_drawn"
_NONE = "_table_none"
_NUMBER = "_table_number"
_OPEN = "_table_open"
_FORM = "_table_form"
_LISTED = "_table_listed"
_RESULT = "_table_result"

_NAMED = 5
"""Migrations named in a sentence; of more, the rest is counted."""


class _Row(NamedTuple):
    """A row as somebody saw it: which migration, and in which version."""

    ref: str
    client: str
    id: int
    version: int
    origin: Origin


def busy() -> bool:
    """Whether somebody is filling in what rows are changed to."""
    return _FORM in st.session_state


def draw(found: list[Listed]) -> None:
    """Draw the migrations found, in their order, as a table with what can be done with them."""
    if ref := st.session_state.pop(_OPEN, None):
        st.switch_page("pages/migration.py", query_params={"ref": ref})
    rows = {m.ref: _Row(m.ref, m.client, m.id, m.version, m.origin) for m in (item.migration for item in found)}
    chosen = _chosen(rows)
    tariff, today = shell.prices(), clock.today()
    fees = [fee_of(item.migration, tariff, today) if tariff else None for item in found]
    _bar(found, fees, chosen)
    if _FORM in st.session_state:
        _form(rows, chosen)
    _table(found, fees, rows, chosen)
    st.caption(plain(shell.language().text("board.open_hint")))


# -- which rows are selected


def _chosen(rows: dict[str, _Row]) -> dict[str, _Row]:
    """Return the rows of the table that are selected, each as it was when somebody selected it.

    The table knows them by their numbers in the list as it was drawn. Those that have left the list since are kept, to
    be selected again when they come back, but nothing is done to them meanwhile.
    """
    kept: dict[str, _Row] = st.session_state.get(_CHOSEN, {})
    key, drawn = st.session_state.get(_DRAWN, (_NONE, []))
    if key in st.session_state:
        ticked = [drawn[n] for n in st.session_state[key]["selection"]["rows"] if n < len(drawn)]
        out_of_sight = kept.keys() - {row.ref for row in drawn}
        kept = {ref: kept[ref] for ref in out_of_sight} | {row.ref: kept.get(row.ref, row) for row in ticked}
        st.session_state[_CHOSEN] = kept
    return {ref: row for ref, row in kept.items() if ref in rows}


def _key(rows: dict[str, _Row]) -> str:
    """Return the key of the table: another one for another list, so that no row number outlives its list."""
    key, drawn = st.session_state.get(_DRAWN, (_NONE, []))
    begins = f"board_table_{shell.language().code}_"
    same = key.startswith(begins) and key in st.session_state and [row.ref for row in drawn] == list(rows)
    if not same:
        st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
        key = f"{begins}{st.session_state[_NUMBER]}"
    st.session_state[_DRAWN] = (key, list(rows.values()))
    return key


def _select(chosen: dict[str, _Row]) -> None:
    """Let these rows be the selected ones from the next run on."""
    st.session_state[_CHOSEN] = chosen
    st.session_state.pop(_DRAWN, None)


# -- the bar


def _bar(found: list[Listed], fees: list[Grosze | None], chosen: dict[str, _Row]) -> None:
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
            on_click=_open,
            args=(one.ref if one else "",),
            icon=shell.PAGES["migration"],
            disabled=one is None,
        )
        st.button(
            t("table.change"),
            key=f"table_change_{language.code}",
            on_click=_begin,
            icon=":material/edit:",
            disabled=not chosen or busy(),
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


def _open(ref: str) -> None:
    st.session_state[_OPEN] = ref


# -- changing many


def _begin() -> None:
    number = st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    _end()
    st.session_state[_FORM] = number


def _end() -> None:
    for name in (_FORM, _RESULT, _LISTED):
        st.session_state.pop(name, None)


def _form(rows: dict[str, _Row], chosen: dict[str, _Row]) -> None:
    language = shell.language()
    t = language.text
    owners = {"": t("bulk.as_it_is"), **{person.id: person.name for person in shell.team().people}}
    owners[NOBODY] = t("board.nobody")

    def key(name: str) -> str:
        return f"bulk_{name}_{language.code}_{st.session_state[_FORM]}"

    with st.container(border=True):
        which = _names(list(chosen.values()))
        title = t("bulk.title", count=len(chosen), which=which) if chosen else t("bulk.nothing_selected")
        st.markdown(plain(title))
        if _RESULT in st.session_state:
            _told(*st.session_state[_RESULT])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            owner = st.selectbox(
                language.field("owner"),
                list(owners),
                format_func=lambda id: owners[id],
                key=key("owner"),
                width=210,
            )
            day = st.date_input(
                t("bulk.day"),
                value=None,
                format=language.date_input,
                # Wider than any day that makes sense: beyond its range the widget would keep the old one.
                min_value=typed.FIRST_DAY,
                max_value=dt.date.max,
                key=key("day"),
                help=t("bulk.day.help"),
                width=180,
            )
            hour = st.text_input(t("bulk.hour"), key=key("hour"), placeholder="14:00", max_chars=5, width=120)
            hold = st.selectbox(
                language.field("hold"),
                bulk.HOLDS,
                format_func=lambda id: t(f"bulk.hold.{id}") if id else t("bulk.as_it_is"),
                key=key("hold"),
                width=210,
            )
            reason = ""
            if hold in ("us", "client"):
                reason = st.text_input(language.field("hold_reason"), key=key("reason"), max_chars=200, width=280)
        with st.container(horizontal=True):
            label = t("bulk.save", count=len(chosen))
            saved = st.button(label, key=key("save"), type="primary", icon=":material/save:")
            st.button(t("bulk.close"), key=key("close"), on_click=_end, icon=":material/close:")
        # What a row that has just left the list has become is told as well: it was among those that the button counted.
        listed: dict[str, _Row] = st.session_state.get(_LISTED, {})
        st.session_state[_LISTED] = chosen
        if saved:
            left = {ref: row for ref, row in listed.items() if ref not in rows}
            _save(left | chosen, {"": None, NOBODY: ""}.get(owner, owner), day, hour, hold, reason)


def _save(
    chosen: dict[str, _Row], owner: str | None, day: dt.date | None, hour: str, hold: bulk.Hold, reason: str
) -> None:
    language, doing = shell.language(), shell.act()
    st.session_state.pop(_RESULT, None)
    if doing is None:
        st.error(plain(shell.refusal("work") or ""), icon=":material/person:")
        return
    if not chosen:
        st.error(plain(language.text("bulk.nothing_selected")), icon=":material/error:")
        return
    try:
        change = bulk.read(owner, day, hour, hold, reason)
        seen = {row.id: row.version for row in chosen.values()}
        origins = {row.id: row.origin for row in chosen.values()}
        result = bulk.apply(shell.store(), change, seen, doing, origins)
    except InputError as error:
        for mistake in error.errors:
            st.error(plain(language.mistake(mistake)), icon=":material/error:")
        return
    stay = {}
    for row in chosen.values():
        # Whoever has been told what others did goes on from what stands now.
        now = result.conflicts[row.id].now if row.id in result.conflicts else None
        if now is not None:
            stay[row.ref] = row._replace(version=now.version, origin=now.origin)
        elif row.id in result.refused:
            stay[row.ref] = row
    _select({ref: row for ref, row in st.session_state[_CHOSEN].items() if ref not in chosen} | stay)
    if stay or result.gone or result.conflicts:
        st.session_state[_RESULT] = (result, {row.id: row for row in chosen.values()})
    else:
        _end()
        shell.tell(_done(result))
    st.rerun()


def _done(result: Result) -> str:
    t = shell.language().text
    parts = [t("bulk.changed", count=len(result.changed))]
    if result.unchanged:
        parts.append(t("bulk.unchanged", count=len(result.unchanged)))
    return " ".join(parts)


def _told(result: Result, rows: dict[int, _Row]) -> None:
    """Draw what became of the last change, as long as some of it did not come about."""
    language = shell.language()
    t = language.text
    st.markdown(f"**{plain(_done(result))}**")
    refused: dict[str, list[_Row]] = {}
    for id, errors in result.refused.items():
        refused.setdefault(" ".join(language.mistake(error) for error in errors), []).append(rows[id])
    for why, them in refused.items():
        st.error(plain(t("bulk.refused", count=len(them), which=_names(them), why=why)), icon=":material/block:")
    for id in list(result.conflicts)[:_NAMED]:
        conflict = result.conflicts[id]
        with st.container(border=True):
            said = t("bulk.meanwhile", which=_name(rows[id]))
            if isinstance(conflict, ReplacedError):
                said = f"{_name(rows[id])}: {deed.why(conflict)}"
            st.markdown(f":material/sync_problem: {plain(said)}")
            deed.events(conflict.since, conflict.now)
    if others := [rows[id] for id in list(result.conflicts)[_NAMED:]]:
        st.markdown(f":material/sync_problem: {plain(t('bulk.meanwhile', which=_names(others)))}")
    if result.gone:
        gone = [rows[id] for id in result.gone]
        st.warning(plain(t("bulk.gone", count=len(gone), which=_names(gone))), icon=":material/delete:")
    if result.refused or result.conflicts:
        st.caption(plain(t("bulk.stay")))


def _name(row: _Row) -> str:
    return f"{row.ref} · {row.client}"


def _names(rows: list[_Row]) -> str:
    few = ", ".join(map(_name, rows[:_NAMED]))
    more = len(rows) - _NAMED
    return f"{few} {shell.language().text('calendar.and_more', count=more)}" if more > 0 else few


# -- the table


def _table(found: list[Listed], fees: list[Grosze | None], rows: dict[str, _Row], chosen: dict[str, _Row]) -> None:
    language = shell.language()
    t = language.text
    key = _key(rows)
    text = st.column_config.TextColumn
    st.dataframe(
        _frame(found, fees),
        hide_index=True,
        key=key,
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
    language, process, m = shell.language(), shell.process(), item.migration
    title = language.value(worded.stage(m.stage, process))
    if m.cancelled is not None:
        return language.text("board.cancelled_at", stage=title)
    further = ahead(m)
    if further is None:
        return title
    step = language.value(worded.stage(further[0], process))
    return language.text("board.ahead", stage=title, step=step, reached=further[1], all=len(m.active))
