"""The tables of the DUERP; migrations make them too."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from services.gateway.database.columns import UtcDateTime, table_of, utc_time
from services.gateway.database.sealed_text import SealedText


class DuerpEntryRow(SQLModel, table=True):
    """Something of a unit's DUERP in its newest revision; `content` is the JSON of its kind's model (ADR 35).

    `cited`: the versions of documents whose words it holds, since the content may be sealed; None: not noted yet.
    """

    __tablename__ = "duerp_entries"
    __table_args__ = (Index("ix_duerp_entries_scope_kind_created_at", "scope", "kind", "created_at"),)

    id: UUID = Field(primary_key=True)
    scope: str
    kind: str
    revision: int
    content: str = Field(sa_column=Column(SealedText("duerp_entries.content"), nullable=False))
    work_unit: UUID | None = None
    family: str | None = None
    state: str | None = None
    decided: str | None = Field(default=None, sa_column=Column(SealedText("duerp_entries.decided"), nullable=True))
    created_by: str
    created_at: datetime = utc_time()
    updated_by: str
    updated_at: datetime = utc_time()
    archived_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    cited: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class DuerpChangeRow(SQLModel, table=True):
    """One revision of an entry: who made it, when, how, why, and the content after it.

    It stays as it is, but for words of documents that are withdrawn (ADR 71); `cited` as of entries.
    """

    __tablename__ = "duerp_changes"
    __table_args__ = (
        UniqueConstraint("entry_id", "revision", name="uq_duerp_changes_revision"),
        Index("ix_duerp_changes_scope_at", "scope", "at"),
    )

    id: UUID = Field(primary_key=True)
    entry_id: UUID = Field(foreign_key="duerp_entries.id")
    scope: str
    kind: str
    revision: int
    type: str
    by: str
    at: datetime = utc_time()
    why: str = Field(default="", sa_column=Column(SealedText("duerp_changes.why"), nullable=False))
    state: str | None = None
    content: str = Field(sa_column=Column(SealedText("duerp_changes.content"), nullable=False))
    cited: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class DuerpVersionRow(SQLModel, table=True):
    """A DUERP as it was frozen: its canonical JSON and the digest of that. It stays as it is (ADR 35)."""

    __tablename__ = "duerp_versions"
    __table_args__ = (UniqueConstraint("scope", "sequence", name="uq_duerp_versions_scope_sequence"),)

    id: UUID = Field(primary_key=True)
    scope: str
    sequence: int
    title: str = Field(sa_column=Column(SealedText("duerp_versions.title"), nullable=False))
    frozen_by: str
    frozen_at: datetime = utc_time()
    sha256: str
    previous: str | None = None
    text: str = Field(sa_column=Column(SealedText("duerp_versions.text"), nullable=False))


class DuerpImportRow(SQLModel, table=True):
    """A file of a DUERP that is read, and written into it once a person says so (ADR 37).

    `source` tells files of one name apart from others without their name, `signature` those of the same headers.
    """

    __tablename__ = "duerp_imports"
    __table_args__ = (Index("ix_duerp_imports_scope_created_at", "scope", "created_at"),)

    id: UUID = Field(primary_key=True)
    scope: str
    state: str
    revision: int
    file_name: str = Field(sa_column=Column(SealedText("duerp_imports.file_name"), nullable=False))
    source: str
    signature: str = ""
    sha256: str
    size: int
    reading: int
    said: str = Field(sa_column=Column(SealedText("duerp_imports.said"), nullable=False))
    counts: dict[str, int] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    failure: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    written: dict[str, int] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    created_by: str
    created_at: datetime = utc_time()
    updated_by: str
    updated_at: datetime = utc_time()


class DuerpImportEntryRow(SQLModel, table=True):
    """An entry that an import has written: what taking it back looks at. `added`: it was not there before."""

    __tablename__ = "duerp_import_entries"

    import_id: UUID = Field(primary_key=True, foreign_key="duerp_imports.id")
    entry_id: UUID = Field(primary_key=True)
    revision: int
    added: bool


# For statements in SQLAlchemy's Core.
DUERP_ENTRIES, DUERP_CHANGES, DUERP_IMPORT_ENTRIES = (
    table_of(row) for row in (DuerpEntryRow, DuerpChangeRow, DuerpImportEntryRow)
)
