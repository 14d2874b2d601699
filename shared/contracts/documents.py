"""The messages of a document's way into the index, and out of it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Failure, Frozen, ObjectRef
from shared.contracts.index import Embedding, EmbeddingModel
from shared.contracts.remarks import Remarks

MAX_PASSAGE_CHARS = 4000
"""Longest passage that anybody may ask for, in characters."""


class Chunking(Frozen):
    """How to cut a document; None means that the document's type decides.

    `options` are the strategy's parameters, as shared/contracts/chunking.py names and checks them.
    """

    strategy: str | None = None
    max_chars: int | None = Field(default=None, ge=200, le=MAX_PASSAGE_CHARS)
    options: dict[str, int] = {}


class DocumentEvent(Event):
    """About one version of a document. `sequence` counts a document's versions from 1 and decides which is newer."""

    document_id: UUID
    version_id: UUID
    sequence: int = Field(ge=1)


class DocumentSubmitted(DocumentEvent):
    """A version was accepted; `source` is the file as it was sent, `questions` what its sender says that it answers."""

    scope: str
    grant: str
    source: ObjectRef
    media_type: str
    title: str
    file_name: str
    language: str = "fr"
    chunking: Chunking = Chunking()
    embedding: Embedding = Embedding()
    questions: tuple[str, ...] = ()


class PassageBatch(DocumentEvent):
    """One batch of a version's passages; `total` and `batches` are the same in all of a version's messages."""

    scope: str
    grant: str
    batch: int = Field(ge=0)
    batches: int = Field(ge=1)
    first_ordinal: int = Field(ge=0)
    count: int = Field(ge=1)
    total: int = Field(ge=1)
    passages: ObjectRef
    embedding: Embedding = Embedding()

    @property
    def done(self) -> int:
        """Passages up to this batch and with it."""
        return self.first_ordinal + self.count


class PassagesExtracted(PassageBatch):
    """A batch of passages was cut out of a version, and stored."""


class PassagesReplayed(PassageBatch):
    """A batch of a version that was extracted before is wanted in the vectors of another model."""


class PassagesEmbedded(PassageBatch):
    """`vectors`: little-endian float32, shape (texts, model.dimension), of shared.contracts.passages.embedded_texts."""

    vectors: ObjectRef
    model: EmbeddingModel


class DocumentIndexed(DocumentEvent):
    """All of a version's passages are in the index with a model's vectors, and older versions are out of it."""

    passages: int = Field(ge=1)
    embedding: Embedding = Embedding()


Stage = Literal["parsed", "embedded", "indexed", "withdrawn", "failed"]


class DocumentProgressed(DocumentEvent):
    """`done` of `total` passages went through `stage`; `failure` only with the stage failed, `remarks` with parsed."""

    stage: Stage
    done: int = Field(default=0, ge=0)
    total: int = Field(default=0, ge=0)
    failure: Failure | None = None
    embedding: Embedding = Embedding()
    remarks: Remarks = Remarks()


class DocumentWithdrawn(DocumentEvent):
    """All versions up to `sequence` leave the index."""

    scope: str
    grant: str
