"""Vectors of clauses from the embedder: a request on one topic, its answer to every replica, nothing stored."""

import base64
import logging
import struct
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from services.gateway.drafts.awaited_answers import AwaitedAnswers
from services.gateway.drafts.ports import Vector
from services.gateway.embedding_models.ports import EmbeddingInUse
from shared.access import Grant, GrantSigner
from shared.clock import utc_now
from shared.contracts.clauses import MOST_CLAUSE_CHARS, MOST_CLAUSES, ClausesEmbedded, ClausesSubmitted
from shared.contracts.index import Embedding
from shared.errors import InternalError, Unavailable
from shared.kafka.ports import EventPublisher

logger = logging.getLogger("vigie.gateway")

WAIT_S = 4.0
"""Two hundred clauses take the built-in model 1.2 s of a core; somebody waits for the draft."""


class AskedVectors:
    """Asks the embedder for vectors with the model of the index, and listens (port: ClauseVectors).

    Args:
        models: the model in use; while none is known, nothing is asked.
        suits: whether somebody can read the vectors of the model of this name.
        clock: of seconds.
    """

    def __init__(
        self,
        events: EventPublisher,
        signer: GrantSigner,
        models: EmbeddingInUse,
        suits: Callable[[str], bool],
        *,
        wait_s: float = WAIT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._answers: AwaitedAnswers[ClausesEmbedded] = AwaitedAnswers(events, "embedder", wait_s, clock)
        self._signer = signer
        self._models = models
        self._suits = suits

    async def of(self, subject: str, scope: str, texts: Sequence[str]) -> Sequence[Vector] | None:
        """As ClauseVectors.of."""
        embedding = await self._models.in_use()
        if embedding.model is None or not self._suits(embedding.model.name):
            return None
        if not texts:
            return []
        answer = await self._answer(subject, scope, texts, embedding)
        if answer.failure is not None or answer.model != embedding.model:
            logger.warning("clauses were not embedded: %s", answer.failure.code if answer.failure else "another model")
            raise Unavailable(part="embedder")
        return _unpacked(answer.vectors, len(texts), embedding.model.dimension)

    def embedded(self, event: ClausesEmbedded) -> None:
        """Hear an answer."""
        self._answers.heard(event)

    async def _answer(self, subject: str, scope: str, texts: Sequence[str], embedding: Embedding) -> ClausesEmbedded:
        """Return the embedder's answer; errors as `AwaitedAnswers.ask`."""
        request, deadline = uuid4(), utc_now() + timedelta(seconds=self._answers.wait_s)
        asked = ClausesSubmitted(
            request_id=request,
            scope=scope,
            grant=self._signer.sign(Grant(subject, frozenset({scope}), "read", request), deadline),
            deadline=deadline,
            texts=tuple(text[:MOST_CLAUSE_CHARS] for text in texts[:MOST_CLAUSES]),
            embedding=embedding,
        )
        return await self._answers.ask(request, asked)


def _unpacked(text: str, count: int, dimension: int) -> list[Vector]:
    """Return vectors of base64 of little-endian float16.

    Raises:
        InternalError: they are not as many numbers as they should be.
    """
    try:
        numbers = struct.unpack(f"<{count * dimension}e", base64.b64decode(text, validate=True))
    except (struct.error, ValueError) as error:
        raise InternalError(reason="vectors of clauses are cut") from error
    return [numbers[at : at + dimension] for at in range(0, len(numbers), dimension)]
