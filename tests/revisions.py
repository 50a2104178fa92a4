"""A revision of the schema that only tests know: databases are upgraded to it, or fail to be."""

import shutil

from core.database import upgrade as upgrades

SECOND = '''
"""A revision of tests."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0004"


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
