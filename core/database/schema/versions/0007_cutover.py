"""The last look before the switch of a domain, and who accepted it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column: nobody has looked yet."""
    op.add_column("domain", sa.Column("cutover", sa.JSON(none_as_null=True)))
