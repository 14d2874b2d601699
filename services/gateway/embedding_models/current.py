"""The model in use, for those who ask for it too often to look it up each time (port: EmbeddingInUse)."""

import math
import time
from collections.abc import Callable

from services.gateway.embedding_models.ports import EmbeddingInUse
from shared.contracts.index import Embedding

_REMEMBERED_S = 1.0


class RecentModel:
    """Remembers the model in use for a second, for questions.

    A model that has just left its place keeps its vectors as the previous one, and a question that is asked with none
    in particular is asked with the embedder's own: both are answered. When the previous one is dropped, it forgets.
    """

    def __init__(self, models: EmbeddingInUse, now: Callable[[], float] = time.monotonic) -> None:
        self._models = models
        self._now = now
        self._known = Embedding()
        self._until = -math.inf

    async def in_use(self) -> Embedding:
        if self._now() >= self._until:
            self._known = await self._models.in_use()
            self._until = self._now() + _REMEMBERED_S
        return self._known

    def forget(self) -> None:
        """Look the model up at the next question."""
        self._until = -math.inf
