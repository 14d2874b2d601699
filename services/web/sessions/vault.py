"""Keeps small things for one browser: sealed with the key that its cookie alone has, until they end."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from services.web.sessions.ports import SealedStore
from services.web.sessions.sealing import key_of

Model = TypeVar("Model", bound=BaseModel)


class Vault:
    """What cookies open."""

    def __init__(self, store: SealedStore) -> None:
        self._store = store

    async def keep(self, cookie: str, content: BaseModel, ends_at: datetime, group: str | None = None) -> None:
        """Keep the content of a cookie, or its newer one.

        Args:
            group: what it can be ended by from elsewhere, such as the issuer's name of its session.
        """
        key = key_of(cookie)
        if key is not None:
            await self._store.put(key.name, key.seal(content.model_dump_json().encode()), ends_at, group)

    async def open(self, cookie: str | None, model: type[Model]) -> Model | None:
        """Return the content of a cookie; None for one that opens nothing, or nothing any more."""
        key = key_of(cookie or "")
        sealed = await self._store.get(key.name) if key is not None else None
        content = key.open(sealed) if key is not None and sealed is not None else None
        return model.model_validate_json(content) if content is not None else None

    async def drop(self, cookie: str | None) -> None:
        """Drop the content of a cookie: it opens nothing from now on."""
        key = key_of(cookie or "")
        if key is not None:
            await self._store.delete(key.name)

    async def drop_group(self, group: str) -> int:
        """Drop all contents of a group; how many there were."""
        return await self._store.delete_group(group)

    async def sweep(self, now: datetime) -> int:
        """Drop what has ended; how many there were."""
        return await self._store.delete_ended(now)
