"""Files of DUERPs: written once for what they say, kept in the object store, waited for or come back for (ADR 53)."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import BytesIO
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile

from services.gateway.duerp.exports.asked import AskedFile, What, edition_name, file_name
from services.gateway.duerp.exports.door import door_sheet
from services.gateway.duerp.exports.duerp import Duerp
from services.gateway.duerp.exports.editions import Editions
from services.gateway.duerp.exports.formats import check_printed, written, written_report
from services.gateway.duerp.model import unit_id
from services.gateway.duerp.service import Desk
from services.gateway.duerp.versions.service import VersionService
from shared.contracts.object_layout import export_asked_key, export_file_key, export_files_prefix
from shared.errors import NotFound, VigieError
from shared.storage.ports import ObjectStore

_WRITERS = 2
"""Threads apart from asyncio's own, which six files would take for half a minute: bodies are parsed there."""

_MOST_FAILED = 100

Hold = Callable[[], Callable[[], None]]
"""Counts a file that is being written, and returns what ends that."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file with its name and type."""

    name: str
    media_type: str
    content: bytes


class ExportFiles:
    """Files of DUERPs. One of the same content is written once, whoever asks for it, and kept for some days.

    What is asked is stored before anyone hears that it was accepted: a replica that does not know of it begins it
    again, so that one that is killed loses nothing.
    """

    def __init__(self, versions: VersionService, store: ObjectStore) -> None:
        self._versions = versions
        self._store = store
        self._threads = ThreadPoolExecutor(_WRITERS, "export")
        self._writing: dict[UUID, asyncio.Task[WrittenFile]] = {}
        self._failed: dict[UUID, BaseException] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Let files be written; what is not written at the end is written where somebody comes back for it."""
        try:
            yield
        finally:
            tasks = list(self._writing.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def identity(self, desk: Desk, asked: AskedFile) -> UUID:
        """Return the id of the file that is asked for: of what it says, in its format and language.

        Raises:
            NotFound: there is no such version.
            AlteredVersion: it is not what was frozen.
        """
        stands_on = await self._editions(desk, asked).stands_on(asked)
        said = json.dumps([asked.model_dump(mode="json", exclude={"on"}), stands_on, _writer()], sort_keys=True)
        return uuid5(unit_id(desk.scope), said)

    async def kept(self, identity: UUID, asked: AskedFile) -> WrittenFile | None:
        """Return a file that was written already.

        Raises:
            StoreUnavailable: the store is down.
        """
        try:
            stored = await self._store.get(export_file_key(unit_id(asked.scope), identity))
        except NotFound:
            return None
        name, _, content = stored.partition(b"\n")
        return WrittenFile(name.decode(), asked.media_type, content)

    async def write(self, desk: Desk, asked: AskedFile, identity: UUID, hold: Hold) -> asyncio.Task[WrittenFile]:
        """Begin a file, or join who has begun it.

        Raises:
            VigieError: it was begun, nobody waited, and it failed; the next one begins it again.
            TooManyRequests: the person has as many as they may.
            InvalidInput: nothing is written of that in this format.
            StoreUnavailable: the store is down.
        """
        if asked.what is What.DOOR:
            check_printed(asked.kind)
        if (known := self._writing.get(identity)) is not None:
            return known
        if (failure := self._failed.pop(identity, None)) is not None:
            raise failure
        release = hold()
        task = self._writing[identity] = asyncio.create_task(self._write(desk, asked, identity))

        def ended(done: asyncio.Task[WrittenFile]) -> None:
            release()
            self._writing.pop(identity, None)
            if not done.cancelled() and (failure := done.exception()) is not None:
                self._failed = dict([*self._failed.items(), (identity, failure)][-_MOST_FAILED:])

        task.add_done_callback(ended)
        return task

    async def waited(
        self, identity: UUID, task: asyncio.Task[WrittenFile], wait_s: float | None = None
    ) -> WrittenFile | None:
        """Wait for a file, which is written on when nobody waits any more; None: it takes longer.

        Raises:
            VigieError: it could not be written.
        """
        done, _ = await asyncio.wait([task], timeout=wait_s)
        if not done:
            return None
        self._failed.pop(identity, None)
        return task.result()

    async def remember(self, asked: AskedFile, identity: UUID) -> None:
        """Store what is asked, for whoever comes back.

        Raises:
            StoreUnavailable: the store is down.
        """
        body = asked.model_dump_json().encode()
        await self._store.put(export_asked_key(identity), body, scope=asked.scope)

    async def asked(self, desk: Desk, identity: UUID) -> AskedFile:
        """Return what was asked for under an id.

        Raises:
            NotFound: nobody asked this unit for it, or it is long ago.
        """
        try:
            asked = AskedFile.model_validate_json(await self._store.get(export_asked_key(identity)))
        except NotFound:
            raise NotFound(what="export") from None
        if asked.scope != desk.scope:
            raise NotFound(what="export")
        return asked

    async def forget(self, scope: str) -> None:
        """Remove the files of a unit that were written; whoever asks for one has it written again.

        Raises:
            StoreUnavailable: some may remain; call again.
        """
        await self._store.delete(export_files_prefix(unit_id(scope)))

    async def _write(self, desk: Desk, asked: AskedFile, identity: UUID) -> WrittenFile:
        editions = self._editions(desk, asked)
        duerps = await editions.asked(asked)
        work = asyncio.get_running_loop().run_in_executor(self._threads, _content, asked, duerps)
        name = file_name(asked, None if asked.what is What.EXTRACT else duerps[0].edition)
        file = WrittenFile(name, asked.media_type, await work)
        try:
            key = export_file_key(unit_id(asked.scope), identity)
            await self._store.put(key, name.encode() + b"\n" + file.content, scope=asked.scope)
        except VigieError:
            return file  # a full disk keeps nothing, and refuses nobody what is written
        return file

    def _editions(self, desk: Desk, asked: AskedFile) -> Editions:
        return Editions(desk, self._versions, asked.language)


def _content(asked: AskedFile, duerps: Sequence[Duerp]) -> bytes:
    match asked.what:
        case What.WHOLE:
            return written(duerps[0], asked.kind, asked.language)
        case What.DOOR:
            assert asked.work_unit is not None
            return written_report(door_sheet(duerps[0], asked.work_unit, asked.language), asked.kind)
        case What.EXTRACT:
            return _zipped(asked, duerps)


def _zipped(asked: AskedFile, duerps: Sequence[Duerp]) -> bytes:
    file, unit = BytesIO(), asked.scope.partition(":")[2]
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for duerp in duerps:
            name = f"{edition_name(unit, duerp.edition)}.{asked.kind.value}"
            archive.writestr(name, written(duerp, asked.kind, asked.language))
    return file.getvalue()


@cache
def _writer() -> str:
    """Return what differs when a release writes files otherwise: a digest of what writes them, words included."""
    found = hashlib.sha256()
    for package in ("services.gateway.duerp.exports", "shared.language.catalogues", "shared.duerp"):
        for each in sorted(resources.files(package).iterdir(), key=lambda file: file.name):
            if each.is_file():
                found.update(each.read_bytes())
    return found.hexdigest()
