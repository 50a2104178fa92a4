"""The field in which a list is searched, in the form that filters it."""

from typing import Any

import streamlit as st

from core.ground.text_limits import LINE
from pages.parts.shared.form_state import FormState


def draw(state: FormState, label: str, example: str, **more: Any) -> None:
    """Draw the field `q` of a form; `more`: what the widget is told beside it."""
    state.draw(
        st.text_input, "q", label, type="search", placeholder=example, live=True, max_chars=LINE, width=270, **more
    )
