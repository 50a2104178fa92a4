"""`python -m core watch`: this process looks at moving domains and sends notices, until Ctrl-C, or once.

Where a dashboard looks already it waits until that ends. Exit 0; with --once 1 where another process looks.
"""

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from core.commands.terminal import SOME_REFUSED, AsJson, Lang, open_desk, refuse
from core.ground import moments
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import settings
from core.language import LANGUAGES, Language

if TYPE_CHECKING:
    from core.watch.recording import Recorded

_PATIENCE = 120.0
"""Seconds that looks which are under way are waited for in the end."""


def watch(
    lang: Lang,
    once: Annotated[bool, typer.Option("--once", help="Look once at all that is due, and end.")] = False,
    json: AsJson = False,
) -> None:
    """Look at moving domains and send notices, until Ctrl-C; one process of a desk does so at a time."""
    # Here, not above: the other commands should not wait for the libraries of the DNS to load.
    from core.desk.watching import runner

    language = LANGUAGES[lang]
    if settings().watch == "workers":
        raise InputError(FieldError("WATCH", None, Message("watch.of_workers")))
    store, _, _ = open_desk(language)
    writing = threading.Lock()

    def told(recorded: "Recorded") -> None:
        with writing:
            print(_as_json(recorded) if json else _line(recorded, language), flush=True)

    with runner(store, told) as running:
        if once:
            looked = running.once()
            running.stop()
            if not looked:
                refuse(InputError(FieldError("", "", Message("watch.another_looks"))), language, SOME_REFUSED)
            return
        ends = {signal.SIGINT, signal.SIGTERM}
        # Before there are threads, so that none of them is told instead.
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        running.start()
        signal.sigwait(ends)
        # Whoever cannot wait says so once more.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
        running.stop(_PATIENCE)


def _as_json(recorded: "Recorded") -> str:
    from json import dumps

    from core.migration.event import iso
    from core.watch.recording import said

    of = recorded.watch
    return dumps(
        {
            "name": of.name,
            "outcome": recorded.outcome,
            "phase": of.phase,
            "looked_at": iso(of.looked_at),
            "next_at": iso(of.next_at),
            "transitions": [said(one) for one in recorded.transitions],
        }
    )


def _line(recorded: "Recorded", language: Language) -> str:
    of = recorded.watch
    if recorded.outcome != "written":
        return language.text("watch.unwritten", name=of.display)
    kinds = ", ".join(one.kind for one in recorded.transitions) or "-"
    if of.next_at is None:
        return language.text("watch.ended", name=of.display, kinds=kinds)
    return language.text("watch.looked", name=of.display, kinds=kinds, next=moments.moment(of.next_at))
