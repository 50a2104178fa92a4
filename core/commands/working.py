"""`python -m core worker`: this machine takes part in watching what moves, until it is told to stop.

Of one PostgreSQL, by as many as wanted. What stands in its way is told on stderr and exits 2; stopped, it exits 0.
"""

import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from core.commands.terminal import Lang, open_desk
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import as_worker, settings
from core.language import LANGUAGES, Language

if TYPE_CHECKING:
    from core.store.store import Store
    from core.watch.deeds import Deeds
    from core.watch.workers import Worker


def worker(
    lang: Lang,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="How many domains are looked at together.")] = 4,
) -> None:
    """Look at moving domains and send notices, together with others on the same PostgreSQL, until stopped (Ctrl-C)."""
    import asyncio

    # Here, not above: the commands that price should not wait for the database's libraries to load.
    from core.database.address import file_of, safe_url
    from core.desk.watching import deeds

    language = LANGUAGES[lang]
    if settings().watch != "workers":
        raise InputError(FieldError("WATCH", None, Message("worker.unset", {"found": settings().watch})))
    dashboards = settings().database_url
    url = as_worker().database_url
    if file_of(url) is not None:
        raise InputError(FieldError("DATABASE_URL", safe_url(url), Message("worker.sqlite")))
    store, _, _ = open_desk(language)
    _check(store, url, dashboards)

    async def work(deeds: "Deeds") -> None:
        working = _worker(deeds, url, at_once, language)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, lambda: _stop(working, language))
        print(language.text("worker.works", most=at_once), flush=True)
        await working.run()

    with deeds(store) as those:
        asyncio.run(work(those))


def _stop(working: "Worker", language: Language) -> None:
    print(language.text("worker.ends"), flush=True)
    working.stop()


def _check(store: "Store", url: str, dashboards: str) -> None:
    """Refuse to work with another procrastinate than that of the tables, or on another database than the dashboard."""
    from core.database.address import file_of, safe_url
    from core.database.epoch import read
    from core.database.transactions import engine, reading
    from core.watch.jobs_app import unfit

    if (why := unfit(store.engine)) is not None:
        raise InputError(FieldError("DATABASE_URL", safe_url(url), why))
    if url == dashboards or file_of(dashboards) is not None:
        # A machine that only works needs no other address.
        return
    with reading(store.engine) as ours, reading(engine(dashboards)) as theirs:
        if read(ours).name != read(theirs).name:
            raise InputError(FieldError("WORKER_DATABASE_URL", safe_url(url), Message("worker.elsewhere")))


def _worker(deeds: "Deeds", url: str, at_once: int, language: Language) -> "Worker":
    from core.database.address import safe_url
    from core.watch.jobs_app import pooled
    from core.watch.workers import Rhythm, Worker, quiet_loggers

    def report(message: Message) -> None:
        print(language.text(message), file=sys.stderr, flush=True)

    quiet_loggers()
    rhythm, listens = Rhythm(at_once=at_once), not pooled(url)
    told = Message(
        "worker.direct" if listens else "worker.pooled", {"url": safe_url(url), "seconds": round(rhythm.ask)}
    )
    print(language.text(told), flush=True)
    return Worker(url, deeds, report, listens=listens, rhythm=rhythm)
