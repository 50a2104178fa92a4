"""What is wrong with what somebody gave, a line a mistake."""

from collections.abc import Iterable

import streamlit as st

from core.ground.messages import FieldError
from core.language import Language
from pages.parts.shared.words import plain


def draw(mistakes: Iterable[FieldError], language: Language) -> None:
    """Draw each mistake, with what would be right."""
    for mistake in mistakes:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")
