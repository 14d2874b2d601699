"""A disk of a few megabytes, a tmpfs in a mount namespace of its own: for one process, or as long as a test takes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_MOUNT = 'mount -t tmpfs -o size={}m tmpfs "$0"'


def on_small_disk(folder: Path, megabytes: int, *command: str) -> list[str]:
    """Return the command line that runs `command` with a tmpfs of this size at `folder`, as root or as anybody."""
    return ["unshare", *_namespaces(), "sh", "-c", f'{_MOUNT.format(megabytes)} && exec "$@"', str(folder), *command]


@dataclass(frozen=True)
class SmallDisk:
    """A tmpfs in the namespace of a process that holds it.

    Attributes:
        folder: where it is mounted, for commands that run inside.
        seen: where every other process finds it.
    """

    folder: Path
    seen: Path
    _holder: int

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.seen)
        return found.f_bavail * found.f_frsize

    @property
    def used_bytes(self) -> int:
        found = os.statvfs(self.seen)
        return (found.f_blocks - found.f_bfree) * found.f_frsize

    def inside(self, *command: str) -> tuple[str, ...]:
        """Return the command line that runs `command` where the disk is mounted."""
        as_anybody = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
        return ("nsenter", "--target", str(self._holder), *as_anybody, "--mount", *command)

    def resize(self, megabytes: int) -> None:
        """Give it this size; what is on it stays."""
        remount = ("mount", "-o", f"remount,size={megabytes}m", str(self.folder))
        subprocess.run(self.inside(*remount), check=True, timeout=10)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A small disk; it is gone afterwards with all that is on it.

    Args:
        folder: an empty one, where the disk is mounted in its own namespace alone.
    """
    command = on_small_disk(folder, megabytes, "sh", "-c", "echo mounted; exec cat")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"mounted\n", "a tmpfs could not be mounted"
            seen = Path(f"/proc/{holder.pid}/root") / folder.absolute().relative_to("/")
            yield SmallDisk(folder, seen, holder.pid)
        finally:
            holder.stdin.close()
            holder.kill()


def _namespaces() -> tuple[str, ...]:
    return ("--mount",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount")
