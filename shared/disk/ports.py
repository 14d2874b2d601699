"""Ports of the disks: what measures them, and what whoever writes asks before it does."""

from pathlib import Path
from typing import Literal, Protocol

Part = Literal["database", "index", "objects"]
"""What lies in a folder of this machine."""


class Disk(Protocol):
    """Measures disks; adapter: local_disk.py, a fake: tests/fakes/shared.py."""

    def free_bytes(self, folder: Path) -> int:
        """Return the bytes that may still be written on the disk of a folder, which may not exist yet.

        Raises:
            StoreUnavailable: the disk does not tell.
        """
        ...


class Room(Protocol):
    """What a store asks before it writes. It may wait for the disk: not for the event loop's thread."""

    def check(self, part: Part, coming: int = 0, *, urgent: bool = False) -> None:
        """Check that so many bytes leave the reserve whole; nothing is checked of a part that is not watched.

        Args:
            coming: bytes that are to be written, as far as that is known.
            urgent: what frees room, or cannot wait, may use half of the reserve.

        Raises:
            DiskReserveReached: they do not.
            StoreUnavailable: the disk does not tell.
        """
        ...

    def check_start(self, part: Part, needed: int) -> None:
        """Check that there is room to open a part, whatever becomes of the reserve.

        Args:
            needed: bytes that opening it may take.

        Raises:
            NoRoomToStart: there is not.
            StoreUnavailable: the disk does not tell.
        """
        ...


class Admission(Protocol):
    """What a service asks before it accepts work, or begins what it was given."""

    async def admit(self, *parts: Part, coming: int = 0) -> None:
        """Check, beside the event loop, that there is room for work that fills these parts; all without any.

        Raises:
            DiskReserveReached: there is not.
            StoreUnavailable: a disk does not tell.
        """
        ...
