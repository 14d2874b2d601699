"""Files of an embedded index, and the room that they really have.

The engine makes its files of their full size and maps them into memory, but the disk gives a page when it is written
first: 210 MB in size, an index of no passages has .1 MB on ext4. A page that a full disk cannot give ends the process
by SIGBUS, without an error that anybody could handle. So room is allocated ahead of what is written; what a load
reads counts as written, since a file system in memory (tmpfs) gives pages to whoever reads them, too.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEW_INDEX = 48 * 1024 * 1024
"""Bytes that an index of nothing takes, once it is open: 39 MB were measured on tmpfs."""

_AHEAD = 1024 * 1024
"""Bytes allocated behind the last that was written; a batch of 64 passages writes up to .2 MB to each of four files."""

_READ_WHOLE = 4 * 1024 * 1024
"""Largest file that a load reads from end to end, besides the chunks of vectors."""


@dataclass(frozen=True, slots=True)
class _SparseFile:
    """A file that has less room than its size says: `written` is where its last page ends."""

    path: Path
    size: int
    allocated: int
    written: int

    @property
    def ahead(self) -> int:
        """Where the room should end."""
        return self.size if self.size <= _READ_WHOLE else min(self.size, self.written + _AHEAD)

    @property
    def opened(self) -> int:
        """Where the room must end for the file to be opened."""
        return self.size if self.path.name.startswith("chunk_") else self.ahead


def room_to_open(folder: Path) -> int:
    """Return how many bytes the files of an index may take that they do not have yet, when it is opened."""
    return sum(max(0, each.opened - each.allocated) for each in _sparse_files(folder))


def allocate_ahead(folder: Path) -> None:
    """Give the files of an index the room that the next writes need.

    Raises:
        OSError: the disk is full; some files may have theirs.
    """
    for each in _sparse_files(folder):
        if each.ahead > each.written:
            _allocate(each.path, each.ahead)


def allocated_bytes(folder: Path) -> int:
    """Return the room that the files of an index have."""
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def _sparse_files(folder: Path) -> Iterator[_SparseFile]:
    for path in folder.rglob("*"):
        try:
            found = path.stat()
            allocated = found.st_blocks * 512
            if path.is_file() and allocated < found.st_size:
                yield _SparseFile(path, found.st_size, allocated, _end_of_data(path))
        except FileNotFoundError:  # the engine removes segments that it has merged
            continue


def _end_of_data(path: Path) -> int:
    """Return where the last hole of a file begins."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    end = 0
    try:
        while True:
            end = os.lseek(descriptor, os.lseek(descriptor, end, os.SEEK_DATA), os.SEEK_HOLE)
    except OSError:  # ENXIO: no data behind
        return end
    finally:
        os.close(descriptor)


def _allocate(path: Path, end: int) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.posix_fallocate(descriptor, 0, end)
    finally:
        os.close(descriptor)
