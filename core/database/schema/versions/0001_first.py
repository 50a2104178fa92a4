"""The first tables, and the triggers that keep what happened from being changed.

An event is added at the end of its migration's chain and stays as it is, until the whole migration is erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE = [
    """
    CREATE TRIGGER event_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    """
    CREATE TRIGGER event_delete BEFORE DELETE ON event
    WHEN (SELECT erasure_id FROM migration WHERE id = OLD.migration_id) IS NULL
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    # INSERT OR REPLACE deletes without the trigger above: refuse whatever would take an event's place.
    """
    CREATE TRIGGER event_insert BEFORE INSERT ON event
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE migration_id = NEW.migration_id)
      OR EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'events follow one another without a gap'); END
    """,
    """
    CREATE TRIGGER erasure_update BEFORE UPDATE ON erasure
    BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END
    """,
    """
    CREATE TRIGGER erasure_delete BEFORE DELETE ON erasure
    BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END
    """,
    """
    CREATE TRIGGER erasure_insert BEFORE INSERT ON erasure
    WHEN EXISTS (SELECT 1 FROM erasure WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END
    """,
]

# Errors are those of constraints, as SQLite's are. The search path is kept: pg_restore runs with an empty one.
_POSTGRESQL = [
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION '% are append-only', TG_TABLE_NAME || 's' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE FUNCTION event_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF (SELECT erasure_id FROM migration WHERE id = OLD.migration_id) IS NULL THEN
        RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN OLD;
    END $$
    """,
    """
    CREATE FUNCTION event_insert() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE migration_id = NEW.migration_id) THEN
        RAISE EXCEPTION 'events follow one another without a gap' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER event_update BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER event_delete BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_delete()",
    "CREATE TRIGGER event_insert BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_insert()",
    "CREATE TRIGGER event_truncate BEFORE TRUNCATE ON event EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER erasure_change BEFORE UPDATE OR DELETE ON erasure FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER erasure_truncate BEFORE TRUNCATE ON erasure EXECUTE FUNCTION refuse_change()",
]


def upgrade() -> None:
    """Create the tables of an empty database."""
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("migrations", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("highest_ref", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_erasure_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("delimiter", sa.Text(), nullable=False),
        sa.Column("header_key", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_import_batch_header_key"), "import_batch", ["header_key"])
    op.create_table(
        "import_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("errors", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "row", name=op.f("pk_import_row")),
    )
    op.create_table(
        "migration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("source_host", sa.Text(), nullable=False),
        sa.Column("target_host", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("nonstandard", sa.Text(), nullable=False),
        sa.Column("fee_applies", sa.Boolean(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True)),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("waiting_on", sa.Text(), nullable=False),
        sa.Column("hold", sa.JSON(none_as_null=True)),
        sa.Column("held", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cancelled", sa.JSON(none_as_null=True)),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("import_key", sa.Text(), nullable=False),
        sa.Column("entered", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("edited", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("erasure_id", sa.Integer()),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"], name=op.f("fk_migration_erasure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
        sa.UniqueConstraint("ref", name=op.f("uq_migration_ref")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "check_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.Text()),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name=op.f("fk_check_item_migration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_item")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_check_item_migration_id"), "check_item", ["migration_id"])
    op.create_table(
        "domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("mailboxes", sa.Integer()),
        sa.Column("websites", sa.Integer()),
        sa.Column("old_ns", sa.Text(), nullable=False),
        sa.Column("new_ns", sa.Text(), nullable=False),
        sa.Column("old_addresses", sa.Text(), nullable=False),
        sa.Column("new_addresses", sa.Text(), nullable=False),
        sa.Column("tested_at", sa.DateTime(timezone=True)),
        sa.Column("test_unrecorded", sa.Boolean(), nullable=False),
        sa.Column("dns_switched_at", sa.DateTime(timezone=True)),
        sa.Column("visible_at", sa.DateTime(timezone=True)),
        sa.Column("extra", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("entered", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("edited", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT test_unrecorded OR step = 'visible'", name=op.f("ck_domain_unrecorded")),
        sa.CheckConstraint(
            "step NOT IN ('dns', 'visible') OR tested_at IS NOT NULL OR test_unrecorded", name=op.f("ck_domain_tested")
        ),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name=op.f("fk_domain_migration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain")),
        sa.UniqueConstraint("migration_id", "name", name=op.f("uq_domain_migration_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_domain_name"), "domain", ["name"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("domain", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON(none_as_null=True)),
        sa.Column("new", sa.JSON(none_as_null=True)),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer()),
        sa.CheckConstraint("actor <> ''", name=op.f("ck_event_actor")),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_event_batch_id")),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name=op.f("fk_event_migration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("migration_id", "seq", name=op.f("uq_event_migration_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name=op.f("fk_note_migration_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_note_migration_id"), "note", ["migration_id"])
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
