"""What makes a version of a document, and what follows one: sent again, cut in another way, under another title."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.gateway.documents.ports import DocumentRecord
from shared.access import PUBLIC, Principal
from shared.contracts.base import ObjectRef
from shared.contracts.documents import Chunking
from shared.contracts.identities import document_id, version_id
from shared.http_api.documents import DocumentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file that somebody sent; its bytes are in the object store already.

    What is not said (None, or a chunking that leaves all open) stays as it was in the version before.
    """

    source: ObjectRef
    file_name: str
    media_type: str
    scope: str = PUBLIC
    key: str | None = None
    title: str | None = None
    language: str | None = None
    chunking: Chunking = field(default_factory=Chunking)
    metadata: Mapping[str, str] | None = None


def submitted(
    principal: Principal, submission: Submission, key: str, previous: DocumentRecord | None
) -> DocumentRecord:
    """The version that a submission makes, whether or not it is the previous one once more."""
    now = datetime.now(UTC)
    said = submission.metadata
    record = DocumentRecord(
        document_id=document_id(submission.scope, key),
        version_id=UUID(int=0),
        sequence=previous.sequence + 1 if previous else 1,
        scope=submission.scope,
        key=key,
        title=submission.title or (previous.title if previous else submission.file_name),
        file_name=submission.file_name,
        media_type=submission.media_type,
        sha256=submission.source.sha256,
        size=submission.source.size,
        source_key=submission.source.key,
        submitted_by=principal.subject,
        language=submission.language or (previous.language if previous else "fr"),
        chunking=previous.chunking if previous and submission.chunking == Chunking() else submission.chunking,
        metadata=said if said is not None else (previous.metadata if previous else {}),
        created_at=now,
        updated_at=now,
    )
    return replace(record, version_id=_identity(record))


def renewed(previous: DocumentRecord, **changes: Any) -> DocumentRecord:
    """The version that the same bytes make with another title, language or chunking."""
    now = datetime.now(UTC)
    fresh: dict[str, Any] = {
        "state": DocumentState.ACCEPTED,
        "passages": 0,
        "embedded": 0,
        "indexed": 0,
        "failure": None,
    }
    record = replace(previous, **changes, **fresh, sequence=previous.sequence + 1, created_at=now, updated_at=now)
    return replace(record, version_id=_identity(record))


def is_same(previous: DocumentRecord, record: DocumentRecord) -> bool:
    """Nothing to do: the record's version is the one that is there, and has not failed or gone."""
    over = {DocumentState.FAILED, DocumentState.WITHDRAWN}
    return previous.version_id == record.version_id and previous.state not in over


def _identity(record: DocumentRecord) -> UUID:
    """All that passages and their vectors are made of: content, title, language, the way to cut."""
    chunking = record.chunking.model_dump_json(exclude_none=True)
    return version_id(record.document_id, record.sha256, f"{chunking}\n{record.title}\n{record.language}")
