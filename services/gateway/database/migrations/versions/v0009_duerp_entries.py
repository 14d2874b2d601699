"""What units keep in their DUERPs, and every revision of it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "duerp_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("work_unit", sa.Uuid(), nullable=True),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("duerp_entries", schema=None) as batch_op:
        batch_op.create_index("ix_duerp_entries_scope_kind_created_at", ["scope", "kind", "created_at"], unique=False)

    op.create_table(
        "duerp_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["duerp_entries.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entry_id", "revision", name="uq_duerp_changes_revision"),
    )
    with op.batch_alter_table("duerp_changes", schema=None) as batch_op:
        batch_op.create_index("ix_duerp_changes_scope_at", ["scope", "at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("duerp_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_duerp_changes_scope_at")

    op.drop_table("duerp_changes")
    with op.batch_alter_table("duerp_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_duerp_entries_scope_kind_created_at")

    op.drop_table("duerp_entries")
