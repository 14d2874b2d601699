"""From records of documents to the JSON of the API (shared/http_api)."""

from typing import Any

from services.gateway.documents.ports import DocumentRecord
from services.gateway.documents.service import OpenedPassage
from services.gateway.http.failures import problem_of_failure
from shared.contracts.passages import Passage
from shared.http_api.documents import DocumentView
from shared.http_api.passages import OpenedPassageView, PassageView


def document_view(record: DocumentRecord, language: str) -> DocumentView:
    return DocumentView(
        id=record.document_id,
        version=record.version_id,
        sequence=record.sequence,
        scope=record.scope,
        key=record.key,
        title=record.title,
        file_name=record.file_name,
        media_type=record.media_type,
        size=record.size,
        sha256=record.sha256,
        language=record.language,
        chunking=record.chunking,
        metadata=dict(record.metadata),
        state=record.state,
        passages=record.passages,
        embedded=record.embedded,
        indexed=record.indexed,
        failure=problem_of_failure(record.failure, language),
        created_at=record.created_at,
        updated_at=record.updated_at,
        url=f"/v1/documents/{record.document_id}",
        events=f"/v1/documents/{record.document_id}/events",
    )


def passage_view(passage: Passage) -> PassageView:
    return PassageView(**_passage_fields(passage))


def opened_passage_view(opened: OpenedPassage) -> OpenedPassageView:
    before, behind = opened.previous, opened.following
    return OpenedPassageView(
        **_passage_fields(opened.passage),
        superseded=opened.document.state == "replaced",
        previous=before.text if before else None,
        previous_url=_url(before) if before else None,
        next=behind.text if behind else None,
        next_url=_url(behind) if behind else None,
    )


def _passage_fields(passage: Passage) -> dict[str, Any]:
    fields = passage.model_dump()
    renamed = {"document_id": "document", "version_id": "version", "article_version": "version_id"}
    more = {"cells": passage.cells, "url": _url(passage)}
    return {renamed.get(name, name): value for name, value in fields.items()} | more


def _url(passage: Passage) -> str:
    return f"/v1/passages/{passage.id}"
