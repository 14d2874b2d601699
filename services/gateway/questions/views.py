"""From records of questions to the JSON of the API (shared/http_api)."""

from services.gateway.database.ports import fields_of
from services.gateway.http.failures import problem_of_failure
from services.gateway.questions.model import QuestionRecord
from shared.contracts.backends import BackendConfig
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import Notice, Outcome
from shared.http_api.backends import BackendView
from shared.http_api.questions import AnswerView, NoticeView, QuestionState, QuestionView
from shared.language.catalogue import Catalogue
from shared.rendering.plain import plain_answer
from shared.rendering.shown import shown_citation

_catalogue = Catalogue()

_RENDERED = frozenset({"answer", "notice", "failure", "citations"})
_OF_OUTCOME = frozenset(AnswerView.model_fields) & frozenset(Outcome.model_fields) - _RENDERED
_OF_RECORD = frozenset(QuestionView.model_fields) & frozenset(QuestionRecord.model_fields)


def backend_view(backend: BackendConfig, default: str) -> BackendView:
    return BackendView(
        name=backend.name,
        kind=backend.kind,
        model=backend.model if backend.generates else None,
        mode="generated" if backend.generates else "extractive",
        context_tokens=backend.context_tokens if backend.generates else None,
        max_output_tokens=backend.max_output_tokens if backend.generates else None,
        classes=[each for each in Confidentiality if backend.may_see(each)],
        default=backend.name == default,
    )


def answer_view(record: QuestionRecord, language: str) -> AnswerView:
    outcome = record.outcome or Outcome()
    return AnswerView(
        **fields_of(outcome, _OF_OUTCOME),
        **fields_of(record, _OF_RECORD),
        id=record.question_id,
        question=record.text,
        answer=plain_answer(outcome.answer, outcome.citations) if is_written(record) else None,
        citations=[shown_citation(citation) for citation in outcome.citations],
        notice=_notice(outcome.notice, language),
        timings_ms=outcome.timings,
        failure=problem_of_failure(outcome.failure, language),
        url=_url(record),
    )


def question_view(record: QuestionRecord) -> QuestionView:
    outcome = record.outcome or Outcome()
    return QuestionView(
        **fields_of(record, _OF_RECORD),
        id=record.question_id,
        question=record.text,
        answer=plain_answer(outcome.answer, outcome.citations) if is_written(record) else None,
        url=_url(record),
    )


def _url(record: QuestionRecord) -> str:
    return f"/v1/questions/{record.question_id}"


def is_written(record: QuestionRecord) -> bool:
    """Return whether there is an answer to show, if only the part that had been written."""
    if record.state is QuestionState.CANCELLED:
        return record.outcome is not None and bool(record.outcome.answer)
    return record.state in {QuestionState.ANSWERED, QuestionState.ABSTAINED}


def _notice(notice: Notice | None, language: str) -> NoticeView | None:
    if notice is None:
        return None
    text = _catalogue.text(language, f"answers.notice.{notice.code}", **notice.params)
    return NoticeView(code=notice.code, params=notice.params, text=text)
