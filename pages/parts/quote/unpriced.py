"""No price beside other values than its own: with the first letter typed it disappears, until there is a new one.

A price belongs to the texts that the fields had when it was made. They are told to the browser, which compares them
with what stands in the fields now: at every letter, at every choice, and while the page is drawn anew. Where they
differ, the regions with that price are hidden (`unpriced.css`); where they are the same again, it shows them.
"""

import time
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from core.language import Language

_HERE = Path(__file__)

_component = st.components.v2.component("unpriced", html="<i></i>", js=_HERE.with_suffix(".js").read_text("utf-8"))


def style() -> None:
    """Bring in how regions are hidden, and how the form looks on a phone."""
    st.html(f"<style>{_HERE.with_suffix('.css').read_text('utf-8')}</style>")


def shown_for(
    region: str, values: Mapping[str, str], language: Language, keyboards: Mapping[str, str] | None = None
) -> None:
    """Say which texts of fields a region's prices belong to; drawn after everything in the region.

    `region` is "answer", "rooms" or "bill" (see the style sheet); `values`: key of a field's widget -> its text, of a
    selectbox the label shown. `keyboards`: key -> an `inputmode` for phones.
    """
    data = {
        "region": region,
        "drawn": time.time(),
        "values": dict(values),
        "hint": language.text("quote.unpriced"),
        "working": language.text("quote.pricing"),
        "keyboards": dict(keyboards or {}),
    }
    _component(data=data, key=f"unpriced_{region}", height="content")
