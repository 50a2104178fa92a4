"""What the page's dialogs are made of: a choice, a reason, a day with its hour, a form, the button that does it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.migration import typed
from core.migration.event import Event
from core.migration.migration import Domain, Migration
from core.migration.moves import Act
from pages.parts.shared import day_field, deed, migration_fields, shell
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain

When = tuple[day_field.Day, str]
"""A day and an hour, as somebody typed them."""


def domain_of(d: Deed) -> Domain:
    """Return the domain that a dialog is about; closes the dialog where it is there no more."""
    there, name = d.seen.domains, d.about["domain"]
    if name not in there:
        # Somebody corrected its name meanwhile, or took back the import that had brought it.
        found = next((one.name for one in there.values() if name in one.former), None)
        if found is None:
            deed.end()
            st.rerun()
        d.about["domain"] = name = found
    return there[name]


def form(
    d: Deed,
    shown: dict[str, Any],
    names: Sequence[Sequence[str]],
    own: Mapping[str, Callable[[], Any]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Draw the form of what stands; return what was typed. `own`: what draws a field otherwise than any other.

    After somebody else's change what was not touched shows that change, what was typed stays.
    """
    for row in names:
        for name in row:
            d.shows(name, migration_fields.shown_as(name, shown[name]))
    drawn = {name: partial(migration_fields.widget, name, d.key(name), shown[name]) for row in names for name in row}
    return migration_fields.rows(names, lambda name: (own.get(name) or drawn[name])())


def moment(d: Deed, told_day: str, at: dt.datetime | None = None, suffix: str = "") -> When:
    """Draw the inputs of a day and an hour; return what they hold."""
    day, hour = typed.day_and_hour(at)
    day_key, hour_key = d.shows(f"day{suffix}", day_field.shown(day)), d.shows(f"hour{suffix}", hour)
    left, right = st.columns(2)
    with left:
        found = day_field.day_field(told_day, day_key, day, tell="date")
    with right:
        told = migration_fields.label("planned_hour")
        clock = st.text_input(told, value=st.session_state[hour_key], key=hour_key, placeholder="14:00")
    return found, clock


def when(d: Deed) -> When:
    """Draw the inputs of when it really happened, which may be left empty."""
    t = shell.language().text
    held = moment(d, t("card.when"))
    st.caption(plain(t("card.when.now")))
    return held


def dated(act: Act, when: When) -> Act:
    """Return the act at the moment that was typed; raises InputError."""
    return replace(act, at=typed.read_moment(*when, "date"))


def pick(d: Deed, name: str, told: str, options: Sequence[str], said: Callable[[str], str], first: int = 0) -> str:
    """Draw a choice of one of some ids; return it."""
    key = d.key(name)
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[first]
    place = list(options).index(st.session_state[key])
    return st.selectbox(told, options, index=place, format_func={id: said(id) for id in options}.get, key=key)


def reason(d: Deed) -> str:
    """Draw the input of a reason; return it."""
    return st.text_input(shell.language().field("reason"), key=d.shows("reason", ""))


def save(
    d: Deed, told: str, pending: bool, decide: Callable[[Migration, Act], Sequence[Event]], said: str, **which: Any
) -> None:
    """Draw the button that does it; `which`: what `deed.attempt` is told of what it changes."""
    if st.button(told, key=d.key("save"), type="primary", disabled=pending):
        deed.attempt(d, decide, said, **which)
