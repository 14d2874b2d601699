"""Disks of this machine, as the operating system sees them."""

import os
from pathlib import Path

from shared.errors import StoreUnavailable


class LocalDisk:
    """Port: shared.disk.ports.Disk. A quota of the account shows in the errors of a write alone."""

    def free_bytes(self, folder: Path) -> int:
        try:
            while not folder.exists():
                folder = folder.parent
            found = os.statvfs(folder)
        except OSError as error:
            raise StoreUnavailable from error
        return found.f_bavail * found.f_frsize
