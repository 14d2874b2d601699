"""Check that a question's embedding model has vectors in the index: vectors of two models cannot be compared."""

from collections.abc import Collection

from shared.contracts.index import EmbeddingModel
from shared.errors import ModelMismatch


def has_vectors_of(indexed: Collection[EmbeddingModel], asked: EmbeddingModel) -> bool:
    """Return whether the index has vectors of the model `asked`; False for an empty index.

    Args:
        indexed: models that have vectors in the index.

    Raises:
        ModelMismatch: the index has vectors of other models only; to find nothing would look like an answer.
    """
    if asked in indexed or not indexed:
        return asked in indexed
    raise ModelMismatch(index_model=", ".join(sorted(map(str, indexed))), model=str(asked))
