"""How a table that somebody brought was read, and how it may be read otherwise: its encoding, its sheet, its header."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import streamlit as st

from core.language import Language
from core.spreadsheet.choices import Reading
from core.spreadsheet.decoding import Line, Sheet
from core.spreadsheet.delimited import DELIMITERS
from core.spreadsheet.letters import ENCODINGS
from pages.parts.shared.masking import told_line
from pages.parts.shared.words import plain

_DELIMITER_IDS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}


@dataclass(frozen=True)
class Layout:
    """How a file was read: of a text its encoding and delimiter, of a workbook its sheet, of both the header's row.

    `guessed`: the encoding in our opinion; `proposed`: the header's row in our opinion; `names`: of its sheets; `top`:
    its first lines, as they stand.
    """

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    guessed: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
    header_row: int = 1
    proposed: int = 1
    top: tuple[Line, ...] = ()


UNREAD = Layout()
_TEXTS = ("", "csv")
"""Kinds of files that have an encoding and a delimiter: what is not known yet may be one."""


class Brought(Protocol):
    """A file, how somebody said that it is read, and how it was."""

    how: Reading
    layout: Layout
    reading_open: bool


def laid_out(brought: Brought, laid: Sheet | None, guessed: str) -> Layout:
    """Return how a file was read; where nothing of it could be, as before, so that it can be read otherwise."""
    how, before = brought.how, brought.layout
    if laid is None:
        encoding, delimiter = how.encoding or guessed, how.delimiter or before.delimiter or DELIMITERS[0]
        name, row = how.sheet or before.name, how.header_row or before.header_row
        return replace(before, encoding=encoding, delimiter=delimiter, guessed=guessed, name=name, header_row=row)
    same = laid.name == before.name and how.header_row is not None
    return Layout(
        laid.kind,
        laid.encoding,
        laid.delimiter,
        guessed,
        laid.name,
        laid.names,
        laid.header_row,
        before.proposed if same else laid.header_row,
        laid.top,
    )


def summary(brought: Brought, language: Language) -> str:
    """Return how a file was read, in a line: what it is, where it says so its encoding or sheet, and its header."""
    t, layout = language.text, brought.layout
    parts = [layout.kind.upper() or t("import.unread")]
    if layout.kind in _TEXTS:
        parts += [_encoding(layout, layout.encoding, language), _delimiter(layout.delimiter, language)]
    elif layout.name:
        place = [*layout.names, layout.name].index(layout.name) + 1
        parts.append(t("import.sheet_of", name=layout.name, place=place, all=len(layout.names)))
    if layout.top:
        parts.append(t("import.header_in", row=str(layout.header_row)))
    return plain(" · ".join(parts))


def _encoding(layout: Layout, id: str, language: Language) -> str:
    return language.text("import.guessed", value=id) if id == layout.guessed else id


def _delimiter(id: str, language: Language) -> str:
    return language.text(f"import.by.{_DELIMITER_IDS[id]}")


def choose_reading(brought: Brought, key: Callable[[str], str], language: Language) -> None:
    """Draw how a file was read, and let `brought` be read otherwise: an encoding, a delimiter, a sheet, a header."""
    t, layout = language.text, brought.layout
    choices: list[tuple[str, Sequence[Any], Any, Callable[[Any], str]]] = []
    if layout.kind in _TEXTS and layout.guessed:
        encodings = [*dict.fromkeys([layout.guessed, *ENCODINGS])]
        choices.append(("encoding", encodings, layout.encoding, lambda id: _encoding(layout, id, language)))
        choices.append(("delimiter", DELIMITERS, layout.delimiter, lambda id: _delimiter(id, language)))
    elif len(layout.names) > 1:
        choices.append(("sheet", layout.names, layout.name, str))
    if rows := {line.number: line for line in layout.top if any(line.cells)}:

        def header(row: int) -> str:
            cells = told_line(rows[row].cells) if row in rows else ""
            text = t("import.header_row.line", row=str(row), cells=cells)
            return t("import.proposed", value=text) if row == layout.proposed else text

        choices.append(("header_row", sorted({*rows, layout.header_row}), layout.header_row, header))
    for place, (name, options, value, words) in zip(st.columns(max(len(choices), 1)), choices, strict=False):
        _choose(place, brought, name, options, value, words, key(name), language)


def _choose(
    place,
    brought: Brought,
    name: str,
    options: Sequence[Any],
    value: object,
    words: Callable[[Any], str],
    key: str,
    language: Language,
) -> None:
    st.session_state[key] = value

    def chosen() -> None:
        # Another sheet has a header of its own.
        other = {"header_row": None} if name == "sheet" else {}
        brought.how = replace(brought.how, **{name: st.session_state[key]}, **other)
        brought.reading_open = True

    place.selectbox(language.text(f"import.{name}"), options, format_func=words, key=key, on_change=chosen)
