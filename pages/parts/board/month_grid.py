"""A month on the screen: a grid of its weeks where there is room, else the days that have something, one below another.

The component gets texts, never markup, and tells the page which migration is to be opened.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__)

_component = st.components.v2.component(
    "month_grid",
    html='<div class="month"></div>',
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def month_grid(
    weekdays: list[str], weeks: list[list[dict[str, Any]]], *, label: str, key: str, on_open: Callable[[], None]
) -> None:
    """Draw a month; `weekdays` are the heads of its columns.

    A day has `number`, `label` (the day in full), `kinds` (classes: off, outside, today), `note` (a holiday, today),
    `count` (how many, in words) and `items`, each with `ref`, `text`, `kind` (a class: late, held, open, begun or none)
    and `label` for whoever listens instead of looking. The callback finds the ref to open in the session under the key.
    """
    _component(data={"weekdays": weekdays, "weeks": weeks, "label": label}, key=key, on_open_change=on_open)
