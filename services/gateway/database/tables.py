"""The gateway's tables, but for those of the DUERP (duerp_tables.py).

Migrations make them (`make migration`); a test compares the two.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlmodel import Column, Field, SQLModel, Text

from services.gateway.database.columns import UtcDateTime, table_of, utc_time
from services.gateway.database.sealed_text import SealedText


class DocumentRow(SQLModel, table=True):
    """A document: what bears one key in one scope. Its versions up to sequence `withdrawn` were withdrawn.

    While the latest of them was, it keeps no key and no metadata. A withdrawal that is held back is due at
    `withdraws_at`, and was asked for by `withdraws_for`.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("scope", "key", name="uq_documents_scope_key"),)

    id: UUID = Field(primary_key=True)
    scope: str = Field(index=True)
    key: str
    sequence: int
    submitted_by: str = Field(index=True)
    withdrawn: int = 0
    withdraws_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True, index=True))
    withdraws_for: str | None = None
    noted: dict[str, str] = Field(default_factory=dict, sa_column=Column("metadata", JSON, nullable=False))


class VersionRow(SQLModel, table=True):
    """One content of a document and how far it got; `folded` is what a search for it looks through.

    Sent again after another one, it takes the newer sequence.
    """

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "sequence", name="uq_document_versions_sequence"),)

    id: UUID = Field(primary_key=True)
    document_id: UUID = Field(foreign_key="documents.id", index=True)
    sequence: int
    title: str = Field(sa_column=Column(SealedText("document_versions.title"), nullable=False))
    file_name: str
    media_type: str
    sha256: str
    size: int
    source_key: str = Field(index=True)
    language: str
    chunking: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    state: str = Field(index=True)
    passages: int = 0
    embedded: int = 0
    indexed: int = 0
    failure: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    remarks: str | None = Field(
        default=None, sa_column=Column(SealedText("document_versions.remarks"), nullable=True)
    )  # JSON; None for none
    created_at: datetime = utc_time(index=True)
    updated_at: datetime = utc_time()
    folded: str = Field(sa_column=Column(Text, nullable=False))


class WithdrawalRow(SQLModel, table=True):
    """The receipt of a document's withdrawal: what, who, when, and how far its erasure got. It stays."""

    __tablename__ = "withdrawals"

    document_id: UUID = Field(primary_key=True, foreign_key="documents.id")
    sequence: int = Field(primary_key=True)
    scope: str
    withdrawn_by: str | None = None
    withdrawn_at: datetime = utc_time()
    quotes_blanked_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True, index=True))
    repeated_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True, index=True))


class QuestionRow(SQLModel, table=True):
    """A question and how it ended. `cited`: versions whose words its answer may hold, as hex; None: not known.

    `completed`: what was searched for, where the person's own words did not stand alone; `title`: what the person calls
    the conversation.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_state_deadline", "state", "deadline"),
        Index("ix_questions_asked_by_created_at", "asked_by", "created_at"),
        Index("ix_questions_asked_by_conversation", "asked_by", "conversation"),
    )

    id: UUID = Field(primary_key=True)
    text: str = Field(sa_column=Column(SealedText("questions.text"), nullable=False))
    completed: str | None = Field(default=None, sa_column=Column(SealedText("questions.completed"), nullable=True))
    conversation: UUID | None = None
    title: str | None = Field(default=None, sa_column=Column(SealedText("questions.title"), nullable=True))
    language: str
    asked_by: str
    state: str
    outcome: str | None = Field(default=None, sa_column=Column(SealedText("questions.outcome"), nullable=True))
    cited: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    created_at: datetime = utc_time()
    deadline: datetime = utc_time()
    folded: str = Field(sa_column=Column(Text, nullable=False))


class FeedbackRow(SQLModel, table=True):
    __tablename__ = "feedback"

    question_id: UUID = Field(primary_key=True, foreign_key="questions.id")
    author: str = Field(primary_key=True)
    verdict: str
    reason: str | None = None
    comment: str | None = Field(default=None, sa_column=Column(SealedText("feedback.comment"), nullable=True))
    created_at: datetime = utc_time(index=True)
    updated_at: datetime = utc_time()


class OutboxRow(SQLModel, table=True):
    """An accepted event whose job (a version, a document's withdrawal, a question) has not ended yet.

    A submitted document has a `scope`, within which it waits its turn; `large` are those that let smaller ones by.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_on_its_way",
            "scope",
            sqlite_where=text("published_at IS NOT NULL"),
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index(
            "ix_outbox_turn",
            "scope",
            "large",
            "created_at",
            sqlite_where=text("published_at IS NULL"),
            postgresql_where=text("published_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    topic: str
    job_id: UUID = Field(index=True)
    body: str = Field(sa_column=Column(SealedText("outbox.body"), nullable=False))
    created_at: datetime = utc_time()
    published_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    moved_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    traceparent: str | None = None
    scope: str | None = None
    large: bool | None = None


class EmbeddingRow(SQLModel, table=True):
    """A model whose vectors the index has. At most one in each role; none once it is retired."""

    __tablename__ = "embedding_models"

    id: UUID = Field(primary_key=True)
    role: str | None = Field(default=None, unique=True)
    engine: str
    model: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    failure: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    started_at: datetime = utc_time()
    used_since: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))


class EmbeddedVersionRow(SQLModel, table=True):
    """How much of a version has a model's vectors: batches on their way, passages arrived, and whether all of it."""

    __tablename__ = "embedded_versions"

    model_id: UUID = Field(primary_key=True, foreign_key="embedding_models.id")
    version_id: UUID = Field(primary_key=True, foreign_key="document_versions.id", index=True)
    sent: int = 0
    done: int = 0
    whole: bool = False
    moved_at: datetime = utc_time()


class DeadLetterRow(SQLModel, table=True):
    """A record that no service could handle: where it lies and why, never what it says; and who did what about it."""

    __tablename__ = "dead_letters"

    id: UUID = Field(primary_key=True)
    service: str
    topic: str
    partition: int
    offset: int = Field(sa_column=Column(BigInteger, nullable=False))
    code: str
    error_class: str
    size: int
    sha256: str
    job: UUID | None = None
    occurred_at: datetime = utc_time(index=True)
    state: str
    closed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    closed_by: str | None = None


class IdempotencyRow(SQLModel, table=True):
    __tablename__ = "idempotency_keys"

    subject: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    resource_id: UUID
    created_at: datetime = utc_time(index=True)


class LeaseRow(SQLModel, table=True):
    """Which replica does what only one should, and until when it may be silent."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    holder: UUID
    until: datetime = utc_time()


# For statements in SQLAlchemy's Core.
QUESTIONS, OUTBOX, KEYS, MODELS = (table_of(row) for row in (QuestionRow, OutboxRow, IdempotencyRow, EmbeddingRow))
