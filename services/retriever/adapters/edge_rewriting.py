"""An embedded index written anew, without what was deleted: the engine keeps that in its files and log.

<folder>/erasing           there is something to leave behind: a document was withdrawn
<folder>/index.new/        the index being written; removed at a start
<folder>/index.old/        the former one, for the moment between two renames
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import qdrant_edge as edge

SLICE = 100
"""Points copied by one operation, which takes some 50 ms: whoever asks meanwhile waits for one."""

PointId = int | UUID | str


def mark(folder: Path) -> None:
    """Note that the index holds what should not stay in its files."""
    (folder / "erasing").touch()


def is_marked(folder: Path) -> bool:
    return (folder / "erasing").exists()


def recover(folder: Path) -> None:
    """Bring the index to its place whatever a former process was killed at."""
    home, making, former = folder / "index", folder / "index.new", folder / "index.old"
    if not home.exists() and former.exists():
        former.rename(home)
    shutil.rmtree(making, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)


def begin(folder: Path, make: Callable[[Path], None], vectors: Sequence[edge.UpdateOperation]) -> edge.EdgeShard:
    """Return a new, empty index beside the one in use.

    Args:
        make: creates an index in a folder.
        vectors: create the vectors of each model.
    """
    making = folder / "index.new"
    shutil.rmtree(making, ignore_errors=True)
    make(making)
    new = edge.EdgeShard.load(str(making))
    for operation in vectors:
        new.update(operation)
    return new


def copy_some(shard: edge.EdgeShard, new: edge.EdgeShard, offset: PointId | None) -> PointId | None:
    """Copy the next slice of points from `offset` on; return where the one after it begins, None after the last."""
    request = edge.ScrollRequest(offset, SLICE, None, with_payload=True, with_vector=True)
    records, following = shard.scroll(request)
    points = [edge.Point(each.id, each.vector or {}, each.payload or {}) for each in records]
    if points:
        new.update(edge.UpdateOperation.upsert_points(points))
    return following


def replace(shard: edge.EdgeShard, new: edge.EdgeShard, folder: Path) -> edge.EdgeShard:
    """Put the new index in the place of the one in use, and open it there."""
    home, making, former = folder / "index", folder / "index.new", folder / "index.old"
    new.flush()
    new.close()
    shard.close()
    home.rename(former)
    making.rename(home)
    (folder / "erasing").unlink(missing_ok=True)
    shutil.rmtree(former, ignore_errors=True)
    return edge.EdgeShard.load(str(home))
