"""A revision of the schema that only tests know: databases are upgraded to it, or fail to be."""

import contextlib
import shutil
import sqlite3

import sqlalchemy as sa
from alembic import command as alembic

from core.database import upgrade as upgrades
from core.database.transactions import engine_of, writing

SECOND = '''
"""A revision of tests."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("note", sa.Column("pinned", sa.Boolean()))
    with op.batch_alter_table("migration") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))
        batch.alter_column("client", new_column_name="customer")
'''
# As the desk's own revisions are: what its tables ask for stays.
ADDING = SECOND.replace('        batch.alter_column("client", new_column_name="customer")\n', "")
FAILING = SECOND + "    op.execute('INSERT INTO nowhere VALUES (1)')\n"


def another_revision(tmp_path, monkeypatch):
    """Lets a database be upgraded to a second revision, whose text is given."""

    def add(text):
        folder = tmp_path / "schema"
        if not folder.exists():
            shutil.copytree(upgrades.SCHEMA, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_second.py").write_text(text, encoding="utf-8")
        monkeypatch.setattr(upgrades, "SCHEMA", folder)

    return add


def older(file, revision, fill):
    """Make a database (SQLite) of an earlier schema, with what `fill` does to the one of today, given by its URL.

    What only later schemas have room for is left out.
    """
    today = file.with_name(f"today-{file.name}")
    upgrades.upgrade(f"sqlite:///{today}")
    fill(f"sqlite:///{today}")
    old = engine_of(f"sqlite:///{file}")
    with old.begin() as connection:
        config = upgrades._config()
        config.attributes["connection"] = connection
        alembic.upgrade(config, revision)
    old.dispose()
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.execute("ATTACH ? AS today", (str(today),))
        for table in ("migration", "domain", "event", "check_item", "note"):
            names = ", ".join(f'"{row[1]}"' for row in copy.execute(f"PRAGMA main.table_info({table})"))
            copy.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}")


def before_handover(url):
    """Make a database, of whatever kind, of the schema before lists were handed over."""
    later = {
        "migration": ("no_phone", "mail_accounts", "site_list", "old_hosting_until", "inventory"),
        "domain": ("registered_until", "cutover"),
    }
    _without(url, later, "0004")


def before_inventory(url):
    """Make a database, of whatever kind, of the schema before archives were taken over."""
    _without(url, {"migration": ("inventory",), "domain": ("cutover",)}, "0005")


def before_cutover(url):
    """Make a database, of whatever kind, of the schema before looks before the switch were kept."""
    _without(url, {"domain": ("cutover",)}, "0006")


def _without(url, later, revision):
    db = engine_of(url)
    with writing(db) as connection:
        # No schema of before had watches, and jobs of them.
        for table in ("notice", "watch_round", "watch_lease", "asker", "watch"):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("DROP SCHEMA jobs CASCADE"))
        for table, names in later.items():
            for name in names:
                connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    db.dispose()
