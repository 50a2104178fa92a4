"""The board's columns and cards, to be looked at, opened, and dragged: by pointer, by finger, by keyboard.

The component proposes: it tells the page which card was dropped on which column, and nothing moves until the page says
so. It gets texts, never markup.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HTML = """
<div class="board" role="group"></div>
<div class="said" role="status" aria-live="assertive"></div>
"""

_HERE = Path(__file__)

_component = st.components.v2.component(
    "kanban",
    html=_HTML,
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def kanban(
    columns: list[dict[str, Any]],
    words: dict[str, str],
    *,
    key: str,
    on_move: Callable[[], None],
    on_open: Callable[[], None],
    on_more: Callable[[], None],
) -> None:
    """Draw the board.

    A column has `stage`, `title`, `count` and `counted` (in words), `aside` (shut until somebody opens it, where there
    is no room), `lines` (each `text` and `kind`), `cards` and `more`. A card has `ref`, `client`, `state` (a class:
    late, due, held or none), `domain`, `more` and `domains` (all of them), `due` and `exact` (the moment), `chips`
    (each `text`, `title`: what it means, and `kind`), and `label` and `role` for whoever listens instead of looking.
    `words`: what is said of a drag. The callbacks find what happened in the session under the key: `move` ({ref, to}),
    `open` (ref), `more` (stage).
    """
    _component(
        data={"columns": columns, "words": words},
        key=key,
        on_move_change=on_move,
        on_open_change=on_open,
        on_more_change=on_more,
    )
