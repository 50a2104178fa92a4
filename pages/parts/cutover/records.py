"""The records of both zones: first what differs, the rest folded away."""

from collections.abc import Sequence

import streamlit as st

from core.cutover.result import Compared, Cutover, State
from core.cutover.showing.words import SHOWN
from core.dns.values import as_shown
from pages.parts.shared import shell
from pages.parts.shared.line_table import Cell, Part, Row, line_table
from pages.parts.shared.words import plain

_DIFFER: tuple[State, ...] = ("different", "only_old", "only_new", "unknown")
_EDGES: dict[State, str] = {"different": "late", "only_old": "late", "unknown": "due", "only_new": "due"}
_HEADS = {"name": 22, "type": 8, "state": 14, "old": 28, "new": 28}


def draw(found: Cutover) -> None:
    """Draw the records of a look."""
    t = shell.language().text
    differ = [one for state in _DIFFER for one in found.records if one.state == state]
    rest = [one for state in ("moved", "same") for one in found.records if one.state == state]
    st.subheader(t("cutover.page.records"), anchor=False)
    if differ:
        _table(t("cutover.page.differ"), differ, "differ")
    elif rest:
        st.markdown(plain(t("cutover.page.none_differ")))
    if found.mapping:
        pairs = ", ".join(f"{old} → {new}" for old, new in found.mapping.items())
        st.caption(plain(t("cutover.page.mapping", pairs=pairs)))
    if rest:
        with st.expander(plain(t("cutover.page.rest", count=len(rest)))):
            _table(t("cutover.page.records"), rest, "rest")


def draw_so_far(records: Sequence[Compared], most: int) -> None:
    """Draw the first records that differ of a look that goes on."""
    if differ := [one for state in _DIFFER for one in records if one.state == state]:
        t = shell.language().text
        st.subheader(t("cutover.page.records"), anchor=False)
        _table(t("cutover.page.differ"), differ, "so_far", most)


def _table(name: str, some: Sequence[Compared], key: str, most: int = SHOWN) -> None:
    t = shell.language().text
    heads = {t(f"cutover.page.head.{head}"): width for head, width in _HEADS.items()}
    rows = [Row(_EDGES.get(one.state, ""), _cells(one)) for one in some[:most]]
    line_table(name, heads, rows, key=f"cutover_records_{key}", labelled=True)
    if len(some) > most:
        st.caption(plain(t("cutover.more", count=len(some) - most)))


def _cells(one: Compared) -> list[Cell]:
    t = shell.language().text
    state = [[Part(t(f"cutover.page.state.{one.state}"))]]
    if one.servers:
        state.append([Part(t("cutover.record.servers", servers=", ".join(one.servers)), "small")])
    return [[[Part(one.name, "strong")]], [[Part(one.type)]], state, _values(one.old), _values(one.new)]


def _values(values: Sequence[str]) -> Cell:
    return [[Part(value)] for value in as_shown(values)] if values else [[Part("–")]]
