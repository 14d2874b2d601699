"""The embedding models of the index, and which versions have their vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "embedding_models",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("role", sa.String(), nullable=True, unique=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("model", sa.JSON(), nullable=True),
        sa.Column("failure", sa.JSON(), nullable=True),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("used_since", _TIME, nullable=True),
    )
    op.create_table(
        "embedded_versions",
        sa.Column("model_id", sa.Uuid(), sa.ForeignKey("embedding_models.id"), primary_key=True),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("document_versions.id"), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("sent", "done")),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("moved_at", _TIME, nullable=False),
    )
    op.create_index("ix_embedded_versions_version_id", "embedded_versions", ["version_id"])


def downgrade() -> None:
    op.drop_table("embedded_versions")
    op.drop_table("embedding_models")
