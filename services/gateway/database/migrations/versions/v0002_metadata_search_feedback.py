"""Metadata of documents, what searches look through, feedback on answers."""

import sqlalchemy as sa
from alembic import op

from services.gateway.database.search_words import folded

revision = "0002"
down_revision = "0001"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("documents", sa.Column("metadata", sa.JSON(), nullable=False, server_default="{}"))
    for table in ("document_versions", "questions"):
        op.add_column(table, sa.Column("folded", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_document_versions_created_at", "document_versions", ["created_at"])
    op.drop_index("ix_questions_asked_by", "questions")
    op.create_index("ix_questions_asked_by_created_at", "questions", ["asked_by", "created_at"])
    op.create_table(
        "feedback",
        sa.Column("question_id", sa.Uuid(), sa.ForeignKey("questions.id"), primary_key=True),
        sa.Column("author", sa.String(), primary_key=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
    )
    op.create_index("ix_feedback_created_at", "feedback", ["created_at"])
    _fold_what_is_there()


def _fold_what_is_there() -> None:
    """Make what was stored before findable too."""
    connection = op.get_bind()
    documents = sa.text(
        "SELECT v.id, v.title, d.key, v.file_name FROM document_versions v JOIN documents d ON d.id = v.document_id"
    )
    for table, rows in (
        ("document_versions", connection.execute(documents).all()),
        ("questions", connection.execute(sa.text("SELECT id, text FROM questions")).all()),
    ):
        change = sa.text(f"UPDATE {table} SET folded = :folded WHERE id = :id")  # noqa: S608 (two names of ours)
        for identity, *texts in rows:
            connection.execute(change, {"folded": folded("\n".join(texts)), "id": identity})


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_index("ix_questions_asked_by_created_at", "questions")
    op.create_index("ix_questions_asked_by", "questions", ["asked_by"])
    op.drop_index("ix_document_versions_created_at", "document_versions")
    for table, column in (("questions", "folded"), ("document_versions", "folded"), ("documents", "metadata")):
        op.drop_column(table, column)
