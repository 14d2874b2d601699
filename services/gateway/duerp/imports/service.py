"""Imports of a unit's DUERP: begun with a file, looked at, corrected, discarded. Only its keepers see them."""

import hashlib
import json
from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel

from services.gateway.database.ports import Slice
from services.gateway.duerp.imports.model import ImportRecord, discarded, mapped, matched, submitted
from services.gateway.duerp.imports.ports import ImportCatalogue, ImportRows
from services.gateway.duerp.service import Desk, Match
from services.gateway.outbox.ports import Idempotency, IdempotencyKey, UnitOfWork, UnitsOfWork, idempotency
from services.gateway.policy import may_keep_duerp, require
from shared.access import Grant, GrantSigner
from shared.clock import utc_now
from shared.contracts.base import ObjectRef
from shared.contracts.duerp_files import MAX_MAPPING_CHARS, PART_BATCH, DuerpFileSubmitted
from shared.contracts.object_layout import (
    decode_part,
    duerp_file_key,
    part_key,
    previews_prefix,
    summary_key,
)
from shared.disk.ports import Admission
from shared.duerp.importing.fields import field_names
from shared.duerp.importing.mapping import read_mapping
from shared.errors import EmptyDocument, InvalidInput, NotFound, VigieError
from shared.http_api.duerp.imports import ImportedLine, ImportMapping, ImportSummary
from shared.kafka.cancellation_safety import shield_until_done
from shared.language.names import composed, one_line
from shared.storage.ports import ObjectStore

_ACCEPT_S = 60
"""How long an upload that is whole is accepted for, although its client has gone."""

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as somebody sends it; `size` is what the form tells, `said` what they know of it already."""

    content: AsyncIterable[bytes]
    size: int | None
    file_name: str
    said: ImportMapping


class ImportService:
    """Imports of the DUERPs that people have a desk at. All methods raise Forbidden for who may not keep it."""

    def __init__(
        self,
        work: UnitsOfWork[ImportRows],
        catalogue: ImportCatalogue,
        known: Idempotency,
        store: ObjectStore,
        signer: GrantSigner,
        room: Admission,
    ) -> None:
        self._work = work
        self._catalogue = catalogue
        self._idempotency = known
        self._store = store
        self._signer = signer
        self._room = room

    # --- reading -----------------------------------------------------------------------------------------------------

    async def find(self, desk: Desk, identity: UUID) -> ImportRecord:
        """An import of the unit.

        Raises:
            NotFound: the unit has none of this id.
        """
        _require_keeper(desk)
        record = await self._catalogue.find(desk.scope, identity)
        if record is None:
            raise NotFound(what="import")
        return record

    async def page(self, desk: Desk, search: Slice) -> Sequence[ImportRecord]:
        """The unit's imports, newest first."""
        _require_keeper(desk)
        return await self._catalogue.page(desk.scope, search)

    async def summary(self, record: ImportRecord) -> ImportSummary | None:
        """What was understood of a file's columns and scale; None until it was read."""
        if not record.was_read:
            return None
        return ImportSummary.model_validate_json(await self._store.get(summary_key(record.id, record.reading)))

    async def offered(self, record: ImportRecord) -> ImportMapping | None:
        """What was said of an earlier file of the same name or headers, while nothing was said of this one."""
        if record.said != ImportMapping():
            return None
        earlier = await self._catalogue.of_source(record)
        return earlier[0].said if earlier else None

    async def part(self, record: ImportRecord, part: str, model: type[Item], after: int, limit: int) -> Sequence[Item]:
        """Up to `limit` items of a preview's part behind the place `after`; none until the file was read."""
        first, items = after + 1, list[Item]()
        if not record.was_read:
            return items
        for batch in range(first // PART_BATCH, (first + limit - 1) // PART_BATCH + 1):
            with suppress(NotFound):  # there is no such batch
                data = await self._store.get(part_key(record.id, record.reading, part, batch))
                items += decode_part(data, model)
        skipped = first % PART_BATCH
        return items[skipped : skipped + limit]

    async def compared(self, desk: Desk, lines: Sequence[ImportedLine]) -> Sequence[tuple[ImportedLine, UUID | None]]:
        """Lines of a preview, each with the one of the DUERP that says the same."""
        there = await self._catalogue.lines_there(desk.scope)
        return [(line, there.line_like(line)) for line in lines]

    # --- writing -----------------------------------------------------------------------------------------------------

    async def begin(self, desk: Desk, file: UploadedFile, request_key: str | None = None) -> ImportRecord:
        """Accept a file: it is read, and nothing of it is written before a person says so.

        What is not accepted leaves no file behind.

        Args:
            request_key: what the client calls its request (`Idempotency-Key`).

        Raises:
            EmptyDocument, InvalidInput, Conflict: nothing was accepted.
            StoreUnavailable, InsufficientStorage: nothing is known to be accepted; the same may be sent again.
        """
        _require_keeper(desk)
        name = one_line(composed(file.file_name)) or "-"
        if not file.size:
            raise EmptyDocument(name=name)
        _check(file.said)
        await self._room.admit(coming=file.size)
        identity = uuid4()
        try:
            stored = await self._store.put(duerp_file_key(identity), file.content, scope=desk.scope)
        except BaseException:  # a client that goes away while its file is written, too
            await self._forget_file(identity)
            raise
        said = f"{desk.scope}\n{name}\n{stored.sha256}\n{file.said.model_dump_json()}"
        fingerprint = hashlib.sha256(said.encode()).hexdigest()
        key = idempotency(request_key, desk.principal.subject, fingerprint)
        record = submitted(identity, desk.scope, name, stored, file.said, desk.principal.subject, utc_now())
        return await shield_until_done(self._accept(desk, record, key), timeout_s=_ACCEPT_S)

    async def _accept(self, desk: Desk, record: ImportRecord, key: IdempotencyKey | None) -> ImportRecord:
        """Accept what is in the store, or remove it from there."""
        try:
            if key is not None and (known := await self._idempotency.known(key)) is not None:
                await self._forget_file(record.id)
                return await self.find(desk, known)
            async with self._work() as work:
                await work.rows.imports.add(record)
                await work.remember(key, record.id)
                await work.publish(self._event(record), job=record.job)
        except VigieError as error:
            if not error.retryable:  # a database that went away may have accepted it: better rubbish than a lost file
                await self._forget_file(record.id)
            raise
        return record

    async def say(self, desk: Desk, identity: UUID, said: ImportMapping, match: Match) -> ImportRecord:
        """Have a file read again, with what a person says of its columns, families and scale.

        The same once more changes nothing, whichever revision it was said of.

        Raises:
            NotFound: the unit has no such import.
            InvalidInput: a field, a family, an axis or a direction does not exist.
            PreconditionRequired, PreconditionFailed: the person does not name the newest revision.
            Conflict: it was written, or has ended.
        """
        _check(said)

        async def change(work: UnitOfWork[ImportRows], record: ImportRecord) -> ImportRecord:
            if record.said == said:
                return record
            matched(record, match)
            after = mapped(record, said, desk.principal.subject, utc_now())
            await work.end_job(record.job)
            await work.publish(self._event(after), job=after.job)
            return after

        return await self._revise(desk, identity, change)

    async def discard(self, desk: Desk, identity: UUID, match: Match) -> ImportRecord:
        """End an import that nothing was written of; its file and its preview are gone. Errors as `say`."""

        async def change(work: UnitOfWork[ImportRows], record: ImportRecord) -> ImportRecord:
            matched(record, match)
            await work.end_job(record.job)
            return discarded(record, desk.principal.subject, utc_now())

        record = await self._revise(desk, identity, change)
        await self.forget(record.id)
        return record

    async def forget(self, identity: UUID) -> None:
        """Remove the file and the previews of an import that has ended."""
        await forget_objects(self._store, identity)

    async def _revise(
        self,
        desk: Desk,
        identity: UUID,
        change: Callable[[UnitOfWork[ImportRows], ImportRecord], Awaitable[ImportRecord]],
    ) -> ImportRecord:
        _require_keeper(desk)
        async with self._work() as work:
            record = await work.rows.imports.locked(identity)
            if record is None or record.scope != desk.scope:
                raise NotFound(what="import")
            after = await change(work, record)
            if after.revision != record.revision:
                await work.rows.imports.save(after)
        return after

    def _event(self, record: ImportRecord) -> DuerpFileSubmitted:
        grant = Grant(record.updated_by, frozenset({record.scope}), "write", record.id)
        said = record.said.model_dump_json(exclude_defaults=True)
        return DuerpFileSubmitted(
            import_id=record.id,
            reading=record.reading,
            scope=record.scope,
            grant=self._signer.sign(grant),
            source=ObjectRef(key=duerp_file_key(record.id), sha256=record.sha256, size=record.size),
            file_name=record.file_name,
            mapping="" if record.said == ImportMapping() else said,
        )

    async def _forget_file(self, identity: UUID) -> None:
        with suppress(VigieError):  # the sweep removes what is left
            await shield_until_done(self._store.delete(duerp_file_key(identity)))


async def forget_objects(store: ObjectStore, identity: UUID) -> None:
    """Remove an import's file and previews."""
    for prefix in (duerp_file_key(identity), previews_prefix(identity)):
        await store.delete(prefix)


def _require_keeper(desk: Desk) -> None:
    require(may_keep_duerp(desk.principal, desk.scope), scope=desk.scope)


def _check(said: ImportMapping) -> None:
    """Refuse what names something that does not exist, or is too long for a message.

    Raises:
        InvalidInput: it is.
    """
    unknown = {name for name in said.columns.values() if name is not None} - field_names()
    try:
        read_mapping(json.loads(said.model_dump_json()))
    except ValueError:
        raise InvalidInput(reason="duerp-mapping") from None
    if unknown or len(said.model_dump_json()) > MAX_MAPPING_CHARS:
        raise InvalidInput(reason="duerp-mapping")
