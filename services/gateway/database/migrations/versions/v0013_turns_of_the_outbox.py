"""Turns of the outbox: the scope of a document that waits, and whether its file is large, where the turn is looked for.

What a gateway of the version before adds meanwhile has no scope, and waits for no turn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_LARGE_BYTES = 2_000_000


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("large", sa.Boolean(), nullable=True))
    outbox, versions, documents = (
        sa.table("outbox", sa.column("job_id"), sa.column("topic"), sa.column("scope"), sa.column("large")),
        sa.table("document_versions", sa.column("id"), sa.column("document_id"), sa.column("size")),
        sa.table("documents", sa.column("id"), sa.column("scope")),
    )
    of_version = (versions.c.id == outbox.c.job_id, documents.c.id == versions.c.document_id)
    op.execute(
        outbox.update()
        .where(outbox.c.topic == "documents.submitted")
        .values(
            scope=sa.select(documents.c.scope).where(*of_version).correlate(outbox).scalar_subquery(),
            large=sa.select(versions.c.size > _LARGE_BYTES).where(of_version[0]).correlate(outbox).scalar_subquery(),
        )
    )
    _create_index("ix_outbox_turn", ["scope", "large", "created_at"], "published_at IS NULL")
    _create_index("ix_outbox_on_its_way", ["scope"], "published_at IS NOT NULL")
    op.drop_index("ix_outbox_due", table_name="outbox")  # SQLite would take it instead of these


def _create_index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "outbox", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    op.create_index("ix_outbox_due", "outbox", ["published_at", "created_at"], unique=False)
    op.drop_index("ix_outbox_on_its_way", table_name="outbox")
    op.drop_index("ix_outbox_turn", table_name="outbox")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("large")
        batch_op.drop_column("scope")
