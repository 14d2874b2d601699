"""The model in use, for those who ask for it too often to look it up each time."""

import math
import time
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.embedding_models.sql import embedding_in_use
from shared.contracts.index import Embedding

_REMEMBERED_S = 1.0


class EmbeddingMemory:
    """`embedding_in_use` for questions, looked up once a second.

    A model that has just left its place keeps its vectors as the previous one, and a question that is asked with none
    in particular is asked with the embedder's own: both are answered.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known = Embedding()
        self._until = -math.inf

    async def in_use(self, connection: AsyncConnection) -> Embedding:
        if self._now() >= self._until:
            self._known = await embedding_in_use(connection)
            self._until = self._now() + _REMEMBERED_S
        return self._known
