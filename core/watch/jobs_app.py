"""Procrastinate, as the workers use it: its tables in the schema `jobs`, on whatever connection it gets.

Its own queries name no schema. No option of a connection tells it through a pooler, so each transaction begins by
saying where its tables are.
"""

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
import psycopg_pool
import sqlalchemy as sa
from procrastinate.schema import SchemaManager

from core.database.address import parse_url
from core.database.transactions import reading
from core.ground.messages import Message
from core.watch.deferring import LOOK, MORNING, QUEUE

_STANDING = sa.text("SELECT obj_description(to_regnamespace('jobs'), 'pg_namespace')")


class _Pool(psycopg_pool.AsyncConnectionPool[Any]):
    @contextlib.asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Any]:
        async with super().connection(timeout) as connection:
            await connection.execute("SET LOCAL search_path = jobs, public")
            yield connection


def jobs_app(url: str, look: Callable[[int], None], morning: Callable[[str], None], most: int) -> procrastinate.App:
    """Return the application of a worker that does up to `most` jobs at once on the database of a URL.

    `look` has the parameter `watch_id`, `morning` the parameter `day` (ISO): as the jobs name them.
    """
    connector = procrastinate.PsycopgConnector(
        pool_factory=_Pool,
        conninfo=_conninfo(url),
        min_size=1,
        max_size=most + 1,
        kwargs={"prepare_threshold": None},
    )
    app = procrastinate.App(connector=connector)
    # Names of their own: procrastinate would name them after the module, which is another for whoever starts it.
    app.task(name=LOOK, queue=QUEUE)(look)
    app.task(name=MORNING, queue=QUEUE)(morning)
    return app


def unfit(engine: sa.Engine) -> Message | None:
    """Return why the procrastinate that is installed cannot work with the tables of a database; None: it can."""
    with reading(engine) as connection:
        standing = connection.execute(_STANDING).scalar()
    known = max(file.stem for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    if standing == known:
        return None
    values = {"standing": standing or "-", "known": known, "version": procrastinate.__version__}
    return Message("worker.schema", values)


def pooled(url: str) -> bool:
    """Tell whether something stands between us and the server: a pooler, which makes up the numbers of its processes.

    Raises psycopg.Error where nobody answers.
    """
    with psycopg.connect(_conninfo(url), prepare_threshold=None) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        return row is None or row[0] != connection.info.backend_pid


def _conninfo(url: str) -> str:
    parsed = parse_url(url)
    positional, named = parsed.get_dialect()().create_connect_args(parsed)
    return psycopg.conninfo.make_conninfo(*positional, **named)
