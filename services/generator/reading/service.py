"""Takes a description through a model: its grant, its deadline, the class that the model may see."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from datetime import datetime
from uuid import uuid5

from services.generator.models.guarded_model import GuardedModel
from services.generator.models.prompt_text import Budget
from services.generator.reading.output import LONGEST_OUTPUT, parsed
from services.generator.reading.prompting import prepare
from shared.access import GrantVerifier
from shared.clock import utc_now
from shared.contracts.backends import BackendConfig
from shared.contracts.base import Failure
from shared.contracts.descriptions import DescriptionRead, DescriptionSubmitted
from shared.errors import BackendNotAllowed, ModelUnavailable, Overloaded, UnknownBackend, VigieError
from shared.kafka.ports import EventPublisher

Readers = Mapping[str, tuple[BackendConfig, GuardedModel]]
"""The models of this worker by the name of their backend."""


class ReadingService:
    """Has descriptions read.

    Args:
        publisher: of descriptions.read.
        verifier: of the grants that the gateway signed.
        readers: the models that may be named.
        now: the time, aware.
    """

    def __init__(
        self,
        publisher: EventPublisher,
        verifier: GrantVerifier,
        readers: Readers,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._publisher = publisher
        self._verifier = verifier
        self._readers = readers
        self._now = now

    async def read(self, event: DescriptionSubmitted) -> None:
        """Publish what the model read, or why nothing was; nothing past the deadline.

        Raises:
            Forbidden: the grant is invalid, or was signed for another purpose, request or scope.
            Unavailable: the broker is down.
        """
        left = (event.deadline - self._now()).total_seconds()
        if left <= 0:  # before the grant, which ends with it
            return
        self._verifier.verify(event.grant, purpose="read", job=event.request_id, scope=event.scope)
        try:
            read = await self._read(event, left)
        except (BackendNotAllowed, UnknownBackend, ModelUnavailable, Overloaded) as error:
            read = _answer(event, failure=_failure(error))
        if self._now() < event.deadline:
            await self._publisher.publish(read)

    async def _read(self, event: DescriptionSubmitted, seconds: float) -> DescriptionRead:
        config, guarded = self._reader(event)
        budget = Budget(config.context_tokens, config.max_output_tokens)
        prompt, shown = await asyncio.to_thread(prepare, event.clauses, event.language, budget)
        text = ""
        async with guarded.call(seconds) as call, aclosing(call.stream(prompt)) as deltas:
            async for delta in deltas:
                text += delta.text
                if len(text) > LONGEST_OUTPUT:
                    raise guarded.failure("malformed")
            output = parsed(text, shown)
            if output is None:
                raise guarded.failure("malformed")
        unread = len(event.clauses) - shown
        return _answer(event, risks=output.risks, dropped=output.dropped, unread=unread, model_name=config.model)

    def _reader(self, event: DescriptionSubmitted) -> tuple[BackendConfig, GuardedModel]:
        """Return the model that is named; the gateway has checked both, and a file may have changed since."""
        found = self._readers.get(event.backend)
        if found is None:
            raise UnknownBackend(backend=event.backend)
        if not found[0].may_see(event.confidentiality):
            raise BackendNotAllowed(backend=event.backend, confidentiality=str(event.confidentiality))
        return found


def _answer(event: DescriptionSubmitted, **told: object) -> DescriptionRead:
    return DescriptionRead.model_validate(
        {"id": uuid5(event.request_id, "read"), "request_id": event.request_id, "scope": event.scope, **told}
    )


def _failure(error: VigieError) -> Failure:
    return Failure(code=error.code, params=error.params)
