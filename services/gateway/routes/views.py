"""From the gateway's records to the JSON of its API (shared/http_api/documents.py)."""

from typing import Any

from services.gateway.ports import DocumentRecord, FeedbackRecord, QuestionRecord
from services.gateway.problems import problem, status_of
from services.gateway.service import OpenedPassage
from shared.contracts.backends import EXTRACTIVE, BackendConfig
from shared.contracts.base import Failure
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.passages import Passage
from shared.contracts.questions import Notice, Outcome
from shared.http_api.backends import BackendView
from shared.http_api.documents import DocumentView
from shared.http_api.feedback import FeedbackEntry, FeedbackView
from shared.http_api.passages import OpenedPassageView, PassageView
from shared.http_api.questions import AnswerView, NoticeView, QuestionState, QuestionView
from shared.language.catalogue import Catalogue

_catalogue = Catalogue()


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
        failure=_problem(record.failure, language),
        created_at=record.created_at,
        updated_at=record.updated_at,
        url=f"/v1/documents/{record.document_id}",
        events=f"/v1/documents/{record.document_id}/events",
    )


def backend_view(backend: BackendConfig, default: str) -> BackendView:
    writes = backend.kind != EXTRACTIVE
    return BackendView(
        name=backend.name,
        kind=backend.kind,
        model=backend.model if writes else None,
        mode="generated" if writes else "extractive",
        context_tokens=backend.context_tokens if writes else None,
        max_output_tokens=backend.max_output_tokens if writes else None,
        classes=[each for each in Confidentiality if backend.may_see(each)],
        default=backend.name == default,
    )


def answer_view(record: QuestionRecord, language: str) -> AnswerView:
    outcome = record.outcome or Outcome()
    return AnswerView(
        id=record.question_id,
        question=record.text,
        state=record.state,
        answer=outcome.answer if _is_written(record) else None,
        abstained=outcome.abstained,
        mode=outcome.mode,
        backend=outcome.backend,
        model=outcome.model,
        prompt=outcome.prompt,
        confidentiality=outcome.confidentiality,
        notice=_notice(outcome.notice, language),
        citations=outcome.citations,
        evidence=outcome.evidence,
        removed=outcome.removed,
        timings_ms=outcome.timings,
        failure=_problem(outcome.failure, language),
        language=record.language,
        created_at=record.created_at,
        url=f"/v1/questions/{record.question_id}",
    )


def question_view(record: QuestionRecord) -> QuestionView:
    return QuestionView(
        id=record.question_id,
        question=record.text,
        state=record.state,
        answer=record.outcome.answer if record.outcome and _is_written(record) else None,
        language=record.language,
        created_at=record.created_at,
        url=f"/v1/questions/{record.question_id}",
    )


def feedback_view(record: FeedbackRecord) -> FeedbackView:
    return FeedbackView(
        question=record.question_id,
        verdict=record.verdict,
        reason=record.reason,
        comment=record.comment,
        created_at=record.created_at,
        updated_at=record.updated_at,
        url=f"/v1/questions/{record.question_id}/feedback",
    )


def feedback_entry(record: FeedbackRecord, question: QuestionRecord) -> FeedbackEntry:
    """Without its comment, its author and the question's words: they may say what a unit alone may read."""
    outcome = question.outcome or Outcome()
    return FeedbackEntry(
        question=record.question_id,
        verdict=record.verdict,
        reason=record.reason,
        commented=record.comment is not None,
        state=question.state,
        mode=outcome.mode,
        backend=outcome.backend,
        model=outcome.model,
        created_at=record.created_at,
        updated_at=record.updated_at,
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


def _is_written(record: QuestionRecord) -> bool:
    return record.state in {QuestionState.ANSWERED, QuestionState.ABSTAINED}


def _url(passage: Passage) -> str:
    return f"/v1/passages/{passage.id}"


def _problem(failure: Failure | None, language: str) -> dict[str, Any] | None:
    return problem(failure, status_of(failure.code), language) if failure else None


def _notice(notice: Notice | None, language: str) -> NoticeView | None:
    if notice is None:
        return None
    text = _catalogue.text(language, f"answers.notice.{notice.code}", **notice.params)
    return NoticeView(code=notice.code, params=notice.params, text=text)
