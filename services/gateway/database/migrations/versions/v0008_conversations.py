"""Questions know their conversation, and what was searched for in their place.

Those that are there have no conversation, and were searched for in their own words.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("completed", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("conversation", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_questions_asked_by_conversation", ["asked_by", "conversation"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index("ix_questions_asked_by_conversation")
        batch_op.drop_column("conversation")
        batch_op.drop_column("completed")
