"""Runs the revisions, on the connection of `core.database.upgrade`, or of the setting DATABASE_URL for `alembic`."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from core.database.tables import Moment, metadata
from core.database.transactions import engine_of, writing
from core.ground.settings import settings


def written(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write a moment into a new revision without naming our type: a revision stays as it is when the code changes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run(connection: Connection) -> None:
    """Run what Alembic was asked for within the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
        render_item=written,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = engine_of(settings().database_url)
    with writing(engine) as connection:
        run(connection)
    engine.dispose()
