"""Vectors of the index: which model made them, and how a model leaves."""

from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Frozen


class EmbeddingModel(Frozen):
    """What makes two vectors comparable."""

    name: str
    dimension: int = Field(gt=0)
    normalised: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.dimension}{'' if self.normalised else ', not normalised'})"


class Embedding(Frozen):
    """Which vectors are meant; nothing anywhere means the embedder's default.

    Attributes:
        id: of the model in the gateway's database.
        engine: that makes them, as shared/contracts/engines.py spells it.
        model: that the engine must turn out to have; it is filled in once the engine has told it.
        replay: whether a version that is in the index already gets the vectors of a further model.
    """

    id: UUID | None = None
    engine: str | None = None
    model: EmbeddingModel | None = None
    replay: bool = False


class IndexEvent(Event):
    """About the vectors of one model in the index; `model_id` is the model's in the gateway's database."""

    model_id: UUID


class IndexRetired(IndexEvent):
    """Nobody will search with this model any more: its vectors may go, and what waits for it need not.

    `model` is None where nothing has its vectors yet, or another name has them too.
    """

    model: EmbeddingModel | None
    grant: str


class IndexDropped(IndexEvent):
    """The vectors of a retired model are gone."""
