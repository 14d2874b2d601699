"""Error handling of all consumers: retry while infrastructure is down, dead-letter what cannot be handled.

Retryable errors are retried in place without end: offset and order are kept, the heartbeat goes on. An error that is no
VigieError is a defect and gets a few tries. Any other message goes to `<topic>.dlq` without its text, its job ends as
failed, and the partition moves on. A document's message whose object is gone leaves no letter: it was withdrawn.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord
from faststream import BaseMiddleware, ContextRepo
from opentelemetry import trace
from pydantic import ValidationError

from shared.contracts.base import Event
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.failures import leaves_letter, terminal_events
from shared.contracts.topics import find_topic, is_dead_letters
from shared.errors import CorruptObject, InternalError, InvalidMessage, VigieError, trace_of
from shared.kafka.interruption import interruptible
from shared.kafka.ports import EventPublisher, MessageSealer
from shared.sealing.unsealed import UNSEALED
from shared.settings import BrokerSettings

logger = logging.getLogger("vigie.dead_letters")

FIRST_BACKOFF_S = 0.1
TRIES_OF_A_DEFECT = 3

PublishDeadLetter = Callable[[str, DeadLetter], Any]


class DeadLetters:
    """Middleware factory for a FastStream Kafka broker; the last of its middlewares.

    Args:
        service: name of the service in its dead letters.
        events: publishes the events that end a job.
        publish: publishes a dead letter on the topic of a name.
        kafka: longest pause between two tries, and prefix of topic names.
        sealer: unseals the record whose job is to be ended.
    """

    def __init__(
        self,
        service: str,
        events: EventPublisher,
        publish: PublishDeadLetter,
        kafka: BrokerSettings,
        sealer: MessageSealer = UNSEALED,
    ) -> None:
        self.sealer = sealer
        self.service = service
        self.events = events
        self.publish = publish
        self.max_backoff_s = kafka.max_backoff_s
        self.prefix = kafka.topic_prefix

    def __call__(self, msg: Any, /, *, context: ContextRepo) -> "_DeadLetterScope":
        return _DeadLetterScope(msg, context=context, letters=self)


class _DeadLetterScope(BaseMiddleware):
    """Retries and dead-letters one message."""

    def __init__(self, msg: Any, /, *, context: ContextRepo, letters: DeadLetters) -> None:
        super().__init__(msg, context=context)
        self._letters = letters
        self._span: trace.Span = trace.INVALID_SPAN

    async def consume_scope(self, call_next: Callable[[Any], Any], msg: Any) -> Any:
        tries = defects = 0
        while True:
            try:
                return await call_next(msg)
            except Exception as error:
                self._span = trace.get_current_span()
                tries += 1
                defects += not isinstance(error, VigieError)
                if not _worth_another_try(error, defects):
                    raise
                pause = min(FIRST_BACKOFF_S * 2 ** min(tries - 1, 16), self._letters.max_backoff_s)
                logger.warning("%s waits %.1f s: %s", self._letters.service, pause, _describe(error))
                with interruptible():
                    await asyncio.sleep(pause)

    async def after_processed(
        self,
        exc_type: type[BaseException] | None = None,
        exc_val: BaseException | None = None,
        exc_tb: TracebackType | None = None,  # noqa: ARG002 (the base class names it)
    ) -> bool | None:
        """Return True, which swallows the error, once the dead letter has been accepted: the message is handled."""
        if exc_type is None or not isinstance(exc_val, Exception):
            return False  # a stop (CancelledError) leaves the offset where it is
        record: ConsumerRecord[bytes, bytes] = self.msg
        error = _as_vigie_error(exc_val)
        try:
            # The handler's span is no longer current, but what ends its job belongs to its trace.
            with trace.use_span(self._span, record_exception=False, set_status_on_exception=False):
                await self._dead_letter(record, error, exc_val)
        except VigieError as unpublished:
            logger.warning("%s cannot dead-letter now: %s", self._letters.service, unpublished)
            return False  # the consumption tries the whole record again, after a pause
        return True

    async def _dead_letter(self, record: "ConsumerRecord[bytes, bytes]", error: VigieError, cause: Exception) -> None:
        value = record.value or b""
        name = record.topic.removeprefix(self._letters.prefix)
        letter = DeadLetter(
            service=self._letters.service,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            code=error.code,
            error_class=type(cause).__name__,
            size=len(value),
            sha256=hashlib.sha256(value).hexdigest(),
            job=_job_of(record.key),
        )
        about = _message_of(self._letters.sealer, name, value)
        for event in terminal_events(about, error) if about is not None else ():
            await self._letters.events.publish(event)
        if is_dead_letters(name) or not leaves_letter(about, error):  # of a dead letter there is none
            logger.info("%s left %s[%d]@%d: %s", letter.service, letter.topic, letter.partition, letter.offset, error)
            return
        await self._letters.publish(f"{name}.dlq", letter)
        logger.warning(
            "%s dead-lettered %s[%d]@%d: %s", letter.service, letter.topic, letter.partition, letter.offset, error
        )


def _worth_another_try(error: Exception, defects: int) -> bool:
    if isinstance(error, VigieError):
        return error.retryable
    if isinstance(error, ValidationError):
        return False
    logger.error("defect: %s", trace_of(error))
    return defects < TRIES_OF_A_DEFECT


def _describe(error: Exception) -> str:
    """Describe an error without a foreign error's message, which may quote a document."""
    return str(error) if isinstance(error, VigieError) else type(error).__name__


def _as_vigie_error(error: Exception) -> VigieError:
    if isinstance(error, VigieError):
        return error
    if isinstance(error, ValidationError):
        return InvalidMessage()
    return InternalError()


def _job_of(key: bytes | None) -> UUID | None:
    """Return the id that a record's key is: of a foreign record it may be anything, and that is not told."""
    try:
        return UUID((key or b"").decode("ascii"))
    except ValueError:
        return None


def _message_of(sealer: MessageSealer, topic: str, value: bytes) -> Event | None:
    """The message of a record; None where whose job it was cannot be told: the gateway's deadline ends it."""
    contract = find_topic(topic)
    if contract is None:
        return None
    try:
        return contract.message.model_validate_json(sealer.unseal(value, context=topic))
    except (ValidationError, CorruptObject):
        return None
