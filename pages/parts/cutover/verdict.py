"""The answer of a look in its colour. What counts no more is no answer: it must not look like one."""

from collections.abc import Callable

import streamlit as st

from core.cutover.finding import Verdict
from pages.parts.shared.words import plain

_BOXES: dict[Verdict, tuple[Callable[..., object], str]] = {
    "blocked": (st.error, ":material/block:"),
    "unknown": (st.warning, ":material/help:"),
    "accept": (st.warning, ":material/rule:"),
    "ready": (st.success, ":material/check_circle:"),
}


def draw(verdict: Verdict, said: str, outdated: str = "") -> None:
    """Draw an answer; `outdated`: why it counts no more, where it does not."""
    box, mark = (st.info, ":material/history:") if outdated else _BOXES[verdict]
    box(" ".join(filter(None, (plain(outdated), f"**{plain(said)}**"))), icon=mark)
