"""The outbox keeps the trace that an event belongs to: most are published by the relay, after the request."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("traceparent", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "traceparent")
