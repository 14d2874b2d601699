"""What the embedder asks of an embedding engine, and the values that they speak."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shared.contracts.index import EmbeddingModel

Vectors = npt.NDArray[np.float32]


class Engine(Protocol):
    """Turns texts into vectors. What a model wants around them (prefixes, a limit of tokens) is the engine's business.

    Attributes:
        model: what makes its vectors comparable; known while it is open.
    """

    @property
    def model(self) -> EmbeddingModel: ...

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Load the model or connect to it; release it on the way out. The other methods work in between.

        Raises:
            InternalError: the model cannot be had.
            Unavailable: not now.
        """
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, in the order of the texts, shape (texts, dimension).

        Raises:
            Unavailable: the model behind it cannot be reached.
        """
        ...

    async def embed_query(self, text: str) -> Vectors:
        """The vector to search with, shape (dimension,). Does not wait for passages that are being embedded.

        Raises:
            Unavailable: the model behind it cannot be reached.
        """
        ...


class Engines(Protocol):
    """The engines by their spelling; those that are used stay open (services/embedder/engines.py).

    Attributes:
        default: the one that is meant where none is named.
    """

    @property
    def default(self) -> str: ...

    def using(self, spelled: str | None) -> AbstractAsyncContextManager[Engine]:
        """An open engine; it stays open at least as long as the context.

        Raises:
            InvalidInput: no engine is spelled like that.
            InternalError: the model cannot be had.
            Unavailable: not now.
        """
        ...
