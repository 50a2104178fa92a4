"""What is wrong with what somebody typed."""

from collections.abc import Iterable

import streamlit as st

from core.ground.messages import FieldError
from pages.parts.shared import shell
from pages.parts.shared.words import plain


def draw(errors: Iterable[FieldError]) -> None:
    """Draw what is wrong, a line each."""
    for mistake in errors:
        st.error(plain(shell.language().mistake(mistake)), icon=":material/error:")
