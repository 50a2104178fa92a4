"""Watches that need somebody now, above all else that is overdue: what is wrong there harms a client this minute."""

from collections.abc import Mapping

import streamlit as st

from core.ground import clock
from core.ground.messages import InputError
from core.migration.migration import Migration
from core.watch import showing
from core.watch.plan import plan_of_desk
from core.watch.showing import Shown
from pages.parts.shared import line_table, shell, watch_reading
from pages.parts.shared.line_table import Cell, Part, Row
from pages.parts.shared.words import plain

SHOWN = 10
"""Watches that are drawn, what harms most first as on their own page; that page has the rest."""


def draw(seen: Mapping[int, Migration], owner: str) -> None:
    """Draw the watches of the migrations that are `seen`, by their ids, and those that stand alone.

    `owner`: of whom only; blank for all. Where nothing needs anybody, nothing is drawn; that nobody looks always is.
    """
    language, t, now = shell.language(), shell.language().text, clock.now()
    try:
        read = watch_reading.read(now, plan_of_desk())
    except InputError as error:
        # What else is to be done stands below.
        shell.broken(t("watches.plan_broken"), error, language)
        return
    open_ = [one for one in read.shown if one.watch.phase != "ended"]
    if open_ and read.holder is None:
        st.error(
            f"**{plain(t('start.watched.nobody'))}** {plain(t('watches.nobody.do'))}", icon=":material/visibility_off:"
        )
    found = [one for one in open_ if one.section == "now" and _is_shown(one, seen, owner)]
    if not found:
        return
    name = t("start.watched", count=len(found))
    st.subheader(name, anchor=False)
    heads = dict(zip(map(t, ("start.why", "start.migration", "start.do")), (44, 36, 20), strict=True))
    rows = [Row("late" if one.troubles[0].late else "due", _cells(one, seen)) for one in found[:SHOWN]]
    line_table.line_table(name, heads, rows, key=f"start_watched_{language.code}")
    if len(found) > SHOWN:
        label = t("start.more", count=len(found) - SHOWN)
        st.page_link("pages/watches.py", label=label, icon=":material/arrow_forward:", query_params={"state": "now"})


def _is_shown(one: Shown, seen: Mapping[int, Migration], owner: str) -> bool:
    watch = one.watch
    return watch.migration_id in seen if watch.migration_id is not None else watch.begun_by == owner or not owner


def _cells(one: Shown, seen: Mapping[int, Migration]) -> list[Cell]:
    t, watch, operators = shell.language().text, one.watch, watch_reading.operators()
    why = []
    for found in one.troubles:
        mark, kind = ("▲", "late") if found.late else ("●", "due")
        why.append([Part(f"{mark} ", kind), Part(t(showing.trouble(found, operators)), "strong")])
    m = seen.get(watch.migration_id or 0)
    whose = [[Part(watch.display, "strong", "watches", {"id": str(watch.id)})]]
    if m is not None:
        whose.append([Part(f"{m.ref} · {m.client}", "small", "migration", {"ref": m.ref})])
    verb = t(f"watches.verb.{one.troubles[0].kind}")
    todo = [[Part(verb, "", "watches", {"id": str(watch.id)}, label=f"{verb}: {watch.display}")]]
    return [why, whose, todo]
