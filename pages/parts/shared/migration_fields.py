"""The fields in which a migration is written: on its page, in the register, where a quote is accepted."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.migration import typed, worded
from pages.parts.shared import agreed_fields, day_field, shell

_SELECTS: Mapping[str, Callable[[str], list[str]]] = {
    # Whoever has left the team stays an option where they are the owner.
    "owner": lambda now: list(dict.fromkeys(["", *(person.id for person in shell.team().people), now])),
    "deputy": lambda now: list(dict.fromkeys(["", *(person.id for person in shell.team().people), now])),
    "waiting_on": lambda now: ["us", "client"],
}


def _option(name: str, id: str) -> str:
    if name == "waiting_on":
        return shell.language().text(f"side.{id}")
    return worded.person(id, shell.team()) if id else shell.language().text("card.nobody")


_MARKUP = re.compile(r"[^\w\s.,()-]+")


def label(name: str) -> str:
    """Return the label of a field."""
    language = shell.language()
    if name.startswith("extra."):
        # Read aloud as it is, so it cannot be made plain; a header with marks of markdown loses them.
        return _MARKUP.sub(" ", name.removeprefix("extra.")).strip() or language.text("import.column")
    if name == "planned_hour":
        return language.field("hour").capitalize()
    # A quote's package is the one that is left; a migration's is the one that it leads to.
    return language.field({"planned_day": "planned_at", "package": "target"}.get(name, name))


def widget(name: str, key: str, value: Any, **options: Any) -> Any:
    """Draw the widget of a field, and return what it holds.

    Its value is in the session and its default as well: a browser too slow to draw it before the next run of the script
    would otherwise send a blank.
    """
    st.session_state.setdefault(key, shown_as(name, value))
    held = st.session_state[key]
    told = label(name)
    if name in _SELECTS:
        choices = _SELECTS[name](held)
        return st.selectbox(
            told,
            choices,
            index=choices.index(held),
            format_func={id: _option(name, id) for id in choices}.get,
            key=key,
            **options,
        )
    if name == "fee_applies":
        return st.checkbox(told, value=held, key=key, **options)
    if name in typed.DAYS:
        return day_field.day_field(told, key, held, tell="planned_at" if name == "planned_day" else name)
    if name in ("domains", "note"):
        return st.text_area(told, value=held, key=key, height=90, **options)
    if name == "planned_hour":
        options = {"placeholder": "14:00", **options}
    elif name in ("old_ns", "new_ns"):
        # Addresses are what a look before the switch asks.
        options = {"placeholder": shell.language().text("card.ns.example"), **options}
    typed_in = st.text_input(told, value=held, key=key, **options)
    if name == "contact_phone":
        agreed_fields.phone(typed_in)
    return typed_in


def shown_as(name: str, value: Any) -> Any:
    """Return the value of a field as its widget holds it: of a day the text."""
    return day_field.shown(value) if name in typed.DAYS else value


def rows(names: Sequence[Sequence[str]], draw: Callable[[str], Any]) -> dict[str, Any]:
    """Draw fields, those of a row side by side, and return what they hold."""
    held = {}
    for row in names:
        for column, name in zip(st.columns(len(row)), row, strict=True):
            with column:
                held[name] = draw(name)
    return held
