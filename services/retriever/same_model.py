"""Vectors of two models cannot be compared: an index takes those of the model that it was built with."""

from shared.errors import ModelMismatch
from shared.messages import EmbeddingModel


def require_same_model(indexed: EmbeddingModel, offered: EmbeddingModel) -> None:
    """Raises:
    ModelMismatch: the index was built with another model than the one whose vectors are offered.
    """
    if indexed != offered:
        raise ModelMismatch(index_model=_described(indexed), model=_described(offered))


def _described(model: EmbeddingModel) -> str:
    return f"{model.name} ({model.dimension}{'' if model.normalised else ', not normalised'})"
