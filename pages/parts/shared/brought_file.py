"""What every page shows of a table that somebody brought: how it was read, its mistakes, how far the work is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

import streamlit as st

from core.files.aside import aside, memory_for
from core.files.held import Held
from core.ground.messages import FieldError
from core.ground.secrets import secret_in
from core.language import Language
from core.spreadsheet.decoding import DELIMITERS, ENCODINGS, Line, Sheet
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.said import Reading
from pages.parts.shared.words import plain

SHOWN_MISTAKES = 200
LONG = 1000
"""Rows from which on a bar says how far the work is: below, it would only blink."""
_LONGEST = 80
"""Letters of a mistaken value that are shown; the file of the mistakes has it whole."""

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


def told_line(cells: Iterable[str]) -> str:
    """Return cells of a file as one short text, or what stands for it where they look like a secret."""
    return hidden(" · ".join(" ".join(cell[:_LOOKED_AT].split()) for cell in cells if cell))


def hidden(text: str) -> str:
    """Return a text from a file, shortened, or what stands for it where it looks like a secret."""
    text = text[:_LOOKED_AT]
    return MASK if secret_in(text) or secret_in(text.replace(" · ", " ")) else shortened(text)


MASK = "•••"
"""What is shown instead of what looks like a secret."""
_LOOKED_AT = 2_000
"""Letters in which a secret is looked for: many more than are shown."""


def wrong(errors: Iterable[FieldError], language: Language) -> None:
    """Draw what is wrong with a file as a whole."""
    for mistake in errors:
        st.error(plain(language.mistake(mistake)), icon=":material/error:")


def mistakes(errors: Iterable[RowError], language: Language, count: int) -> None:
    """Draw the first of `count` mistakes with their reasons in full: what is to be corrected is read to its end."""
    t, found = language.text, list(islice(errors, SHOWN_MISTAKES))
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
    st.table(shown, hide_index=True, border="horizontal", height=460 if len(shown) > 10 else "content")
    more(len(shown), count, language)


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def more(shown: int, count: int, language: Language) -> None:
    """Say how many rows there are where not all of them are shown."""
    if shown < count:
        st.caption(plain(language.text("import.first_shown", shown=shown, count=count)))


def work(
    text: str,
    shown: bool,
    file: Held,
    do: Callable[..., Any],
    *args: Any,
    then: Callable[[Any], object] | None = None,
) -> Any:
    """Do work on a file and return what it gives, a long one's in a process of its own; say meanwhile how far it is.

    `do` takes the arguments and a `progress`; `then`, of work that writes, is told what it gives before anything else
    is drawn. A click meanwhile ends the run, and the work with it, unless it has told the share 1: then it comes to its
    end. Raises what the work raises, InputError where its process died.
    """
    if file.folder is None:
        with Progress(text, shown) as told:
            given = do(*args, told)
            if then:
                then(given)
            return given
    room = {"memory": memory_for(file.size), "folder": file.folder, "writes": then is not None}
    with Progress(text, True) as told, aside(do, *args, **room, waiting=lambda: told(0.0)) as job:
        while not job.done(within=0.2):
            if job.share >= 1:
                job.let_go()
                break
            told(job.share)
        given = job.result()
        if then:
            then(given)
        return given


class Progress:
    """Says how far long work is, on a bar that is there only while it lasts."""

    def __init__(self, text: str, shown: bool) -> None:
        self._text = text
        self._bar = st.empty() if shown else None

    def __enter__(self) -> "Progress":
        self(0.0)
        return self

    def __call__(self, share: float) -> None:
        # The end is told after the last word was written, where nothing may interrupt any more.
        if self._bar is not None and share < 1:
            self._bar.progress(share, text=plain(self._text))

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.empty()
