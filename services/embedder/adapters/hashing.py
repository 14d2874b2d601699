"""A deterministic bag-of-words engine for tests and demos without a model: texts that share words are near."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np

from services.embedder.ports import Vectors
from shared.contracts.index import EmbeddingModel

DIMENSION = 64
_WORD = re.compile(r"\w+")


class HashingEngine:
    """Adds up a signed unit vector per word, chosen by the word's hash (port: services.embedder.ports.Engine).

    Source: Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009.

    Args:
        dimension: of the vectors; each makes a model of its own.
        delay_ms: pause per passage, to stand for a slow model, milliseconds.
    """

    def __init__(self, dimension: int = DIMENSION, *, delay_ms: float = 0) -> None:
        self._dimension = dimension
        self._delay_s = delay_ms / 1000

    @property
    def model(self) -> EmbeddingModel:
        return EmbeddingModel(name=f"hashing-{self._dimension}", dimension=self._dimension, normalised=True)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        yield

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self._delay_s:
            await asyncio.sleep(self._delay_s * len(texts))
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = _hash_words(text, self._dimension)
        return vectors

    async def embed_query(self, text: str) -> Vectors:
        return _hash_words(text, self._dimension)


def _hash_words(text: str, dimension: int) -> Vectors:
    vector = np.zeros(dimension, np.float32)
    for word in _WORD.findall(text.casefold()):
        digest = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")
        vector[digest % dimension] += 1 if digest // dimension % 2 else -1
    length = float(np.linalg.norm(vector))
    if length == 0:  # no word, or words that cancel each other out: still a vector of length 1
        vector[0] = length = 1
    return vector / np.float32(length)
