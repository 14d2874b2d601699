"""The issuer's keys from a JWKS file, read again when the file changes."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

import jwt

from services.gateway.http.key_set import signature_keys
from shared.errors import Unavailable


class JwksFile:
    """Port: services.gateway.http.auth.KeySet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1
        self._keys: dict[str, jwt.PyJWK] = {}

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Nothing is kept open."""
        return nullcontext()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id, None when the issuer has no such key.

        Raises:
            Unavailable: the file cannot be read and no key is known from before.
        """
        try:
            changed_at = self._path.stat().st_mtime_ns
            if changed_at != self._read_at:
                self._keys = signature_keys(await asyncio.to_thread(self._path.read_bytes))
                self._read_at = changed_at
        except (OSError, ValueError) as error:
            if not self._keys:
                raise Unavailable(part="jwks") from error
        return self._keys.get(kid)
