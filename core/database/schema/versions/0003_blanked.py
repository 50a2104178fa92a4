"""An erasure has a kind: whole migrations erased, or a text blanked in their events.

Only while a migration points at an erasure of that kind may the texts of its events be changed, nothing else of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KIND = (
    "coalesce((SELECT erasure.kind FROM migration JOIN erasure ON erasure.id = migration.erasure_id"
    " WHERE migration.id = OLD.migration_id), '')"
)
_STAYS = ("id", "migration_id", "seq", "domain", "kind", "actor", "forced", "occurred_at", "recorded_at", "batch_id")

_SQLITE = [
    "DROP TRIGGER event_update",
    f"""
    CREATE TRIGGER event_update BEFORE UPDATE ON event
    WHEN {_KIND} <> 'blanked' OR {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _STAYS)}
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    "DROP TRIGGER event_delete",
    f"""
    CREATE TRIGGER event_delete BEFORE DELETE ON event
    WHEN {_KIND} <> 'erased'
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
]

_POSTGRESQL = [
    f"""
    CREATE FUNCTION event_update() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF {_KIND} <> 'blanked' OR {" OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _STAYS)} THEN
        RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION event_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF {_KIND} <> 'erased' THEN
        RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN OLD;
    END $$
    """,
    "DROP TRIGGER event_update ON event",
    "CREATE TRIGGER event_update BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION event_update()",
]


def upgrade() -> None:
    """Add the kind, and let the triggers ask for it."""
    op.add_column("erasure", sa.Column("kind", sa.Text(), nullable=False, server_default="erased"))
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
