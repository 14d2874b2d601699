"""The one error tree. Every error that a person or another service may see stands here.

    VigieError
    ├── InvalidInput                  422  what was sent cannot be used, and sending it again will not help
    │   ├── EmptyDocument
    │   ├── UnreadableDocument             the bytes are not what their type says
    │   ├── UnsupportedMediaType      415
    │   ├── PayloadTooLarge           413
    │   ├── InvalidQuestion
    │   ├── UnknownCorpusLayout
    │   ├── UnknownBackend                 a generation backend that is not configured here
    │   └── InvalidMessage                 a record on a topic that is not the message it should be
    ├── Unauthenticated               401
    ├── Forbidden                     403
    │   └── BackendNotAllowed              the backend may not see a question of this confidentiality
    ├── NotFound                      404
    │   └── UnknownAssistant               a model's name that no assistant here has
    ├── SlowSender                    408  the request's body did not come in time
    ├── Conflict                      409
    │   └── ModelMismatch                  vectors of one model offered to an index of another
    ├── Overloaded                    429  every slot and place in the queue is taken; ask again a little later
    ├── DeadlineExceeded              504  nobody waits for the result any more
    ├── Cancelled                     499  the person who asked went away
    ├── InternalError                 500  a defect of ours; the details stay in our logs
    │   ├── CorruptObject                  what is stored is not what was stored
    │   └── EmbeddingFailed                an embedding model that cannot be had, or answers what cannot be used
    └── Unavailable                   503  infrastructure is down: retryable, nothing is wrong with the input
        ├── CorpusUnavailable
        ├── StoreUnavailable
        ├── TopicsUnavailable              the cluster does not let its topics be read or changed
        ├── IndexUnavailable
        ├── ModelUnavailable               a language model is down, too slow, or answers nonsense
        └── InsufficientStorage       507

`code` is the stable name (the last part of a problem's `type`); the sentence that a person reads is in the catalogues
under `errors.<code>`, filled from `params`. `retryable` decides whether a worker waits in place or dead-letters.
"""

import traceback
from typing import ClassVar


class VigieError(Exception):
    """Base of the tree.

    Args:
        params: values for the person's sentence; short and free of document text, since they travel. They are logged,
            but for `name`: what a person called something (a file, an entry of the metadata) may name another person.
    """

    code: ClassVar[str] = "internal-error"
    status_code: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, **params: str | int) -> None:
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items() if name != "name")
        return f"{self.code} ({details})" if details else self.code


class InvalidInput(VigieError):
    code = "invalid-input"
    status_code = 422


class EmptyDocument(InvalidInput):
    code = "empty-document"


class UnreadableDocument(InvalidInput):
    code = "unreadable-document"


class UnsupportedMediaType(InvalidInput):
    code = "unsupported-media-type"
    status_code = 415


class PayloadTooLarge(InvalidInput):
    code = "payload-too-large"
    status_code = 413


class InvalidQuestion(InvalidInput):
    code = "invalid-question"


class UnknownCorpusLayout(InvalidInput):
    code = "unknown-corpus-layout"


class UnknownBackend(InvalidInput):
    code = "unknown-backend"


class InvalidMessage(InvalidInput):
    code = "invalid-message"


class Unauthenticated(VigieError):
    code = "unauthenticated"
    status_code = 401


class Forbidden(VigieError):
    code = "forbidden"
    status_code = 403


class BackendNotAllowed(Forbidden):
    code = "backend-not-allowed"


class NotFound(VigieError):
    code = "not-found"
    status_code = 404


class UnknownAssistant(NotFound):
    code = "unknown-assistant"


class SlowSender(VigieError):
    code = "slow-sender"
    status_code = 408


class Conflict(VigieError):
    code = "conflict"
    status_code = 409


class ModelMismatch(Conflict):
    code = "model-mismatch"


class Overloaded(VigieError):
    """Not retryable in place: whoever asked decides whether to wait. `retry_after_s` says how long."""

    code = "overloaded"
    status_code = 429


class DeadlineExceeded(VigieError):
    code = "deadline-exceeded"
    status_code = 504


class Cancelled(VigieError):
    code = "cancelled"
    status_code = 499


class InternalError(VigieError):
    code = "internal-error"


class CorruptObject(InternalError):
    code = "corrupt-object"


class EmbeddingFailed(InternalError):
    code = "embedding-failed"


class Unavailable(VigieError):
    code = "unavailable"
    status_code = 503
    retryable = True


class CorpusUnavailable(Unavailable):
    code = "corpus-unavailable"


class TopicsUnavailable(Unavailable):
    code = "topics-unavailable"


class StoreUnavailable(Unavailable):
    code = "store-unavailable"


class IndexUnavailable(Unavailable):
    code = "index-unavailable"


class ModelUnavailable(Unavailable):
    code = "model-unavailable"


class InsufficientStorage(Unavailable):
    code = "insufficient-storage"
    status_code = 507


def trace_of(error: BaseException) -> str:
    """Class and stack of a defect, for the log; never its message, which may quote a document."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
