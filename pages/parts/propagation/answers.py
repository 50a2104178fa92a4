"""The answers of a check as a matrix of servers and records; what ticks in it ticks in the browser, nothing jumps.

It gets texts, never markup: what a name server says is somebody else's.
"""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__)

_component = st.components.v2.component(
    "answers",
    html='<div class="answers"></div>',
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def answers(columns: list[str], rows: list[dict[str, Any]], words: dict[str, str], *, key: str) -> None:
    """Draw the matrix.

    A row has `id`, `title`, `note` and a cell for each of `columns`; a cell `kind` (a class), `shape`, `word`, texts
    as `values` and `notes`, and seconds, None where there are none: `left` of its TTL, `age` of the answer, `ends`:
    for how long it may yet be kept; `ticks`: whether its TTL runs. `words`: `label` and `server` (the matrix and its
    first column to whoever listens), `ttl`, `age` and `ends` with `{time}` in them.
    """
    _component(data={"columns": columns, "rows": rows, "words": words}, key=key)
