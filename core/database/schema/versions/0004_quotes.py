"""Quotes that were saved, with their events, and the base of subscriptions that a manager had kept.

The events of a quote are never changed, and go only with it while it is being erased.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEPT = "coalesce((SELECT quote.erasing FROM quote WHERE quote.id = OLD.quote_id), {false}) = {false}"

_SQLITE = [
    """
    CREATE TRIGGER quote_event_update BEFORE UPDATE ON quote_event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    f"""
    CREATE TRIGGER quote_event_delete BEFORE DELETE ON quote_event
    WHEN {_KEPT.format(false="0")}
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    # As for the events of migrations: INSERT OR REPLACE deletes without the trigger above.
    """
    CREATE TRIGGER quote_event_insert BEFORE INSERT ON quote_event
    WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM quote_event WHERE quote_id = NEW.quote_id)
      OR EXISTS (SELECT 1 FROM quote_event WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'events follow one another without a gap'); END
    """,
]

_POSTGRESQL = [
    f"""
    CREATE FUNCTION quote_event_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF TG_OP = 'UPDATE' OR {_KEPT.format(false="false")} THEN
        RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN OLD;
    END $$
    """,
    """
    CREATE FUNCTION quote_event_insert() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
      IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM quote_event WHERE quote_id = NEW.quote_id) THEN
        RAISE EXCEPTION 'events follow one another without a gap' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER quote_event_insert BEFORE INSERT ON quote_event FOR EACH ROW EXECUTE FUNCTION quote_event_insert()",
    "CREATE TRIGGER quote_event_truncate BEFORE TRUNCATE ON quote_event EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER quote_event_update BEFORE UPDATE ON quote_event FOR EACH ROW EXECUTE FUNCTION quote_event_kept()",
    "CREATE TRIGGER quote_event_delete BEFORE DELETE ON quote_event FOR EACH ROW EXECUTE FUNCTION quote_event_kept()",
]


def upgrade() -> None:
    """Add the tables and what keeps the events."""
    _quotes()
    _base()
    for statement in _SQLITE if op.get_context().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True)


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _quotes() -> None:
    op.create_table(
        "quote_tariff",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", _json(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_quote_tariff")),
    )
    op.create_table(
        "quote_series",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_quote_series")),
    )
    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("saved_at", _moment(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("customer", _json(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("texts", _json(), nullable=False),
        sa.Column("offered", _json(), nullable=False),
        sa.Column("extras", _json(), nullable=False),
        sa.Column("tariff", sa.Text(), nullable=False),
        sa.Column("amounts", _json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_at", _moment(), nullable=False),
        sa.Column("chosen", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("migration_id", sa.Integer()),
        sa.Column("subscription", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer()),
        sa.Column("erasing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tariff"], ["quote_tariff.version"], name=op.f("fk_quote_tariff")),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name=op.f("fk_quote_migration_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["quote.id"], name=op.f("fk_quote_replaces_id")),
        sa.UniqueConstraint("number", name=op.f("uq_quote_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_quote_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_quote_migration_id"), "quote", ["migration_id"])
    op.create_index(op.f("ix_quote_subscription"), "quote", ["subscription"])
    op.create_table(
        "quote_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quote_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", _moment(), nullable=False),
        sa.CheckConstraint("actor <> ''", name=op.f("ck_quote_event_actor")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_event_quote_id")),
        sa.UniqueConstraint("quote_id", "seq", name=op.f("uq_quote_event_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_event")),
        sqlite_autoincrement=True,
    )


def _base() -> None:
    op.create_table(
        "base",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kept_at", _moment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_base")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("folded_number", sa.Text(), nullable=False),
        sa.Column("folded_client", sa.Text(), nullable=False),
        sa.Column("package", sa.Text(), nullable=False),
        sa.Column("term_start", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("service_start", sa.Date()),
        sa.Column("price_net", sa.BigInteger()),
        sa.Column("domains", sa.Integer(), nullable=False),
        sa.Column("mailboxes", sa.Integer(), nullable=False),
        sa.Column("disk", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["base.id"], name=op.f("fk_subscription_base_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_folded_number"), "subscription", ["folded_number"])
    op.create_index(op.f("ix_subscription_folded_client"), "subscription", ["folded_client"])
    op.create_table(
        "subscription_domain",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_domain_subscription_id")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "name", name=op.f("pk_subscription_domain")),
    )
    op.create_index(op.f("ix_subscription_domain_name"), "subscription_domain", ["name"])
