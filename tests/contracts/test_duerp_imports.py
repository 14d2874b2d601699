"""Imports in the gateway's database, on SQLite and, where VIGIE_TEST_POSTGRES names one, on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

from services.gateway.database.engine import Database
from services.gateway.database.ports import Slice
from services.gateway.duerp.imports.progress import ImportProgress
from services.gateway.duerp.imports.service import ImportService, UploadedFile
from services.gateway.duerp.imports.sql import SqlImportCatalogue, SqlImportRows
from services.gateway.duerp.imports.views import names_in
from services.gateway.duerp.imports.writing import ImportWriting
from services.gateway.duerp.ports import EntrySearch
from services.gateway.duerp.service import Match
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.outbox.unit_of_work import SqlUnitsOfWork
from shared.contracts.duerp_files import DuerpFileSubmitted
from shared.disk.reserve import UNWATCHED
from shared.http_api.duerp.entries import EntryKind
from shared.http_api.duerp.imports import ImportMapping, ImportState
from tests.contracts.test_duerp_repository import desk_of
from tests.contracts.test_repositories import database  # noqa: F401 (a fixture)
from tests.fakes.shared import MemoryStore, grant_keys
from tests.support.duerp_files import DuerpFileReader

FILE = "Unité de travail;Famille;Danger;Action\n" + "".join(f"Labo;Bruit;Pompe {n};Capoter\n" for n in range(1200))
ANY = Match(any_revision=True)


async def chunks() -> AsyncIterator[bytes]:
    yield FILE.encode()


async def test_an_import_is_read_written_once_by_two_at_once_and_taken_back(database: Database) -> None:  # noqa: F811
    desk, store = desk_of(database, f"U{uuid4().hex[:8]}"), MemoryStore()
    signer, verifier = grant_keys()
    work = SqlUnitsOfWork(database, SqlImportRows.within, lambda: None)
    imports = ImportService(work, SqlImportCatalogue(database), SqlIdempotency(database), store, signer, UNWATCHED)
    writing, progress = ImportWriting(work, imports), ImportProgress(work, store)
    begun = await imports.begin(desk, UploadedFile(chunks(), len(FILE), "duerp.csv", ImportMapping()), "once")
    (event,) = [
        each.event
        for each in await SqlOutbox(database).due(10)
        if isinstance(each.event, DuerpFileSubmitted) and each.event.import_id == begun.id
    ]
    report = await DuerpFileReader(verifier, store).report(event)
    await asyncio.gather(progress.read(report), progress.read(report))
    read = await imports.find(desk, begun.id)
    assert (read.state, read.revision, read.counts and read.counts["lines"]) == (ImportState.TO_CONFIRM, 2, 1200)
    assert [each.id for each in await imports.page(desk, Slice(limit=10))] == [begun.id]

    names, match = names_in("fr"), Match(frozenset({2}))
    once, twice = await asyncio.gather(
        writing.write(desk, begun.id, names, match, replace=False),
        writing.write(desk, begun.id, names, match, replace=False),
    )
    assert once == twice
    lines = await desk.page(EntrySearch(kind=EntryKind.LINE, limit=2000))
    assert len(lines) == len({line.id for line in lines}) == 1200
    assert [line.content.model_dump()["hazard"] for line in lines[:3]] == ["Pompe 0", "Pompe 1", "Pompe 2"]

    back = await writing.take_back(desk, begun.id, "mauvais fichier", ANY)
    assert (back.state, back.written and back.written["taken_back"]) == (ImportState.TAKEN_BACK, 2401)
    assert not await desk.entries()
    assert store.objects == {}
