"""What withdrawals, kills and crossings of the two leave behind is removed, after a grace time (ADR 23)."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter

from services.gateway.documents.ports import DocumentRows, WantedObjects
from services.gateway.documents.withdrawing import withdrawal_of
from services.gateway.outbox.ports import UnitsOfWork
from shared.access import Grant, GrantSigner
from shared.clock import utc_now
from shared.contracts.object_layout import DUERP_EXPORTS, KINDS, OF_IMPORTS, OF_VERSIONS, PAGES, SOURCES, owner_of
from shared.storage.ports import ListedStore, StoredObject

logger = logging.getLogger("vigie.gateway")

_SUBJECT = "vigie-gateway"
"""Who repeats a withdrawal of which nobody knows any more who made it."""

_AT_ONCE = 500
"""Objects that the database is asked about at a time, and withdrawals repeated in one run."""

_EXPORTS_LIVE = timedelta(days=7)
"""How long a file of a DUERP is kept, which is written again when somebody asks for it again."""

_PICTURES_LIVE = timedelta(days=30)
"""How long a page's picture is kept, which is drawn again when somebody wants to see it again."""

T = TypeVar("T")


class Sweep:
    """Chores of the gateway.

    Args:
        grace: objects younger than this are left alone, since their row may be about to be written; withdrawals older
            than this are repeated, since no worker can still be at what it began before.
        registry: of the process; `vigie_swept_total` counts what was removed, by what it was.
    """

    def __init__(
        self,
        work: UnitsOfWork[DocumentRows],
        wanted: WantedObjects,
        store: ListedStore,
        signer: GrantSigner,
        registry: CollectorRegistry,
        *,
        grace: timedelta,
    ) -> None:
        self._work = work
        self._wanted = wanted
        self._store = store
        self._signer = signer
        self._grace = grace
        self._swept = Counter("vigie_swept", "what the sweep removed, by what it was", ("what",), registry=registry)
        for what in _KINDS:
            self._swept.labels(what)

    async def repeat_withdrawals(self) -> None:
        """Have the workers told once more of each withdrawal, so that index and store lose what came in between."""
        async with self._work() as work:
            for receipt in await work.rows.withdrawals.due(utc_now() - self._grace, _AT_ONCE):
                subject = receipt.withdrawn_by or _SUBJECT
                grant = Grant(subject, frozenset({receipt.scope}), "write", receipt.document_id)
                await work.rows.withdrawals.save(receipt.model_copy(update={"repeated_at": utc_now()}))
                await work.end_job(receipt.job)
                await work.publish(withdrawal_of(receipt, self._signer.sign(grant)), job=receipt.job)
                self._swept.labels("withdrawals").inc()

    async def sweep_store(self) -> None:
        """Remove the objects that no row wants; of what the layout does not name, nothing.

        A database without any document or import is not believed: it may be a new one beside a store that is not.
        """
        now = utc_now()
        before = now - self._grace
        self._swept.labels("unfinished").inc(await self._store.remove_unfinished(before))
        if not await self._wanted.any():
            return
        old = (
            each
            async for each in self._store.listing()
            if each.modified_at < (now - _EXPORTS_LIVE if each.key.startswith(f"{DUERP_EXPORTS}/") else before)
        )
        async for found in _batches(old, _AT_ONCE):
            await self._sweep(found, now)

    async def _sweep(self, found: Sequence[StoredObject], now: datetime) -> None:
        objects = [
            _Owned(each.key, *owner, is_worn_out=owner[0] == PAGES and each.modified_at < now - _PICTURES_LIVE)
            for each in found
            if (owner := owner_of(each.key)) is not None
        ]
        sources = await self._wanted.sources([each.key for each in objects if each.kind == SOURCES])
        versions = await self._wanted.versions({each.owner for each in objects if each.kind in OF_VERSIONS})
        imports = await self._wanted.imports({each.owner for each in objects if each.kind in OF_IMPORTS})
        owners = versions | imports
        for each in objects:
            is_wanted = each.key in sources if each.kind == SOURCES else each.owner in owners
            if is_wanted and not each.is_worn_out:
                continue
            await self._store.delete(each.key)
            self._swept.labels(each.kind).inc()


@dataclass(frozen=True, slots=True)
class _Owned:
    """An object, and the upload, version or import that it is of; `is_worn_out`: it goes though that is wanted."""

    key: str
    kind: str
    owner: UUID
    is_worn_out: bool = False


_KINDS = (*KINDS, "unfinished", "withdrawals")


async def _batches(items: AsyncIterator[T], size: int) -> AsyncIterator[Sequence[T]]:
    batch: list[T] = []
    async for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
