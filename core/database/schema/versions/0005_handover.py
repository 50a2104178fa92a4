"""What a client hands over (mail accounts, websites), why a contact has no telephone, and the deadlines of others."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns: nothing is known of any of them yet."""
    op.add_column("migration", sa.Column("no_phone", sa.Text(), nullable=False, server_default=""))
    op.add_column("migration", sa.Column("mail_accounts", sa.JSON(none_as_null=True)))
    op.add_column("migration", sa.Column("site_list", sa.JSON(none_as_null=True)))
    op.add_column("migration", sa.Column("old_hosting_until", sa.Date()))
    op.add_column("domain", sa.Column("registered_until", sa.Date()))
