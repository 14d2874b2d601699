"""A disk of a few megabytes, seen by one child process alone: a tmpfs in a mount namespace of its own."""

import os
from pathlib import Path


def on_small_disk(folder: Path, megabytes: int, *command: str) -> list[str]:
    """Return the command line that runs `command` with a tmpfs of this size at `folder`, as root or as anybody."""
    namespaces = ("--mount",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount")
    mounted = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec "$@"'
    return ["unshare", *namespaces, "sh", "-c", mounted, str(folder), *command]
