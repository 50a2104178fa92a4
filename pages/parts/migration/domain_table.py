"""The domains of a migration as a table grouped by step, to be ticked, acted on and chosen: by mouse, finger, keyboard.

The component proposes: it tells the page which domains of which step somebody acted on, as they saw them, and nothing
is done until the page says so. It gets texts, never markup.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_HTML = """
<div class="groups"></div>
<div class="said" role="status" aria-live="polite"></div>
"""

_HERE = Path(__file__)

_component = st.components.v2.component(
    "domain_table",
    html=_HTML,
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)


def domain_table(
    groups: list[dict[str, Any]],
    words: dict[str, str],
    *,
    key: str,
    seen: str,
    chosen: str,
    on_act: Callable[[], None],
    on_open: Callable[[], None],
) -> None:
    """Draw the groups.

    A group has `step`, `title`, `count`, `actions` (each `id`, `text` and the names of the domains that are
    `able`), `refused` (why none can be done, or blank)
    and `rows`: a row `name`, `display`, `state` (late, due or none) and the texts `since`, `clock`, `mailboxes`,
    `missing`. `words`: the heads, and what is said. `seen` is what the state drawn is known by, `chosen` the domain
    whose block stands below. The callbacks find what happened in the session under the key: `act` ({action, step,
    domains, seen}), `open` (name).
    """
    data = {"groups": groups, "words": words, "seen": seen, "chosen": chosen}
    _component(data=data, key=key, on_act_change=on_act, on_open_change=on_open)
