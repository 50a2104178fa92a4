"""Fields whose texts the session keeps beside their widgets: a widget forgets when its room closes."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from pages.parts.shared.form_state import default

Widget = Callable[..., object]


def text(widget: Widget, label: str, kept: dict[str, str], name: str, key: str, **options: Any) -> str:
    """Draw the field of a text, kept as `kept[name]`; return it."""
    st.session_state.setdefault(key, kept.get(name, ""))
    return _draw(widget, label, kept, name, key, **default(st.session_state[key]), **options)


def choice(
    widget: Widget,
    label: str,
    kept: dict[str, str],
    name: str,
    key: str,
    choices: Sequence[str],
    first: str,
    **options: Any,
) -> str:
    """Draw the choice of one of `choices`, at `first` the one of that name; return the one that is chosen."""
    if st.session_state.get(key) not in choices:
        st.session_state.pop(key, None)
    before = kept.get(name)
    st.session_state.setdefault(key, before if before in choices else first)
    at = default(st.session_state[key], choices)
    return _draw(widget, label, kept, name, key, options=choices, **at, **options)


def switch(widget: Widget, label: str, kept: dict[str, str], name: str, key: str, **options: Any) -> str:
    """Draw a box to check; return "x" where it is."""
    st.session_state.setdefault(key, bool(kept.get(name)))
    return _draw(widget, label, kept, name, key, **default(st.session_state[key]), **options)


def _draw(widget: Widget, label: str, kept: dict[str, str], name: str, key: str, **options: Any) -> str:
    # Kept before the page is drawn: the click that leaves a field may close the room it is in.
    widget(label, key=key, on_change=_keep, args=(kept, name, key), **options)
    return _as_text(st.session_state[key])


def _keep(kept: dict[str, str], name: str, key: str) -> None:
    kept[name] = _as_text(st.session_state[key])


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else "x" if value else ""
