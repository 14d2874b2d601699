"""What an embeddings endpoint has answered, taken apart and believed only as far as it was checked. Pure."""

import base64
import binascii
import json
from typing import Any

import numpy as np

from services.embedder.ports import Vectors


class UnusableAnswer(ValueError):
    """An answer that has no vectors of the texts; `reason` is one of the catalogues, in words of our own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def vectors_of(body: bytes, count: int, dimension: int | None) -> Vectors:
    """The vectors in the order of the texts, of length 1, shape (count, dimension).

    Items are placed by their `index`, whatever their order; an item's `embedding` is a list of numbers, or base64 of
    little-endian float32.

    Args:
        count: texts that were sent.
        dimension: of the model; None while it is not known.

    Raises:
        UnusableAnswer: the answer is not that.
    """
    try:
        items = {int(item["index"]): item["embedding"] for item in json.loads(body)["data"]}
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableAnswer("vectors-not-json") from error
    if items.keys() != set(range(count)):
        raise UnusableAnswer("vectors-count")
    rows = [_vector(items[index]) for index in range(count)]
    if {len(row) for row in rows} != {dimension or len(rows[0])} or not len(rows[0]):
        raise UnusableAnswer("vectors-dimension")
    vectors = np.stack(rows)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise UnusableAnswer("vectors-not-numbers")
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit


def _vector(embedding: Any) -> Vectors:
    try:
        if isinstance(embedding, str):
            return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4")
        return np.asarray(embedding, np.float32).reshape(len(embedding))
    except (binascii.Error, ValueError, TypeError) as error:
        raise UnusableAnswer("vectors-not-numbers") from error
