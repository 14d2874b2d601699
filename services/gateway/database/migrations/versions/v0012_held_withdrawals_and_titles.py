"""Held withdrawals and titles."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdraws_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdraws_for", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_documents_withdraws_at"), ["withdraws_at"], unique=False)

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_column("title")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_withdraws_at"))
        batch_op.drop_column("withdraws_for")
        batch_op.drop_column("withdraws_at")
