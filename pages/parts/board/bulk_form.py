"""Many rows of the table changed at once: the form, and what became of every one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.flow import agreeing
from core.flow.agreeing import Chosen
from core.ground.messages import InputError
from core.migration.listing import NOBODY
from core.migration.migration import Migration
from core.migration.stages import FIRST_OF_DOMAINS, position
from core.store import bulk
from core.store.bulk import Result
from core.store.conflicts import ReplacedError
from pages.parts.board import selection, session_state
from pages.parts.board.selection import Row, Rows
from pages.parts.shared import agreed_fields, day_field, deed, last_deed, mistakes, person_choice, shell
from pages.parts.shared.words import plain

_NAMED = 5
"""Migrations named in a sentence; of more, the rest is counted."""


def busy() -> bool:
    """Whether somebody is filling in what rows are changed to."""
    return session_state.FORM in st.session_state


def begin() -> None:
    """Open the form: a callback."""
    number = session_state.number()
    _end()
    st.session_state[session_state.FORM] = number


def _end() -> None:
    for name in (session_state.FORM, session_state.RESULT, session_state.LISTED):
        st.session_state.pop(name, None)


def draw(rows: Rows, chosen: Rows) -> None:
    """Draw the form for the rows chosen, and make the change where somebody asks for it."""
    t = shell.language().text
    with st.container(border=True):
        which = _names(list(chosen.values()))
        title = t("bulk.title", count=len(chosen), which=which) if chosen else t("bulk.nothing_selected")
        st.markdown(plain(title))
        if session_state.RESULT in st.session_state:
            _told(*st.session_state[session_state.RESULT])
        given = _fields(chosen)
        person_choice.ask(_key("person"))
        with st.container(horizontal=True):
            label = t("bulk.save", count=len(chosen))
            saved = st.button(label, key=_key("save"), type="primary", icon=":material/save:")
            st.button(t("bulk.close"), key=_key("close"), on_click=_end, icon=":material/close:")
        # What a row that has just left the list has become is told as well: it was among those that the button counted.
        listed: Rows = st.session_state.get(session_state.LISTED, {})
        st.session_state[session_state.LISTED] = chosen
        if saved:
            left = {ref: row for ref, row in listed.items() if ref not in rows}
            _save(left | chosen, given)


def _key(name: str) -> str:
    return f"bulk_{name}_{shell.language().code}_{st.session_state[session_state.FORM]}"


@dataclass(frozen=True, slots=True)
class _Given:
    """What somebody filled in; `chosen`: what the day comes to for all rows, `day_reason`: why it all the same."""

    owner: str | None
    day: day_field.Day
    hour: str
    hold: bulk.Hold
    reason: str
    chosen: Chosen | None
    day_reason: str


def _fields(rows: Rows) -> _Given:
    """Draw what may be changed of the rows."""
    language = shell.language()
    t = language.text
    owners = {"": t("bulk.as_it_is"), **{person.id: person.name for person in shell.team().people}}
    owners[NOBODY] = t("board.nobody")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        owner = st.selectbox(
            language.field("owner"),
            list(owners),
            format_func=lambda id: owners[id],
            key=_key("owner"),
            width=210,
        )
        day = day_field.day_field(t("bulk.day"), _key("day"), None, help=t("bulk.day.help"), width=180)
        hour = st.text_input(t("bulk.hour"), key=_key("hour"), placeholder="14:00", max_chars=5, width=120)
        hold = st.selectbox(
            language.field("hold"),
            bulk.HOLDS,
            format_func=lambda id: t(f"bulk.hold.{id}") if id else t("bulk.as_it_is"),
            key=_key("hold"),
            width=210,
        )
        reason = ""
        if hold in ("us", "client"):
            reason = st.text_input(language.field("hold_reason"), key=_key("reason"), max_chars=200, width=280)
    # Together they may fill a day on which each alone would fit.
    ids = {row.id for row in rows.values()}
    moved = [m for m in shell.store().snapshot() if m.id in ids and m.open and not _begun(m)]
    chosen, why = agreed_fields.day(_key, "day", day, moved=moved) if moved else (None, "")
    return _Given({"": None, NOBODY: ""}.get(owner, owner), day, hour, hold, reason, chosen, why)


def _begun(m: Migration) -> bool:
    return position(m.stage) >= position(FIRST_OF_DOMAINS)


def _save(chosen: Rows, given: _Given) -> None:
    doing = shell.act()
    st.session_state.pop(session_state.RESULT, None)
    if doing is None:
        st.error(plain(shell.refusal("work") or ""), icon=":material/person:")
        return
    if not chosen:
        st.error(plain(shell.language().text("bulk.nothing_selected")), icon=":material/error:")
        return
    try:
        change = bulk.read(given.owner, given.day, given.hour, given.hold, given.reason)
        # A day without an hour is agreed too: what it comes to is asked of the moment that was read.
        values = {"planned_at": change.planned_at} if change.planned_at else {}
        why = agreeing.reasons_for(values, {"planned_at": given.day_reason}, given.chosen)
        change = replace(change, day_reason=why.get("planned_at", ""))
        seen = {row.id: row.version for row in chosen.values()}
        origins = {row.id: row.origin for row in chosen.values()}
        result = bulk.apply(shell.store(), change, seen, doing, origins)
    except InputError as error:
        mistakes.draw(error.errors, shell.language())
        return
    # Many at once are changed back by a further change: what was done before them is not what was done last.
    last_deed.forget()
    stay = _stay(chosen, result)
    selection.change(chosen, stay)
    if stay or result.gone or result.conflicts:
        st.session_state[session_state.RESULT] = (result, {row.id: row for row in chosen.values()})
    else:
        _end()
        shell.tell(_done(result))
    st.rerun()


def _stay(chosen: Rows, result: Result) -> Rows:
    """Return the rows that stay selected: those of which the change did not come about."""
    stay = {}
    for row in chosen.values():
        # Whoever has been told what others did goes on from what stands now.
        now = result.conflicts[row.id].now if row.id in result.conflicts else None
        if now is not None:
            stay[row.ref] = row._replace(version=now.version, origin=now.origin)
        elif row.id in result.refused:
            stay[row.ref] = row
    return stay


def _done(result: Result) -> str:
    t = shell.language().text
    parts = [t("bulk.changed", count=len(result.changed))]
    if result.unchanged:
        parts.append(t("bulk.unchanged", count=len(result.unchanged)))
    return " ".join(parts)


def _told(result: Result, rows: dict[int, Row]) -> None:
    """Draw what became of the last change, as long as some of it did not come about."""
    language = shell.language()
    t = language.text
    st.markdown(f"**{plain(_done(result))}**")
    refused: dict[str, list[Row]] = {}
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


def _name(row: Row) -> str:
    return f"{row.ref} · {row.client}"


def _names(rows: Sequence[Row]) -> str:
    few = ", ".join(map(_name, rows[:_NAMED]))
    more = len(rows) - _NAMED
    return f"{few} {shell.language().text('calendar.and_more', count=more)}" if more > 0 else few
