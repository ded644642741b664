"""Who may build apps; where the fields of each published revision are kept; columns being filled."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("builder", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("app", sa.Column("generation", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("revision", sa.Column("layout", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("form_column", sa.Column("fills", sa.JSON(none_as_null=True), nullable=True))
