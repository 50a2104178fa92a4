"""The tables of procrastinate, by which several machines share out the looks: on PostgreSQL alone.

They are in a schema of their own, `jobs`. Its functions look for their tables there whoever calls them: behind a
pooler no search_path lasts. The schema's comment is the newest migration of procrastinate that it has, by its name.

A later procrastinate that has migrations beyond that one refuses to work until a further revision has run them:
in the order of their names those files of `SchemaManager.get_migrations_path()` that come after the comment (a database
that was made with the later procrastinate has them already), as here on the raw connection with the search_path
`jobs`; then it ties the functions again, as whichever was made anew is untied, and writes the comment. The 50s among
them (`_50_post_`) may run only when no worker of the earlier procrastinate is left: all of them end before it.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIE = sa.text(
    "SELECT format('ALTER FUNCTION %s SET search_path = jobs, pg_temp', oid::regprocedure)"
    " FROM pg_proc WHERE pronamespace = 'jobs'::regnamespace"
)


def upgrade() -> None:
    """Make the schema with its tables and functions: there are no jobs yet."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    from procrastinate.schema import SchemaManager

    # Whoever may not make schemas lets the administrator make this one, empty, for the desk.
    if connection.execute(sa.text("SELECT to_regnamespace('jobs')")).scalar() is None:
        op.execute("CREATE SCHEMA jobs")
    within = sa.text("SELECT set_config('search_path', :path, true)")
    before = connection.execute(sa.text("SELECT current_setting('search_path')")).scalar_one()
    connection.execute(within, {"path": "jobs"})
    # Many statements in one text, with % in them: the driver takes both only as they are.
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(SchemaManager.get_schema())
    for (statement,) in connection.execute(_TIE).all():
        op.execute(statement)
    newest = max(file.stem for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    connection.execute(within, {"path": before})
    op.execute(f"COMMENT ON SCHEMA jobs IS '{newest}'")
