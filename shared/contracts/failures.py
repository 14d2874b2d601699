"""What a dead-lettered message means for its job: the events that end it as failed."""

from shared.contracts.base import Event, Failure
from shared.contracts.clauses import ClausesEmbedded, ClausesSubmitted
from shared.contracts.descriptions import DescriptionRead, DescriptionSubmitted
from shared.contracts.documents import DocumentEvent, DocumentIndexed, DocumentProgressed
from shared.contracts.duerp_files import DuerpFileEvent, DuerpFileRead, DuerpFileSubmitted
from shared.contracts.index import Embedding
from shared.contracts.page_pictures import PagePictureRequested
from shared.contracts.questions import AnswerCompleted, Outcome, QuestionStep
from shared.errors import NotFound, VigieError


def leaves_letter(event: Event | None, error: VigieError) -> bool:
    """Whether an operator should hear of a record that cannot be handled.

    Not of a document's or an import's whose object is gone: it was withdrawn before a worker came to it. The gateway
    knows, and says so (`documents/progress.py`) where it was not.
    """
    is_gone = isinstance(error, NotFound) and error.params == {"what": "object"}
    return not (is_gone and isinstance(event, DocumentEvent | DuerpFileEvent))


def _awaited(event: Event, failure: Failure) -> Event | None:
    """Return the answer to a request whose sender waits for one, None to another event."""
    if isinstance(event, DuerpFileSubmitted):
        return DuerpFileRead(import_id=event.import_id, reading=event.reading, scope=event.scope, failure=failure)
    if isinstance(event, ClausesSubmitted):
        return ClausesEmbedded(request_id=event.request_id, scope=event.scope, failure=failure)
    if isinstance(event, DescriptionSubmitted):
        return DescriptionRead(request_id=event.request_id, scope=event.scope, failure=failure)
    if isinstance(event, QuestionStep):
        return AnswerCompleted(question_id=event.question_id, outcome=Outcome(failure=failure, timings=event.timings))
    return None


def terminal_events(event: Event, error: VigieError) -> list[Event]:
    """The terminal events of the job that `event` belongs to; none for what merely reports on a job."""
    failure = Failure(code=error.code, params=error.params)
    if isinstance(event, PagePictureRequested):
        return []  # a document whose page cannot be drawn is read all the same
    if isinstance(event, DocumentEvent) and not isinstance(event, DocumentProgressed | DocumentIndexed):
        return [
            DocumentProgressed(
                document_id=event.document_id,
                version_id=event.version_id,
                sequence=event.sequence,
                stage="failed",
                failure=failure,
                embedding=getattr(event, "embedding", Embedding()),
            )
        ]
    answer = _awaited(event, failure)
    return [] if answer is None else [answer]
