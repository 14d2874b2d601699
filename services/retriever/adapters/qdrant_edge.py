"""Index in this process, on disk: Qdrant's engine as a library (all ports of an index).

    <folder>/lock              held while the index is open: one process at a time
    <folder>/index/            the engine's files
    <folder>/index.new/        an index being created or written anew: see edge_rewriting.py
    <folder>/models.json       the embedding models that have vectors (edge_models.py); absent before the first passages

Every search compares all readable vectors: exact, and a few ms for the 13,000 passages of a code. A graph (HNSW) would
take a minute to build in this process, and the binding holds Python's lock meanwhile: an index that needs one belongs
on a server. For the same lock one thread does everything, and long changes go in slices with pauses between them.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import qdrant_edge as edge
from filelock import FileLock, Timeout

from services.retriever.adapters import edge_files, edge_rewriting, edge_shard
from services.retriever.adapters.edge_models import IndexedModels
from services.retriever.adapters.edge_points import KnownPoints, number_of
from services.retriever.adapters.edge_requests import matches, payloads_of, readable_in, request, sequence_up_to
from services.retriever.adapters.payload import dense_name
from services.retriever.model_check import has_vectors_of
from services.retriever.ports import Head, Hit, IndexedPassage, Query, Version
from services.retriever.write_locks import WriteLocks
from shared.contracts.index import EmbeddingModel
from shared.disk.ports import Room
from shared.disk.reserve import UNWATCHED
from shared.errors import IndexEmpty, IndexUnavailable, InsufficientStorage, Unavailable, VigieError
from shared.storage.private import make_private_folder

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")


class EdgeIndex:
    """Stores passages in `folder`; usable within `opened()`.

    Args:
        rewrite_period_s: time between two looks whether the files hold what was withdrawn, seconds; 0: never.
        room: tells whether the disk has room for what is written.
    """

    def __init__(self, folder: Path, rewrite_period_s: float = 0, room: Room = UNWATCHED) -> None:
        self._folder = folder
        self._room = room
        self._rewrite_period_s = rewrite_period_s
        self._locks = WriteLocks()
        self._thread: ThreadPoolExecutor | None = None
        self._shard: edge.EdgeShard | None = None
        self._models = IndexedModels(folder / "models.json")
        self._hidden: frozenset[UUID] = frozenset()
        self._flushing: asyncio.Future[None] | None = None
        self._known = KnownPoints()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the index, or create it.

        Raises:
            IndexUnavailable: another process has the index open, or its files are damaged.
            NoRoomToStart: the disk has no room for what opening it writes.
        """
        make_private_folder(self._folder)
        try:
            lock = FileLock(self._folder / "lock", mode=0o600).acquire(blocking=False)
        except Timeout as error:
            raise IndexUnavailable(reason="in use by another process", folder=str(self._folder)) from error
        with lock, ThreadPoolExecutor(1, "index") as thread:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(thread, self._open)
            self._thread = thread
            rewriting = asyncio.create_task(self._rewrite_in_time())
            try:
                yield
            finally:
                rewriting.cancel()
                await asyncio.wait([rewriting])
                self._thread = None
                await loop.run_in_executor(thread, self._close)

    async def query(self, model: EmbeddingModel, queries: Sequence[Query], scopes: frozenset[str]) -> list[list[Hit]]:
        if not has_vectors_of(self._models.all, model):
            return [[] for _ in queries]
        return await self._run(self._query, queries, readable_in(scopes, self._hidden), dense_name(model))

    async def head(self, document: UUID) -> Head:
        return await self._run(edge_shard.read_head, document)

    async def stage(self, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel) -> int:
        async with self._locks.document(version.document):
            count = await self._run(self._stage, version, passages, model)
            await self._flushed()
        return count

    async def promote(self, version: Version) -> bool:
        """Promote at one moment: searches see the whole older version before it, the whole new one after it."""
        async with self._locks.document(version.document):
            return await self._promote(version)

    async def withdraw(self, document: UUID, up_to: int) -> None:
        async with self._locks.document(document):
            await self._withdraw(document, up_to)

    async def drop(self, model: EmbeddingModel) -> None:
        async with self._locks.exclusive():
            await self._write(self._models.remove, model)

    async def outdated(self, version: int, limit: int) -> list[str]:
        return await self._run(edge_shard.outdated, version, limit)

    async def renew(self, names: Mapping[str, tuple[str, ...]], version: int) -> None:
        async with self._locks.exclusive():
            await self._write(edge_shard.renew, names, version)
            await self._flushed()

    async def finding(self) -> VigieError | None:
        """Return what is wrong with the index; one whose folder was taken away is made anew, empty."""
        if self._thread is None:
            return None
        if not (self._folder / "index").exists():
            logger.warning("the folder of the index is gone: it is made anew, empty")
            async with self._locks.exclusive():
                await asyncio.get_running_loop().run_in_executor(self._thread, self._open_anew)
        return None if self._models.all else IndexEmpty()

    async def rewrite(self) -> None:
        """Write the files anew, without what was withdrawn; searches go on meanwhile, changes wait.

        Raises:
            IndexUnavailable, InsufficientStorage: the former files are still in use; call again.
        """
        async with self._locks.exclusive():
            if not edge_rewriting.is_marked(self._folder):
                return
            new = await self._run(self._begin_anew)
            offset = await self._write(edge_rewriting.copy_some, new, None)
            while offset is not None:
                offset = await self._write(edge_rewriting.copy_some, new, offset)
            await self._run(self._replace, new)

    async def _rewrite_in_time(self) -> None:
        while self._rewrite_period_s:
            await asyncio.sleep(self._rewrite_period_s)
            try:
                await self.rewrite()
            except Unavailable as error:
                logger.warning("the index could not be written anew: %s", error)

    async def _promote(self, version: Version) -> bool:
        head = await self.head(version.document)
        if head.is_past(version.sequence):
            return False
        own, document = matches("version", str(version.id)), matches("document", str(version.document))
        change = {"readable": version.scope, "sequence": version.sequence}
        replaced = head.version if head.version != version.id else None
        with self._hiding(version.id if head.version != version.id else None):
            await self._change(edge.Filter(must=[own]), lambda ids: edge.UpdateOperation.set_payload(ids, change))
        with self._hiding(replaced):
            older = edge.Filter(must=[document, sequence_up_to(version.sequence - 1)], must_not=[own])
            await self._change(older, edge.UpdateOperation.delete_points)
        await self._write(edge_shard.write_head, version.document, Head(version.sequence, version.id, head.withdrawn))
        await self._flushed()
        return True

    async def _withdraw(self, document: UUID, up_to: int) -> None:
        head = await self.head(document)
        own = matches("document", str(document))
        leaves = head.live <= up_to
        points = await self._run(edge_shard.select, edge.Filter(must=[own]))
        if head.live or points:
            edge_rewriting.mark(self._folder)
        with self._hiding(head.version if leaves else None):
            await self._change(edge.Filter(must=[own, sequence_up_to(up_to)]), edge.UpdateOperation.delete_points)
            if leaves:  # what a newer version, not whole yet, has in common with the one that leaves
                await self._change(edge.Filter(must=[own]), edge_shard.make_unreadable)
        live, version = (0, None) if leaves else (head.live, head.version)
        await self._write(edge_shard.write_head, document, Head(live, version, max(head.withdrawn, up_to)))
        await self._flushed()

    @contextmanager
    def _hiding(self, version: UUID | None) -> Iterator[None]:
        """Hide a version from all searches while its points change slice by slice."""
        if version is None:
            yield
            return
        self._hidden |= {version}
        try:
            yield
        finally:
            self._hidden -= {version}

    async def _change(self, selected: edge.Filter, change: edge_shard.Change) -> None:
        rest = await self._write(edge_shard.change_some, selected, change)
        for start in range(0, len(rest), edge_shard.SLICE):
            await self._write(edge_shard.apply, change(rest[start : start + edge_shard.SLICE]))

    async def _flushed(self) -> None:
        """Wait for the next flush to disk, shared by all waiting changes: a flush takes longer than a change."""
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._run(self._flush))
        await asyncio.shield(self._flushing)

    def _flush(self, shard: edge.EdgeShard) -> None:
        self._flushing = None  # what is changed from now on needs another one
        shard.flush()
        with suppress(OSError):  # the next change is refused, if there is no room for it
            edge_files.allocate_ahead(self._folder / "index")

    async def _write(self, work: Callable[Concatenate[edge.EdgeShard, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` that changes what is stored already, for which half of the reserve may be used."""

        def with_room(shard: edge.EdgeShard) -> T:
            self._room.check("index", urgent=True)
            try:
                return work(shard, *args, **kwargs)
            finally:
                self._known.forget()

        return await self._run(with_room)

    async def _run(self, work: Callable[Concatenate[edge.EdgeShard, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` in the thread, with the shard that is in use when its turn comes."""
        if self._thread is None:
            raise IndexUnavailable(reason="closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, lambda: work(self._in_use(), *args, **kwargs)
            )
        except Exception as error:
            raise edge_shard.translated(error) from error

    def _in_use(self) -> edge.EdgeShard:
        if self._shard is None:
            raise IndexUnavailable(reason="closed")
        return self._shard

    def _open(self) -> None:
        home, making = self._folder / "index", self._folder / "index.new"
        edge_rewriting.recover(self._folder)
        if not home.exists():
            self._room.check_start("index", edge_files.NEW_INDEX)
            edge_shard.create(making)
            making.rename(home)
        self._room.check_start("index", edge_files.room_to_open(home))
        try:
            edge_files.allocate_ahead(home)
            self._shard = edge.EdgeShard.load(str(home))
            self._models.read()
            edge_shard.update(self._shard, self._models.added())
            edge_shard.tidy_up(self._shard, home, self._room)
        except Exception as error:  # the binding raises nothing more precise
            if isinstance(failure := edge_shard.translated(error), InsufficientStorage):
                raise failure from error
            raise IndexUnavailable(reason="damaged", folder=str(self._folder)) from error

    def _query(
        self, shard: edge.EdgeShard, queries: Sequence[Query], readable: edge.Filter, dense: str
    ) -> list[list[Hit]]:
        answers = shard.query_batch(edge.QueryBatchRequest([request(query, readable, dense) for query in queries]))
        found = [[(number_of(each.id), each.score) for each in points] for points in answers]
        if unknown := self._known.unknown(queries, found):
            (records,) = shard.query_batch(edge.QueryBatchRequest([payloads_of(unknown, readable)]))
            self._known.learn((number_of(each.id), each.payload) for each in records)
        return self._known.hits(queries, found)

    def _begin_anew(self, shard: edge.EdgeShard) -> edge.EdgeShard:
        shard.flush()
        self._room.check("index", edge_files.NEW_INDEX + edge_files.allocated_bytes(self._folder / "index"))
        return edge_rewriting.begin(self._folder, edge_shard.create, [*self._models.added()])

    def _replace(self, shard: edge.EdgeShard, new: edge.EdgeShard) -> None:
        self._shard = None  # what fails from here on is mended at a start
        self._shard = edge_rewriting.replace(shard, new, self._folder)

    def _stage(
        self, shard: edge.EdgeShard, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel
    ) -> int:
        self._room.check("index")
        self._models.add(shard, model)
        try:
            return edge_shard.put(shard, version, passages, dense_name(model))
        finally:
            self._known.forget()

    def _open_anew(self) -> None:
        with suppress(Exception):  # what it cannot flush any more is gone with its folder
            self._close()
        self._known.forget()
        make_private_folder(self._folder)
        self._open()

    def _close(self) -> None:
        shard, self._shard = self._shard, None
        self._models.forget()
        if shard is not None:
            shard.flush()
            shard.close()
