"""What a panel's archive says of the old hosting besides its lists: domains, aliases, databases."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column: no archive has been read yet."""
    op.add_column("migration", sa.Column("inventory", sa.JSON(none_as_null=True)))
