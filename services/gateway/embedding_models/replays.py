"""Sends versions to the models whose vectors they lack."""

import logging
from datetime import timedelta
from hashlib import sha256
from uuid import uuid5

from services.gateway.embedding_models.ports import Replay, ReplayQueue
from shared.access import Grant, GrantSigner
from shared.clock import utc_now
from shared.contracts.base import Failure, ObjectRef
from shared.contracts.documents import PassagesReplayed
from shared.contracts.object_layout import BATCH, batch_key
from shared.errors import CorruptObject, NotFound
from shared.kafka.ports import EventPublisher
from shared.storage.ports import ObjectStore

logger = logging.getLogger("vigie.gateway")

ROOM = 100
"""Batches of a model on their way at any time: some 6,000 passages, minutes of a slow model's work."""


class Replays:
    """Sends versions to the models whose vectors they lack; a chore of the gateway.

    Args:
        stall: time without progress after which a version is sent again from its beginning.
    """

    def __init__(
        self, queue: ReplayQueue, events: EventPublisher, store: ObjectStore, signer: GrantSigner, *, stall: timedelta
    ) -> None:
        self._stall = stall
        self._queue = queue
        self._events = events
        self._store = store
        self._signer = signer

    async def restart(self) -> None:
        """Send again what a former leader has sent and did not see arrive: it may be lost with its broker."""
        await self._queue.restart()

    async def send_due(self) -> None:
        """Send what there is room for; ask with the next model if it is whole."""
        for replay in await self._queue.due(ROOM, utc_now() - self._stall):
            await self._send(replay)
        switched = await self._queue.switch()
        if switched is not None:
            logger.info("questions are asked with %s from now on", switched.model or switched.engine)

    async def _send(self, replay: Replay) -> None:
        failure = None
        grant = self._signer.sign(Grant(replay.submitted_by, frozenset({replay.scope}), "write", replay.document_id))
        try:
            for batch in range(replay.sent, replay.until):
                await self._events.publish(await self._event(replay, batch, grant))
        except NotFound:  # taken out a moment ago, or lost: the queue knows which
            failure = Failure(code=CorruptObject.code)
        await self._queue.sent(replay, failure)

    async def _event(self, replay: Replay, batch: int, grant: str) -> PassagesReplayed:
        key, first = batch_key(replay.version_id, batch), batch * BATCH
        data = await self._store.get(key)
        return PassagesReplayed(
            id=uuid5(replay.version_id, f"replayed {replay.sequence} {batch} {replay.embedding.id}"),
            document_id=replay.document_id,
            version_id=replay.version_id,
            sequence=replay.sequence,
            scope=replay.scope,
            grant=grant,
            batch=batch,
            batches=-(-replay.passages // BATCH),
            first_ordinal=first,
            count=min(BATCH, replay.passages - first),
            total=replay.passages,
            passages=ObjectRef(key=key, sha256=sha256(data).hexdigest(), size=len(data)),
            embedding=replay.embedding,
        )
