"""Work on a file that takes long: in a process of its own, how far it is told meanwhile."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.files.kept_upload import Held
from core.files.own_process import aside, memory_for
from core.ground.secrets import masked
from core.ground.validation import one_line
from pages.parts.shared.words import plain

LONG = 1000
"""Rows from which on a bar says how far the work is: below, it would only blink."""
NAMED = 44
"""Letters of the name of what the work is at: a line of a phone, so that nothing below it jumps."""


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


def named(text: str, do: Callable[..., Any], *args: Any, memory: int) -> Any:
    """Do work that only reads in a process of its own, whatever its size, and say meanwhile what it is at.

    `do` tells its `progress` a share and a name. Raises what the work raises, InputError where its process died.
    """
    with (
        Progress(text, True, names=True) as told,
        aside(do, *args, memory=memory, writes=False, waiting=lambda: told(0.0)) as job,
    ):
        while not job.done(within=0.3):
            if job.share >= 1:
                job.let_go()
                break
            told(job.share, job.name)
        return job.result()


def ending(name: str) -> str:
    """Return the end of a name, which tells more of a long one than its beginning, on one line; no secret.

    >>> ending("homedir/mail/alfa.example/a-very-long-name-of-a-mailbox/cur/1")
    '…example/a-very-long-name-of-a-mailbox/cur/1'
    >>> ending("haslo=Zima2026!/a-very-long-name-of-a-folder/that-shows-no-label-any-more")
    '•••'
    """
    # Before it is cut: what is left of it may not show any more that it is one.
    name = masked([one_line(name)])[0]
    return name if len(name) <= NAMED else f"…{name[1 - NAMED :]}"


class Progress:
    """Says how far long work is, on a bar that is there only while it lasts; with `names`, below it what it is at."""

    def __init__(self, text: str, shown: bool, names: bool = False) -> None:
        self._text = text
        self._bar = st.empty() if shown else None
        self._name = st.empty() if names else None

    def __enter__(self) -> "Progress":
        self(0.0)
        return self

    def __call__(self, share: float, name: str = "") -> None:
        # The end is told after the last word was written, where nothing may interrupt any more.
        if self._bar is not None and share < 1:
            self._bar.progress(share, text=plain(self._text))
            if self._name is not None:
                # Its line stands there from the beginning: nothing below it moves when the first name comes.
                self._name.caption(plain(ending(name)) or "\u00a0")

    def __exit__(self, *_: object) -> None:
        for drawn in (self._bar, self._name):
            if drawn is not None:
                drawn.empty()
