"""Withdrawals leave receipts and no words; answers tell which versions they cite.

What was withdrawn before gets a receipt without a name, and loses its words. What answers cite is looked up later, by a
chore: their text may be sealed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_RECEIPTS = """
    INSERT INTO withdrawals (document_id, sequence, scope, withdrawn_at)
    SELECT documents.id, documents.sequence, documents.scope, document_versions.updated_at
    FROM documents JOIN document_versions
    ON document_versions.document_id = documents.id AND document_versions.sequence = documents.sequence
    WHERE document_versions.state = 'withdrawn'
"""
_DOCUMENTS = """
    UPDATE documents SET withdrawn = sequence, metadata = '{}', key = :no_key || CAST(id AS VARCHAR(36))
    WHERE id IN (SELECT document_id FROM withdrawals)
"""
_VERSIONS = """
    UPDATE document_versions SET title = '', file_name = '', sha256 = '', size = 0, folded = '', failure = NULL
    WHERE state = 'withdrawn'
"""


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quotes_blanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("repeated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"]),
        sa.PrimaryKeyConstraint("document_id", "sequence"),
    )
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawals_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawals_quotes_blanked_at"), ["quotes_blanked_at"], unique=False)

    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_versions_source_key"), ["source_key"], unique=False)

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("withdrawn", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cited", sa.Text(), nullable=True))

    _forget_former()


def _forget_former() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")
    op.execute(_RECEIPTS)
    connection.execute(sa.text(_DOCUMENTS), {"no_key": "\x01"})
    op.execute(_VERSIONS)


def downgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_column("cited")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_column("withdrawn")

    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_versions_source_key"))

    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawals_quotes_blanked_at"))
        batch_op.drop_index(batch_op.f("ix_withdrawals_ended_at"))

    op.drop_table("withdrawals")
