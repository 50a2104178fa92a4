"""What each column of a file is: a choice a column, or, of a wide file, for those that mean something or are asked for.

A choice takes the page some milliseconds: for hundreds of them nobody would wait at every click.
"""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from core.language import Language
from pages.parts.shared.words import plain

_CHOICES = 60
"""Columns up to which each has its choice."""


def choose_columns(
    header: Sequence[str],
    choice: Mapping[str, str],
    options: Sequence[str],
    ours: Sequence[str],
    words: Callable[[str], str],
    chosen: Callable[[str, str], None],
    asked: set[str],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Draw what each column of a header is, and let it be something else.

    `choice`: by name, one of `options`, of which `ours` are columns of the desk; `words` words them. `chosen` is called
    with a name and its new choice. `asked`, filled here: columns of a wide file that somebody wants to choose for.
    """
    wide = len(choice) > _CHOICES
    drawn = [name for name in choice if not wide or choice[name] in ours or name in asked]
    places = {name: place for place, name in enumerate(header)}
    for start in range(0, len(drawn), 3):
        for column, name in zip(st.columns(3), drawn[start : start + 3], strict=False):
            _choice(column, name, choice[name], options, words, chosen, key(f"column_{places[name]}"))
    if rest := [name for name in choice if name not in {*drawn}]:
        _rest(rest, choice, words, asked, key, language)


def _choice(
    place,
    name: str,
    value: str,
    options: Sequence[str],
    words: Callable[[str], str],
    chosen: Callable[[str, str], None],
    key: str,
) -> None:
    st.session_state[key] = value
    place.selectbox(
        plain(name),
        options,
        format_func=words,
        key=key,
        on_change=lambda: chosen(name, st.session_state[key]),
    )


def _rest(
    rest: Sequence[str],
    choice: Mapping[str, str],
    words: Callable[[str], str],
    asked: set[str],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Draw the other columns of a wide file as a table, and let one be asked for."""
    t = language.text
    # Another key each time: the box is to be empty again.
    picker = key(f"column_other_{len(asked)}")
    st.caption(plain(t("import.other_columns", count=len(rest))))
    st.selectbox(
        t("import.other_column"),
        rest,
        index=None,
        placeholder=t("import.other_column.choose"),
        key=picker,
        on_change=lambda: asked.add(st.session_state[picker]),
    )
    table = pd.DataFrame({t("import.column"): rest, t("import.becomes"): [words(choice[name]) for name in rest]})
    st.dataframe(table, hide_index=True, height=213, placeholder="", key=key("columns_rest"))
