"""Vectors of two models cannot be compared: a question meets the passages that have vectors of its own model."""

from collections.abc import Collection

from shared.contracts.index import EmbeddingModel
from shared.errors import ModelMismatch


def is_known(indexed: Collection[EmbeddingModel], asked: EmbeddingModel) -> bool:
    """Whether the index has vectors of the model that is asked with; an empty index has none.

    Raises:
        ModelMismatch: it has those of other models only; to find nothing would look like an answer.
    """
    if asked in indexed or not indexed:
        return asked in indexed
    raise ModelMismatch(index_model=", ".join(sorted(map(str, indexed))), model=str(asked))
