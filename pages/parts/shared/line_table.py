"""Lines of texts and links that lead on within the desk: dense, to be read from afar, on a phone a block a line.

The component draws texts, never markup. A click tells the page where it leads and the page goes there, so that nobody
loses who they said they are; a link opened in another tab is an address like any other. A button tells the page which
line it stands in and what is asked for; what that is the page looks up in the lines that it drew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

import streamlit as st

from pages.parts.shared import shell

_HERE = Path(__file__)

_component = st.components.v2.component(
    "line_table",
    html='<div class="lines"></div>',
    css=_HERE.with_suffix(".css").read_text("utf-8"),
    js=_HERE.with_suffix(".js").read_text("utf-8"),
)

_OPEN = "_line_table_open"
_LEADS_TO = ("migration", "propagation", "quotes", "saved", "watches")

Kind = Literal["", "strong", "small", "late", "due", "phone", "first"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line of a cell; with `page` (and its `query`) or `href` a link, `label`: said of it when it is.

    With `act` it is a button that asks for that, `first` among those of its line; with `folds` one that shows what is
    to be said, and hides it again. `hint`: seen where the pointer rests. `line`: a small line of two shares over time
    before its text, which says in words how it ends: each point where it is, the share of new and of old, all 0 to 1.
    """

    text: str
    kind: Kind = ""
    page: str = ""
    query: Mapping[str, str] | None = None
    href: str = ""
    label: str = ""
    hint: str = ""
    act: str = ""
    folds: bool = False
    line: Sequence[tuple[float, float, float]] = ()


Cell = Sequence[Sequence[Part]]
"""The lines of a cell, each of parts."""


class Said(NamedTuple):
    """What is to be said in a language, by its code and its own name."""

    code: str
    language: str
    text: str


class Row(NamedTuple):
    """A line: its state (late, due or another: the colour of its edge), its cells, what its buttons know it by."""

    state: str
    cells: Sequence[Cell]
    id: str = ""
    says: Sequence[Said] = ()


def line_table(
    name: str,
    heads: Mapping[str, int],
    rows: Sequence[tuple[str, Sequence[Cell]] | Row],
    *,
    key: str,
    labelled: bool = False,
    on_act: Callable[[str, str], None] | None = None,
) -> None:
    """Draw rows under the heads.

    `name` is what the table is called for whoever listens instead of looking; `heads` with their widths in percent.
    `labelled`: on a phone, where no heads stand, each cell says what it is. `on_act`: called back with the id of the
    row and what its button asks for, both as the browser says: look them up.
    """
    drawn = []
    for row in rows:
        state, cells, id, says = Row(*row)
        drawn.append(
            {
                "state": state,
                "cells": [[[_part(part) for part in line] for line in cell] for cell in cells],
                **({"id": id} if id else {}),
                **({"says": [said._asdict() for said in says]} if says else {}),
            }
        )

    def opened() -> None:
        if asked := st.session_state[key].open:
            st.session_state[_OPEN] = asked

    def acted() -> None:
        if on_act is not None and (asked := st.session_state[key].act):
            on_act(str(asked.get("row", "")), str(asked.get("act", "")))

    data = {"name": name, "heads": list(heads), "widths": list(heads.values()), "rows": drawn, "labelled": labelled}
    if any("says" in row for row in drawn):
        t = shell.language().text
        data["words"] = {"copy": t("move.message.copy"), "done": t("copy.done"), "by_hand": t("copy.by_hand")}
    _component(data=data, key=key, on_open_change=opened, on_act_change=acted)


def go() -> None:
    """Go where a click leads; before anything is drawn."""
    asked = st.session_state.pop(_OPEN, None)
    if asked and asked["page"] in _LEADS_TO:
        st.switch_page(f"pages/{asked['page']}.py", query_params=asked["query"])


def leads(page: str, query: Mapping[str, str]) -> None:
    """Go to a page at the next run of the script, as a link of a line does; call it from a callback."""
    st.session_state[_OPEN] = {"page": page, "query": dict(query)}


def _part(part: Part) -> dict[str, Any]:
    href = f"{part.page}?{urlencode(part.query or {})}" if part.page else part.href
    return {name: value for name, value in {**asdict(part), "href": href}.items() if value}
