"""What every page shows of a table that somebody brought: how it was read, its mistakes, how far the work is."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol

import streamlit as st

from core.aside import aside, memory_for
from core.held import Held
from core.language import Language
from core.pipeline.decoding import DELIMITERS, ENCODINGS
from core.pipeline.rows import RowError
from core.pipeline.said import Reading
from pages.parts.words import plain

SHOWN_MISTAKES = 200
_LONGEST = 80
"""Letters of a mistaken value that are shown; the file of the mistakes has it whole."""

_DELIMITER_IDS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}


class Brought(Protocol):
    """A file and how somebody said that it is read; `guessed`: its encoding, in our opinion."""

    how: Reading
    guessed: str


def choose_reading(
    left, right, brought: Brought, encoding: str, delimiter: str, key: Callable[[str], str], language: Language
) -> None:
    """Draw in which encoding and by which delimiter a file is read, and let `brought` be read otherwise."""
    t = language.text

    def choice(place, name: str, options: list[str], value: str, words: Callable[[str], str]) -> None:
        id = key(name)
        st.session_state[id] = value

        def chosen() -> None:
            brought.how = replace(brought.how, **{name: st.session_state[id]})

        place.selectbox(t(f"import.{name}"), options, format_func=words, key=id, on_change=chosen)

    choice(
        left,
        "encoding",
        [*dict.fromkeys([brought.guessed, *ENCODINGS])],
        encoding,
        lambda id: t("import.guessed", value=id) if id == brought.guessed else id,
    )
    choice(right, "delimiter", list(DELIMITERS), delimiter, lambda id: t(f"import.by.{_DELIMITER_IDS[id]}"))


def mistakes(errors: Iterable[RowError], language: Language, count: int) -> None:
    """Draw the first of `count` mistakes with their reasons in full: what is to be corrected is read to its end."""
    t, found = language.text, list(islice(errors, SHOWN_MISTAKES))
    secret = any(error.message.id.startswith("error.secret") for error in found)
    shown = [
        {
            t("import.row"): str(error.row),
            t("import.column"): plain(error.column),
            **({} if secret else {t("import.value"): plain(_short(error.value))}),
            t("import.reason"): plain(t(error.message)),
        }
        for error in found
    ]
    st.table(shown, hide_index=True, border="horizontal", height=460 if len(shown) > 10 else "content")
    more(len(shown), count, language)


def _short(text: str) -> str:
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
