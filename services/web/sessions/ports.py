"""What sessions ask of their store."""

from datetime import datetime
from typing import Protocol


class SealedStore(Protocol):
    """Sealed contents by the name that their key gives. Nobody opens one here without the browser's cookie."""

    async def put(self, name: str, sealed: bytes, ends_at: datetime, group: str | None) -> None:
        """Store a content, or its newer one."""
        ...

    async def get(self, name: str) -> bytes | None: ...

    async def delete(self, name: str) -> None: ...

    async def delete_group(self, group: str) -> int:
        """Delete the contents of a group; how many there were."""
        ...

    async def delete_ended(self, now: datetime) -> int:
        """Delete the contents that have ended; how many there were."""
        ...
