"""Files and folders for their owner alone, whatever the umask of the process is."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_OWNER_ALONE = 0o077
"""A umask that leaves nothing to the group and to others."""


def make_private_folder(path: Path, *, for_group: bool = False) -> None:
    """Make a folder, and those above it that are missing, each for its owner alone.

    Args:
        for_group: the group may use them too; what an administrator set (`setgid`) is inherited and kept.
    """
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:  # another process was quicker, and it is that one's
            continue
        if for_group:
            folder.chmod(0o770 | (folder.stat().st_mode & stat.S_ISGID))


def open_private(path: Path, *, for_group: bool = False) -> BinaryIO:
    """Create a file for its owner alone, or empty it, and open it to be written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    if for_group:
        os.fchmod(descriptor, 0o660)
    return os.fdopen(descriptor, "wb")


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner's eyes alone."""
    partial = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    partial.replace(path)


def close_to_others(folder: Path) -> None:
    """Take a folder of ours away from the group and from others; what lies below is out of their reach then."""
    found = folder.stat()
    if found.st_uid == os.geteuid() and found.st_mode & _OWNER_ALONE:
        folder.chmod(stat.S_IMODE(found.st_mode) & ~_OWNER_ALONE)


def keep_new_files_private() -> None:
    """Let whatever this process creates from now on, by any library, be for its owner alone."""
    os.umask(_OWNER_ALONE)


@contextmanager
def private_new_files() -> Iterator[None]:
    """Let whatever this process creates within the context be for its owner alone."""
    former = os.umask(_OWNER_ALONE)
    try:
        yield
    finally:
        os.umask(former)
