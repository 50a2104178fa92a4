"""The lists of watches: what needs somebody now, then by phase; the most urgent of them, the rest by filter."""

from collections.abc import Callable, Sequence
from typing import get_args

import streamlit as st

from core.ground import clock
from core.ground.sought import looked_for
from core.ground.text_limits import LINE
from core.watch.showing import SECTIONS, Section, Shown, answers
from pages.parts.shared import search_field, shell, watch_reading
from pages.parts.shared.form_state import FormState
from pages.parts.shared.words import plain
from pages.parts.watches import deeds, table

SHOWN = 50
"""Watches that are drawn, the most urgent; of those that have ended as many again."""

_FIELDS = ("q", "state")


def draw() -> None:
    """Draw the filters and the lists."""
    t, read = shell.language().text, watch_reading.read(clock.now(), shell.watch_plan())
    deeds.trouble()
    text, section = _filters()
    sought, of = looked_for(text), table.migrations()
    found = []
    for one in read.shown:
        m = of.get(one.watch.migration_id or 0)
        if section in ("", one.section) and answers(one, sought, m.client if m else "", m.ref if m else ""):
            found.append(one)
    if not found:
        with st.container(border=True):
            st.markdown(plain(t("watches.none_found" if read.shown else "watches.none")))
        return
    open_ = [one for one in found if one.section != "ended"]
    ended = [one for one in found if one.section == "ended"]
    if len(open_) > SHOWN:
        st.caption(plain(t("watches.most", shown=SHOWN, of=len(open_))))
    draws = table.Drawing(read.holder is not None, open_[:SHOWN] + ended[:SHOWN], of)
    for part in SECTIONS[:-1]:
        _section(part, [one for one in open_ if one.section == part], open_[:SHOWN], draws)
    if ended:
        with st.expander(t("watches.section.ended", count=len(ended)), expanded=section == "ended"):
            draws.draw(ended[:SHOWN], "ended")


def _section(part: Section, all_: Sequence[Shown], drawn: Sequence[Shown], draws: table.Drawing) -> None:
    if here := [one for one in drawn if one.section == part]:
        st.subheader(shell.language().text(f"watches.section.{part}", count=len(all_)), anchor=False)
        draws.draw(here, part)


def _filters() -> tuple[str, str]:
    """Draw the filters, kept in the address; return the text and the list that are wanted, blank for any."""
    language = shell.language()
    t: Callable[..., str] = language.text
    options = ["", *get_args(Section)]

    def read(field: str, text: str) -> object:
        """Return a text of the address as its widget's value; what no filter knows leaves nothing out."""
        known = text in options if field == "state" else len(text.strip()) <= LINE
        return text if known else ""

    state = FormState("watches", language.code, _FIELDS, read)
    arrived = state.arrived()
    if arrived is not None:
        state.fill(dict.fromkeys(_FIELDS, "") | arrived)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search_field.draw(state, t("watches.search"), t("watches.search.example"))
        state.draw(
            st.selectbox,
            "state",
            t("watches.filter"),
            options=options,
            format_func=lambda id: t(f"watches.filter.{id}") if id else t("watches.filter_any"),
            width=220,
        )
    texts = state.keep({}, ())
    return texts["q"].strip(), texts["state"]
