"""Which rows of the table are selected: they stay so while the list around them changes."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from core.migration.listing import Listed
from core.migration.migration import Origin
from pages.parts.board import session_state
from pages.parts.shared import shell


class Row(NamedTuple):
    """A row as somebody saw it: which migration, and in which version."""

    ref: str
    client: str
    id: int
    version: int
    origin: Origin


Rows = dict[str, Row]
"""Rows by the number of their migration, in their order."""

_NOT_DRAWN: tuple[str, list[Row]] = ("_table_none", [])


def rows_of(found: Sequence[Listed]) -> Rows:
    """Return the rows of a list."""
    return {m.ref: Row(m.ref, m.client, m.id, m.version, m.origin) for m in (item.migration for item in found)}


def chosen(rows: Rows) -> Rows:
    """Return the rows of the table that are selected, each as it was when somebody selected it.

    The table knows them by their numbers in the list as it was drawn. Those that have left the list since are kept, to
    be selected again when they come back, but nothing is done to them meanwhile.
    """
    kept: Rows = st.session_state.get(session_state.CHOSEN_ROWS, {})
    key, drawn = st.session_state.get(session_state.DRAWN_ROWS, _NOT_DRAWN)
    if key in st.session_state:
        ticked = [drawn[n] for n in st.session_state[key]["selection"]["rows"] if n < len(drawn)]
        out_of_sight = kept.keys() - {row.ref for row in drawn}
        kept = {ref: kept[ref] for ref in out_of_sight} | {row.ref: kept.get(row.ref, row) for row in ticked}
        st.session_state[session_state.CHOSEN_ROWS] = kept
    return {ref: row for ref, row in kept.items() if ref in rows}


def key(rows: Rows) -> str:
    """Return the key of the table: another one for another list, so that no row number outlives its list."""
    key, drawn = st.session_state.get(session_state.DRAWN_ROWS, _NOT_DRAWN)
    begins = f"board_table_{shell.language().code}_"
    same = key.startswith(begins) and key in st.session_state and [row.ref for row in drawn] == list(rows)
    if not same:
        key = f"{begins}{session_state.number()}"
    st.session_state[session_state.DRAWN_ROWS] = (key, list(rows.values()))
    return key


def change(of: Rows, to: Rows) -> None:
    """Let some of these rows be selected no more, or as something else, from the next run on."""
    kept = st.session_state[session_state.CHOSEN_ROWS]
    st.session_state[session_state.CHOSEN_ROWS] = {ref: row for ref, row in kept.items() if ref not in of} | to
    st.session_state.pop(session_state.DRAWN_ROWS, None)
