"""Work on a file that takes long: in a process of its own, how far it is told meanwhile."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.files.kept_upload import Held
from core.files.own_process import aside, memory_for
from pages.parts.shared.words import plain

LONG = 1000
"""Rows from which on a bar says how far the work is: below, it would only blink."""


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
