"""Ports of embedding engines, and their values."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.contracts.index import EmbeddingModel

Vectors = npt.NDArray[np.float32]


class Engine(Protocol):
    """Turns texts into vectors; applies its model's prefixes and limit of tokens itself.

    Attributes:
        model: identity of the model, which makes vectors comparable; known while the engine is open.
    """

    @property
    def model(self) -> EmbeddingModel: ...

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Load the model or connect to its server; release it on the way out.

        Raises:
            InternalError: the model cannot be loaded.
            Unavailable: its server does not answer now.
        """
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, in their order, shape (texts, dimension).

        Raises:
            Unavailable: the model's server does not answer now.
        """
        ...

    async def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (dimension,), without waiting for passages being embedded.

        Raises:
            Unavailable: the model's server does not answer now.
        """
        ...


class Engines(Protocol):
    """Engines by their spec; those in use stay open (services/embedder/engines.py).

    Attributes:
        default: spec of the engine where none is named.
    """

    @property
    def default(self) -> str: ...

    def using(self, spec: str | None) -> AbstractAsyncContextManager[Engine]:
        """Open an engine, which stays open at least as long as the context.

        Raises:
            InvalidInput: `spec` is no spec of an engine.
            InternalError: the model cannot be loaded.
            Unavailable: its server does not answer now.
        """
        ...
