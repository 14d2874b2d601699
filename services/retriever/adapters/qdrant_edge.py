"""Index in this process, on disk: Qdrant's engine as a library (ports: PassageReader, VersionWriter, ModelVectors).

    <folder>/lock              held while the index is open: one process at a time
    <folder>/index/            the engine's files
    <folder>/index.new/        an index being created or written anew: see edge_rewriting.py
    <folder>/models.json       the embedding models that have vectors; absent before the first passages

Every search compares all readable vectors: exact, and a few ms for the 13,000 passages of a code. A graph (HNSW) would
take a minute to build in this process, and the binding holds Python's lock meanwhile: an index that needs one belongs
on a server. For the same lock one thread does everything, and long changes go in slices with pauses between them.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

import qdrant_edge as edge
from filelock import FileLock, Timeout

from services.retriever.adapters import edge_files, edge_rewriting
from services.retriever.adapters.edge_points import KnownPoints, number_of
from services.retriever.adapters.edge_requests import (
    dense_vectors,
    matches,
    model_added,
    model_removed,
    payloads_of,
    point,
    readable_in,
    request,
    sequence_up_to,
    within,
)
from services.retriever.adapters.payload import KEYWORDS, SPARSE, dense_name, head_id, head_of, payload_of_head
from services.retriever.model_check import has_vectors_of
from services.retriever.ports import Head, Hit, IndexedPassage, Query, Version
from services.retriever.write_locks import WriteLocks
from shared.contracts.identities import point_id
from shared.contracts.index import EmbeddingModel
from shared.disk.ports import Room
from shared.disk.reserve import UNWATCHED
from shared.errors import IndexUnavailable, InsufficientStorage, Unavailable
from shared.storage.folder import FULL
from shared.storage.private import make_private_folder

logger = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

_SLICE = 500
"""Points changed by one operation, which takes some 20 ms."""

_NEVER_KB = 2**40
"""Size from which a graph is built, KB: never reached."""

PointId = int | UUID | str

_Change = Callable[[list[PointId]], edge.UpdateOperation]


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
        self._models: tuple[EmbeddingModel, ...] = ()
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
        if not has_vectors_of(self._models, model):
            return [[] for _ in queries]
        return await self._run(self._query, queries, readable_in(scopes, self._hidden), dense_name(model))

    async def head(self, document: UUID) -> Head:
        return await self._run(_read_head, document)

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
            await self._write(self._remove_model, model)

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
        await self._write(_write_head, version.document, Head(version.sequence, version.id, head.withdrawn))
        await self._flushed()
        return True

    async def _withdraw(self, document: UUID, up_to: int) -> None:
        head = await self.head(document)
        own = matches("document", str(document))
        leaves = head.live <= up_to
        points = await self._run(_select, edge.Filter(must=[own]))
        if head.live or points:
            edge_rewriting.mark(self._folder)
        with self._hiding(head.version if leaves else None):
            await self._change(edge.Filter(must=[own, sequence_up_to(up_to)]), edge.UpdateOperation.delete_points)
            if leaves:  # what a newer version, not whole yet, has in common with the one that leaves
                await self._change(edge.Filter(must=[own]), _make_unreadable)
        live, version = (0, None) if leaves else (head.live, head.version)
        await self._write(_write_head, document, Head(live, version, max(head.withdrawn, up_to)))
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

    async def _change(self, selected: edge.Filter, change: _Change) -> None:
        rest = await self._write(_change_some, selected, change)
        for start in range(0, len(rest), _SLICE):
            await self._write(_apply, change(rest[start : start + _SLICE]))

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
            raise _translated(error) from error

    def _in_use(self) -> edge.EdgeShard:
        if self._shard is None:
            raise IndexUnavailable(reason="closed")
        return self._shard

    def _open(self) -> None:
        home, making = self._folder / "index", self._folder / "index.new"
        edge_rewriting.recover(self._folder)
        if not home.exists():
            self._room.check_start("index", edge_files.NEW_INDEX)
            _make(making)
            making.rename(home)
        self._room.check_start("index", edge_files.room_to_open(home))
        try:
            edge_files.allocate_ahead(home)
            self._shard = edge.EdgeShard.load(str(home))
            if (models := self._folder / "models.json").exists():
                self._models = tuple(EmbeddingModel.model_validate(each) for each in json.loads(models.read_bytes()))
                _update(self._shard, chain.from_iterable(map(model_added, self._models)))
            self._optimize(self._shard, home)
        except Exception as error:  # the binding raises nothing more precise
            if isinstance(failure := _translated(error), InsufficientStorage):
                raise failure from error
            raise IndexUnavailable(reason="damaged", folder=str(self._folder)) from error

    def _optimize(self, shard: edge.EdgeShard, home: Path) -> None:
        """Leave deleted points behind, now, while nobody waits for an answer; segments are copied for that."""
        try:
            self._room.check("index", edge_files.allocated_bytes(home))
        except Unavailable as error:
            logger.warning("the index is not tidied up: %s", error)
        else:
            shard.optimize()

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
        return edge_rewriting.begin(self._folder, _make, [*chain.from_iterable(map(model_added, self._models))])

    def _replace(self, shard: edge.EdgeShard, new: edge.EdgeShard) -> None:
        self._shard = None  # what fails from here on is mended at a start
        self._shard = edge_rewriting.replace(shard, new, self._folder)

    def _stage(
        self, shard: edge.EdgeShard, version: Version, passages: Sequence[IndexedPassage], model: EmbeddingModel
    ) -> int:
        self._room.check("index")
        self._add_model(shard, model)
        try:
            return _put(shard, version, passages, dense_name(model))
        finally:
            self._known.forget()

    def _add_model(self, shard: edge.EdgeShard, model: EmbeddingModel) -> None:
        """Write the file, then create the vectors' name: after a crash in between, `_open` creates it."""
        if model in self._models:
            return
        self._remember((*self._models, model))
        _update(shard, model_added(model))
        shard.flush()

    def _remove_model(self, shard: edge.EdgeShard, model: EmbeddingModel) -> None:
        """Remove the vectors, then the file's entry: after a crash in between, the removal is repeated."""
        if model not in self._models:
            return
        _update(shard, model_removed(model))
        shard.flush()
        self._remember(tuple(each for each in self._models if each != model))

    def _remember(self, models: tuple[EmbeddingModel, ...]) -> None:
        partial = self._folder / "models.json.new"
        partial.write_text(json.dumps([model.model_dump() for model in models]))
        partial.replace(self._folder / "models.json")
        self._models = models

    def _close(self) -> None:
        shard, self._shard, self._models = self._shard, None, ()
        if shard is not None:
            shard.flush()
            shard.close()


def _make(folder: Path) -> None:
    folder.mkdir(parents=True)
    config = edge.EdgeConfig(
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        optimizers=edge.EdgeOptimizersConfig(indexing_threshold=_NEVER_KB),
    )
    shard = edge.EdgeShard.create(str(folder), config)
    for field in KEYWORDS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.KeywordIndexParams(enable_hnsw=False)))
    shard.update(edge.UpdateOperation.create_field_index("sequence", edge.PayloadSchemaType.Integer))
    shard.flush()
    shard.close()


def _update(shard: edge.EdgeShard, operations: Iterable[edge.UpdateOperation]) -> None:
    for operation in operations:
        shard.update(operation)


def _read_head(shard: edge.EdgeShard, document: UUID) -> Head:
    records = shard.retrieve([head_id(document)], with_payload=True, with_vector=False)
    return head_of(records[0].payload if records else None)


def _write_head(shard: edge.EdgeShard, document: UUID, head: Head) -> None:
    shard.update(edge.UpdateOperation.upsert_points([edge.Point(head_id(document), {}, payload_of_head(head))]))


def _put(shard: edge.EdgeShard, version: Version, passages: Sequence[IndexedPassage], dense: str) -> int:
    """Insert new points; existing ones stay readable, get their vector, and move on to the newer version."""
    points = [point(version, passage, dense) for passage in passages]
    shard.update(edge.UpdateOperation.upsert_points(points, None, edge.UpdateMode.InsertOnly))
    shard.update(dense_vectors(version, passages, dense))
    taken_over = edge.Filter(
        must=[
            within(point_id(version.id, passage.ordinal) for passage in passages),
            sequence_up_to(version.sequence - 1),
        ]
    )
    shard.update(edge.UpdateOperation.set_payload_by_filter(taken_over, {"sequence": version.sequence}))
    own = edge.Filter(must=[matches("version", str(version.id)), edge.HasVectorCondition(dense)])
    return shard.count(edge.CountRequest(filter=own))


def _select(shard: edge.EdgeShard, selected: edge.Filter) -> list[PointId]:
    ids: list[PointId] = []
    offset: PointId | None = None
    while True:
        records, offset = shard.scroll(edge.ScrollRequest(offset, 10_000, selected, with_payload=False))
        ids += [record.id for record in records]
        if offset is None:
            return ids


def _change_some(shard: edge.EdgeShard, selected: edge.Filter, change: _Change) -> list[PointId]:
    """Change the first slice of the selected points; return the ids of the others."""
    ids = _select(shard, selected)
    if ids:
        shard.update(change(ids[:_SLICE]))
    return ids[_SLICE:]


def _apply(shard: edge.EdgeShard, operation: edge.UpdateOperation) -> None:
    shard.update(operation)


def _make_unreadable(ids: list[PointId]) -> edge.UpdateOperation:
    return edge.UpdateOperation.delete_payload(ids, ["readable"])


def _translated(error: Exception) -> Exception:
    """Translate the binding's bare exceptions, which it raises for disk errors; others are defects and stay."""
    if isinstance(error, OSError) and error.errno in FULL:
        return InsufficientStorage(part="index")
    if type(error) is not Exception:
        return error
    full = "no space left" in str(error).lower() or "disk quota" in str(error).lower()
    return InsufficientStorage(part="index") if full else IndexUnavailable(reason="the engine refused")
