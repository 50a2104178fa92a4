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
    beside: Mapping[str, str],
    ours: Mapping[str, str],
    required: Sequence[str],
    chosen: Callable[[str, str], None],
    asked: set[str],
    key: Callable[[str], str],
    language: Language,
) -> None:
    """Draw what each column of a header is, and let it be something else.

    `choice`: by name, one of `ours`, the columns of the desk, of which some are `required`, or of what may become of a
    column `beside` them; all by their ids, in words. `chosen` is called with a name and its new choice. `asked`, filled
    here: columns of a wide file that somebody wants to choose for.
    """
    st.caption(plain(language.text("import.required", columns=", ".join(ours[id] for id in required))))
    options = [*beside, *ours]

    def words(id: str) -> str:
        if id in beside:
            return beside[id]
        return f"{ours[id]} *" if id in required else ours[id]

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


def formats_said(formats: Mapping[str, str], ours: Mapping[str, str], language: Language) -> str:
    """Return in which format the dates of each column were read; `ours` says what the columns are called."""
    by_format: dict[str, list[str]] = {}
    for id, format in formats.items():
        by_format.setdefault(format, []).append(ours[id])
    said = "; ".join(f"{format}: {', '.join(named)}" for format, named in by_format.items())
    return language.text("import.dates", formats=said)
