"""Tree of all errors that a person or another service may see.

    VigieError
    ├── InvalidInput                  422  the input cannot be used; sending it again does not help
    │   ├── EmptyDocument
    │   ├── UnreadableDocument             the bytes are not of their declared type
    │   ├── UnsupportedMediaType      415
    │   ├── PayloadTooLarge           413
    │   │   └── QuotaExceeded              the scope takes as much of the store as it may
    │   ├── InvalidQuestion
    │   ├── UnknownCorpusLayout
    │   ├── UnknownBackend                 the generation backend is not configured
    │   └── InvalidMessage                 a record is not a message of its topic
    ├── Unauthenticated               401
    ├── Forbidden                     403
    │   └── BackendNotAllowed              the backend may not see a question of this confidentiality
    ├── NotFound                      404
    │   ├── UnknownAssistant               no assistant has this name
    │   └── UnknownAddress                 the OpenAI API has it, no assistant does
    ├── MethodNotAllowed              405  the address exists, and takes other methods
    ├── SlowSender                    408  the request's body did not arrive in time
    ├── Conflict                      409
    │   └── ModelMismatch                  vectors of one model offered to an index of another
    ├── PreconditionFailed            412  somebody else changed it meanwhile; the answer has both texts
    ├── PreconditionRequired          428  a change names the revision that it was made on (If-Match)
    ├── MisdirectedRequest            421  the gateway is not asked for under this host
    ├── Overloaded                    429  every slot and place in the queue is taken
    │   └── TooManyRequests                a person or a unit asks more than their share; nothing was done
    ├── DeadlineExceeded              504  the question's deadline has passed
    ├── Cancelled                     499  the client has closed the connection
    ├── InternalError                 500  a defect; the details stay in the log
    │   ├── CorruptObject                  a stored object differs from what was written
    │   ├── AlteredVersion                 a version of a DUERP is not what was frozen
    │   ├── NewerDatabase                  a later version of Vigie has changed the database: this one cannot start
    │   └── EmbeddingFailed                the embedding model cannot be loaded, or its answer is unusable
    └── Unavailable                   503  infrastructure is down: retryable, the input is right
        ├── CorpusUnavailable
        ├── ModelWeightsUnavailable
        ├── StoreUnavailable
        │   ├── StoreRefused               a wrong account or password, or no right
        │   └── DatabaseNotMigrated        its schema is older than this version
        ├── TopicsUnavailable              the cluster does not allow reading or changing its topics
        ├── TopicsMissing                  nobody has declared them
        ├── TooFewPartitions               fewer replicas work than there are
        ├── OtherVersion                   the service that is asked is of another version of Vigie
        ├── IndexUnavailable
        ├── IndexEmpty                     nothing can be found until documents are indexed
        ├── ModelUnavailable               the language model is down, too slow, or its answer is unusable
        └── InsufficientStorage       507  the disk is full
            ├── DiskReserveReached         what is free is kept for questions and withdrawals
            └── NoRoomToStart              opening a part would fill the disk

`code` is the stable name (the last part of a problem's `type`); the sentence that a person reads is in the catalogues
under `errors.<code>`, filled from `params`. `retryable` decides whether a worker waits in place or dead-letters.
"""

import re
import traceback
from typing import ClassVar


class VigieError(Exception):
    """Base of the tree.

    Args:
        params: values of the catalogue's sentence; short and free of document text, since they travel. They are logged,
            except `name`: the name of a file or an entry of metadata may name a person.
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


class QuotaExceeded(PayloadTooLarge):
    code = "quota-exceeded"


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


class UnknownAddress(NotFound):
    code = "unknown-address"


class MethodNotAllowed(VigieError):
    code = "method-not-allowed"
    status_code = 405


class SlowSender(VigieError):
    code = "slow-sender"
    status_code = 408


class Conflict(VigieError):
    code = "conflict"
    status_code = 409


class ModelMismatch(Conflict):
    code = "model-mismatch"


class MisdirectedRequest(VigieError):
    code = "misdirected-request"
    status_code = 421


class PreconditionFailed(VigieError):
    code = "precondition-failed"
    status_code = 412


class PreconditionRequired(VigieError):
    code = "precondition-required"
    status_code = 428


class Overloaded(VigieError):
    """Not retryable in place: the client decides whether to wait `retry_after_s`."""

    code = "overloaded"
    status_code = 429


class TooManyRequests(Overloaded):
    code = "too-many-requests"


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


class AlteredVersion(InternalError):
    code = "altered-version"


class NewerDatabase(InternalError):
    code = "newer-database"


class EmbeddingFailed(InternalError):
    code = "embedding-failed"


class Unavailable(VigieError):
    code = "unavailable"
    status_code = 503
    retryable = True


class CorpusUnavailable(Unavailable):
    code = "corpus-unavailable"


class ModelWeightsUnavailable(Unavailable):
    """A language model cannot be had or started on this machine."""

    code = "model-weights-unavailable"


class TopicsUnavailable(Unavailable):
    code = "topics-unavailable"


class TopicsMissing(Unavailable):
    code = "topics-missing"


class TooFewPartitions(Unavailable):
    """Nothing waits for it: more replicas than partitions stand idle."""

    code = "too-few-partitions"


class OtherVersion(Unavailable):
    """Nothing waits for it: during an upgrade two versions work side by side."""

    code = "other-version"


class StoreUnavailable(Unavailable):
    code = "store-unavailable"


class StoreRefused(StoreUnavailable):
    """Retryable: what was accepted waits until an operator has mended the account or its rights."""

    code = "store-refused"


class DatabaseNotMigrated(StoreUnavailable):
    code = "database-not-migrated"


class IndexUnavailable(Unavailable):
    code = "index-unavailable"


class IndexEmpty(Unavailable):
    """Nothing waits for it: questions find nothing."""

    code = "index-empty"


class ModelUnavailable(Unavailable):
    code = "model-unavailable"


class InsufficientStorage(Unavailable):
    code = "insufficient-storage"
    status_code = 507


class DiskReserveReached(InsufficientStorage):
    code = "disk-reserve-reached"


class NoRoomToStart(InsufficientStorage):
    code = "no-room-to-start"


_PLACE = re.compile(r" - at `([$.\[\]0-9A-Za-z_]{1,120})`$")
"""Where a decoder of JSON met something else: names of our own fields and numbers of items."""


def place_of(error: BaseException) -> str:
    """Return the class of a library's error, and where in the JSON it stands; its words may quote a document (S16)."""
    found = _PLACE.search(str(error))
    return f"{type(error).__name__}, {found[1]}" if found else type(error).__name__


def trace_of(error: BaseException) -> str:
    """Return classes and stacks of a defect and its causes, for the log; no message, which may quote a document."""
    told, seen = [], set[int]()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        told.append(f"{type(each).__name__}\n{''.join(traceback.format_tb(each.__traceback__))}")
        told += (
            [f"in the group: {trace_of(one)}" for one in each.exceptions]
            if isinstance(each, BaseExceptionGroup)
            else []
        )
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "because of: ".join(told)
