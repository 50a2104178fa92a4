"""What is wrong in the rows of a file: the first mistakes to their end, and their number."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import streamlit as st

from core.language import Language
from core.spreadsheet.mistakes import RowError
from pages.parts.shared.masking import shortened
from pages.parts.shared.words import plain

_SHOWN = 200
"""Mistakes that are shown; their total is said."""


def mistakes(errors: Iterable[RowError], language: Language, count: int) -> None:
    """Draw the first of `count` mistakes with their reasons in full: what is to be corrected is read to its end."""
    t, found = language.text, list(islice(errors, _SHOWN))
    secret = any(error.message.id.startswith("error.secret") for error in found)
    shown = [
        {
            t("import.row"): str(error.row),
            t("import.column"): plain(error.column),
            **({} if secret else {t("import.value"): plain(shortened(error.value))}),
            t("import.reason"): plain(t(error.message)),
        }
        for error in found
    ]
    first_rows(shown, count, language)


def first_rows(shown: Sequence[Mapping[str, str]], count: int, language: Language) -> None:
    """Draw the first of `count` rows as a table whose texts are read to their end, and say how many there are."""
    st.table(shown, hide_index=True, border="horizontal", height=460 if len(shown) > 10 else "content")
    more(len(shown), count, language)


def more(shown: int, count: int, language: Language) -> None:
    """Say how many rows there are where not all of them are shown."""
    if shown < count:
        st.caption(plain(language.text("import.first_shown", shown=shown, count=count)))
