"""Lines of texts and links that lead on within the desk: dense, to be read from afar, on a phone a block a line.

The component draws texts, never markup. A click tells the page where it leads and the page goes there, so that nobody
loses who they said they are; a link opened in another tab is an address like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st

_HERE = Path(__file__)

_component = st.components.v2.component(
    "line_table",
    html='<div class="lines"></div>',
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)

_OPEN = "_line_table_open"
_LEADS_TO = ("migration", "propagation", "quotes", "saved")

Kind = Literal["", "strong", "small", "late", "due"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line of a cell; with `page` (and its `query`) or `href` a link, `label`: said of it when it is."""

    text: str
    kind: Kind = ""
    page: str = ""
    query: Mapping[str, str] | None = None
    href: str = ""
    label: str = ""


Cell = Sequence[Sequence[Part]]
"""The lines of a cell, each of parts."""


def line_table(
    name: str, heads: Mapping[str, int], rows: Sequence[tuple[str, Sequence[Cell]]], *, key: str, labelled: bool = False
) -> None:
    """Draw rows, each a state (late, due or another: the colour of its edge) and its cells, under the heads.

    `name` is what the table is called for whoever listens instead of looking; `heads` with their widths in percent.
    `labelled`: on a phone, where no heads stand, each cell says what it is.
    """
    drawn = [
        {"state": state, "cells": [[[_part(part) for part in line] for line in cell] for cell in cells]}
        for state, cells in rows
    ]

    def opened() -> None:
        st.session_state[_OPEN] = st.session_state[key].open

    data = {"name": name, "heads": list(heads), "widths": list(heads.values()), "rows": drawn, "labelled": labelled}
    _component(data=data, key=key, on_open_change=opened)


def go() -> None:
    """Go where a click leads; before anything is drawn."""
    asked = st.session_state.pop(_OPEN, None)
    if asked and asked["page"] in _LEADS_TO:
        st.switch_page(f"pages/{asked['page']}.py", query_params=asked["query"])


def _part(part: Part) -> dict[str, Any]:
    href = f"{part.page}?{urlencode(part.query or {})}" if part.page else part.href
    return {name: value for name, value in {**asdict(part), "href": href}.items() if value}
