"""A description read by a language model: a request to the generator, its answer to every replica, nothing stored."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from services.gateway.drafts.awaited_answers import AwaitedAnswers
from services.gateway.drafts.ports import ModelReading
from shared.access import Grant, GrantSigner
from shared.clock import utc_now
from shared.contracts.backends import Registry
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.descriptions import MOST_CLAUSE_CHARS, MOST_CLAUSES, DescriptionRead, DescriptionSubmitted
from shared.errors import BackendNotAllowed, Unavailable
from shared.kafka.ports import EventPublisher

logger = logging.getLogger("vigie.gateway")

CLASS = Confidentiality.CONFIDENTIAL
"""What a description of a unit is: its model has to be allowed to see it."""


class AskedReader:
    """Has a model of the generator read clauses (port: DescriptionReader).

    Args:
        backends: that a deployment declares.
        backend: the one that reads descriptions; None: none does.
        wait_s: longest wait for what it reads.
        clock: of seconds.

    Raises:
        UnknownBackend, BackendNotAllowed: the backend is not declared, or may not see what is confidential.
    """

    def __init__(
        self,
        events: EventPublisher,
        signer: GrantSigner,
        backends: Registry,
        backend: str | None,
        wait_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if backend is not None:
            backends.choose(backend, None, CLASS)
            if not backends.named(backend).generates:
                raise BackendNotAllowed(backend=backend, confidentiality=str(CLASS))
        self._backend = backend
        self._signer = signer
        self._answers: AwaitedAnswers[DescriptionRead] = AwaitedAnswers(events, "generator", wait_s, clock)

    async def read(self, subject: str, scope: str, clauses: Sequence[str], language: str) -> ModelReading | None:
        """As DescriptionReader.read."""
        if self._backend is None or not clauses:
            return None
        request, deadline = uuid4(), utc_now() + timedelta(seconds=self._answers.wait_s)
        asked = DescriptionSubmitted(
            request_id=request,
            scope=scope,
            grant=self._signer.sign(Grant(subject, frozenset({scope}), "read", request), deadline),
            deadline=deadline,
            backend=self._backend,
            confidentiality=CLASS,
            language=language,
            clauses=tuple(clause[:MOST_CLAUSE_CHARS] for clause in clauses[:MOST_CLAUSES]),
        )
        answer = await self._answers.ask(request, asked)
        if answer.failure is not None:
            logger.warning("a description was not read by %s: %s", self._backend, answer.failure.code)
            raise Unavailable(part="generator")
        return ModelReading(answer.model_name, answer.risks, answer.dropped)

    def was_read(self, event: DescriptionRead) -> None:
        """Hear an answer."""
        self._answers.heard(event)
