"""The three lists of the day, a line a migration: why, which, whom to ring and what to say, and a button to do it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core.flow import clock_words
from core.flow.duties import Line
from core.language import LANGUAGES
from core.migration import worded
from core.migration.agreed import ACCEPTED
from core.migration.cell_values import dialled
from core.migration.client_message import client_message
from core.migration.dns_check import check_form
from core.migration.listing import NOBODY
from core.migration.migration import Migration
from core.migration.ranking import SECOND_SYNC, UNOWNED, List, Reason
from core.migration.stages import SWITCH
from pages.parts.shared import line_table, shell
from pages.parts.shared.line_table import Cell, Part, Row, Said
from pages.parts.shared.words import plain
from pages.parts.start import deeds

SHOWN = 15
"""Lines of a list: the most harmful; the board's table has the rest."""

LISTS: tuple[List, ...] = ("overdue", "to_do", "to_ring")

_NAMED = 1
"""Domains named in a line; of more, the rest is counted."""

_MARKS = {"late": "▲", "due": "●"}
_FREEZE = {"missing": "▲", "announced": "✓", "on": "■", "over": "□"}
"""What stands before a state: never told by a colour alone."""


def draw(lines: Sequence[Line], now: dt.datetime, mine: Mapping[str, str]) -> None:
    """Draw the lists that have lines; of those that have none, that it is so."""
    deeds.trouble()
    for kind in LISTS:
        found = [line for line in lines if line.list == kind]
        if found or kind == "overdue":
            _draw(kind, found, now, mine)
    t = shell.language().text
    empty = [t(f"start.{kind}.none") for kind in LISTS[1:] if not any(line.list == kind for line in lines)]
    if empty:
        st.caption(plain(" ".join(empty)))


def _draw(kind: List, lines: Sequence[Line], now: dt.datetime, mine: Mapping[str, str]) -> None:
    t, code = shell.language().text, shell.language().code
    reasons = sum(reason.list == kind for line in lines for reason in line.reasons)
    name = t(f"start.{kind}", number=len(lines))
    if kind == "overdue" and reasons != len(lines):
        name = t("start.overdue.of", number=reasons, count=len(lines))
    st.subheader(name, anchor=False)
    if not lines:
        st.caption(f":material/check_circle: {plain(t(f'start.{kind}.none'))}")
        return
    heads = dict(zip(map(t, ("start.why", "start.migration", "start.ring", "start.do")), (34, 34, 15, 17), strict=True))
    by_row = {deeds.row(line): line for line in lines[:SHOWN]}
    rows = [_row(line, id, now) for id, line in by_row.items()]
    on_act = partial(deeds.act, by_row)
    line_table.line_table(name, heads, rows, key=f"start_{kind}_{code}", on_act=on_act)
    _more(kind, lines[SHOWN:], mine)


def _more(kind: List, rest: Sequence[Line], mine: Mapping[str, str]) -> None:
    if not rest:
        return
    # The board's filter knows as overdue what is alarming; what has only taken longer than usual it counts as soon.
    late = all(reason.state == "late" for line in rest for reason in line.reasons if reason.list == "overdue")
    query = {"overdue": "late" if late else "soon"} if kind == "overdue" else {}
    if all(line.reasons[0].kind == UNOWNED for line in rest):
        query = {"owner": NOBODY}
    label = shell.language().text("start.more", count=len(rest))
    query = {"view": "table", **mine, **query}
    st.page_link("pages/board.py", label=label, icon=":material/arrow_forward:", query_params=query)


def _row(line: Line, id: str, now: dt.datetime) -> Row:
    first = line.reasons[0]
    state = first.state if first.state in _MARKS else ""
    cells = [
        [_reason(reason, now) for reason in line.reasons],
        _migration(line),
        _contact(line),
        _buttons(line),
    ]
    return Row(state, cells, id, _says(line))


# -- why


def _reason(reason: Reason, now: dt.datetime) -> list[Part]:
    language, process = shell.language(), shell.process()
    long, moment = clock_words.how_long(reason, now), clock_words.moment(reason, now)
    hint = language.text(moment) if moment else ""
    kind: line_table.Kind = "late" if reason.state == "late" else "due" if reason.state == "due" else ""
    what = language.value(clock_words.what(reason, process))
    mark = _MARKS.get(reason.state, "")
    parts = [Part(f"{mark} {language.text(long)}".strip(), kind, hint=hint), Part(" · ")] if long else []
    # Without a time it is told by its words alone.
    alone = f"{mark} {what}".strip()
    return [*parts, Part(what if long else alone, "strong")]


# -- which


def _migration(line: Line) -> Cell:
    m = line.migration
    found: list[list[Part]] = [[Part(f"{m.ref} · {m.client}", "strong", "migration", {"ref": m.ref})]]
    found.append([*_domains(line), Part(" · ", "small"), _owner(m)])
    notes = _notes(line)
    return [*found, notes] if notes else found


def _owner(m: Migration) -> Part:
    if not m.owner:
        return Part(shell.language().text("board.nobody"), "due")
    return Part(worded.person(m.owner, shell.team()), "small")


def _domains(line: Line) -> list[Part]:
    """Return the domains that the first reason is about; one that the DNS is waited for leads to where it is seen."""
    t, first = shell.language().text, line.reasons[0]
    shown = first.domains or tuple(line.migration.active)
    names = ", ".join(d.display for d in shown)
    parts: list[Part] = []
    for d in shown[:_NAMED]:
        if first.kind == SWITCH:
            label = t("start.check_dns", domain=d.display)
            parts.append(Part(d.display, "small", "propagation", check_form(d), label=label))
        else:
            parts.append(Part(d.display, "small"))
    if len(shown) > _NAMED:
        parts.append(Part(t("start.and_more", more=len(shown) - _NAMED), "small", hint=names))
    return parts


def _notes(line: Line) -> list[Part]:
    """Return what is to be known of the agreed day: of the freeze, of the client's answer, of who stands in."""
    t, m = shell.language().text, line.migration
    parts: list[Part] = []
    if line.freeze is not None:
        kind: line_table.Kind = "due" if line.freeze == "missing" else "small"
        parts.append(Part(f"{_FREEZE[line.freeze]} {t(f'start.freeze.{line.freeze}')}", kind))
        if ACCEPTED not in m.checks:
            parts += [Part(" · ", "small"), Part(t("start.not_accepted"), "due")]
    if m.hold is not None:
        parts += [Part(" · ", "small")] * bool(parts) + [Part(shell.language().value(worded.hold(m)), "due")]
    return parts


# -- whom to ring, and what to say


def _contact(line: Line) -> Cell:
    t, m = shell.language().text, line.migration
    if not line.rings:
        return []
    name = [[Part(m.contact_name, "small")]] if m.contact_name else []
    if not m.contact_phone:
        why = t("start.no_phone.because", why=m.no_phone) if m.no_phone else t("start.no_phone")
        return [*name, [Part(why, "due")]]
    number = dialled(m.contact_phone)
    return [*name, [Part(m.contact_phone, "phone", href=f"tel:{number}" if number else "")]]


def _says(line: Line) -> list[Said]:
    if line.tells is None:
        return []
    process, team, mine = shell.process(), shell.team(), shell.language()
    languages = sorted(LANGUAGES.values(), key=lambda language: language is not mine)
    return [
        Said(
            language.code,
            language.name,
            client_message(line.migration, line.tells.message, process, team, language, line.tells.about),
        )
        for language in languages
    ]


# -- what to do


def _buttons(line: Line) -> Cell:
    t, m = shell.language().text, line.migration
    whose = f"{m.ref} · {m.client}"
    parts = []
    for n, action in enumerate(line.actions):
        verb = t(f"verb.{action.verb}")
        # "Done" and "not needed" say to whoever only listens what is meant.
        about = t("start.second_sync.said") if action.item == SECOND_SYNC else ""
        parts.append(Part(verb, "" if n else "first", act=str(n), label=f"{about}{verb}: {whose}"))
    found = [parts]
    if line.tells is not None:
        found.append([Part(t("start.say"), "small", folds=True, label=f"{t('start.say')}: {whose}")])
    return found
