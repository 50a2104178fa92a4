"""Watches of moving domains with their rounds, who looks, and notices to people."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Make the tables: nobody has looked yet."""
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("migration_id", sa.Integer),
        sa.Column("begun_by", sa.Text, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("form", _JSON, nullable=False),
        sa.Column("planned_at", _MOMENT),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("phase_since", _MOMENT, nullable=False),
        sa.Column("next_at", _MOMENT),
        sa.Column("looked_at", _MOMENT),
        sa.Column("blind_since", _MOMENT),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("sight", _JSON),
        sa.Column("heard", sa.LargeBinary),
        sa.Column("marks", _JSON, nullable=False),
        sa.Column("acknowledged", _JSON),
        sa.Column("ended_at", _MOMENT),
        sa.Column("end", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sa.ForeignKeyConstraint(["migration_id"], ["migration.id"], name="fk_watch_migration_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_migration_id", "watch", ["migration_id"])
    op.create_index("ix_watch_next_at", "watch", ["next_at"])
    op.create_index("ix_watch_name", "watch", ["name"])
    op.create_table(
        "watch_round",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("watch_id", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("sight", _JSON, nullable=False),
        sa.Column("transitions", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_round"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_watch_round_watch_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_round_watch_id", "watch_round", ["watch_id"])
    op.create_table(
        "watch_lease",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_lease"),
        sa.CheckConstraint("id = 1", name=op.f("ck_watch_lease_one_row")),
    )
    op.create_table(
        "asker",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asker"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("watch_id", sa.Integer, nullable=False),
        sa.Column("transition", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("told", _JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.Text, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("trouble", _JSON),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_notice_watch_id"),
        sa.UniqueConstraint("watch_id", "transition", "recipient", name="uq_notice_watch_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_state", "notice", ["state", "due_at"])
