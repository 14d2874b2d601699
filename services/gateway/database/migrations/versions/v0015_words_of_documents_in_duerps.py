"""Lines of DUERPs and their history tell which versions of documents they cite (ADR 71).

What they cite is looked up later, by a chore: their contents may be sealed. Every withdrawal so far is looked at once
more, since their words may stand in lines.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_TABLES = ("duerp_entries", "duerp_changes")


def upgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("cited", sa.Text(), nullable=True))
    op.execute("UPDATE withdrawals SET quotes_blanked_at = NULL")


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("cited")
