"""The issuer's keys over HTTP: fetched seldom, once at a time, and remembered while the issuer is down.

Source of the rules: S2 and S6 (keys from the configured address alone; one fetch per cool-down for an unknown `kid`),
fault 18 (known keys go on working while the issuer is down, for a bounded time).
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ssl import SSLContext, create_default_context

import httpx
import jwt

from services.gateway.http.key_set import signature_keys
from services.gateway.settings import JwksSettings
from shared.errors import Unavailable, VigieError

logger = logging.getLogger("vigie.gateway")

_MAX_BYTES = 256 * 1024
_RETRY_S = 5.0
"""Pause between two tries while there is no key to go by; nobody can enter anyway."""


class JwksHttp:
    """Port: services.gateway.http.auth.KeySet.

    Args:
        clock: seconds, monotonic.
        transport: of the HTTP client, for tests.
    """

    def __init__(
        self,
        url: str,
        settings: JwksSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._settings = settings
        self._clock = clock
        self._transport = transport
        self._http: httpx.AsyncClient | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._reached = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Be connected for as long as this lasts; errors as `open`."""
        try:
            await self.open()
            yield
        finally:
            await self.close()

    async def open(self) -> None:
        """Connect and fetch the keys once; an issuer that is still down is asked again by the first token."""
        self._http = httpx.AsyncClient(
            timeout=self._settings.timeout_s,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=False,
            trust_env=False,
            verify=await asyncio.to_thread(self._trusted),
            transport=self._transport,
        )
        await self._refreshed()

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of this id, None when the issuer has no such key.

        Raises:
            Unavailable: the issuer does not answer, and what is known from before is none or too old to go by.
        """
        known = self._keys.get(kid) if self._age() < self._settings.ttl_s else None
        if known is None:
            await self._refreshed()
            known = self._keys.get(kid) if self._age() < self._settings.ttl_s else None
        elif self._age() >= self._settings.refresh_s:
            self._start_fetch()  # whoever holds a good key does not wait for it
        if known is None and not self._reached:
            raise Unavailable(part="jwks")
        return known

    async def finding(self) -> VigieError | None:
        """Return what is wrong with the issuer, asked again where it did not answer the last time."""
        if self._http is not None and not self._reached:
            await self._refreshed()
        return None if self._reached or self._http is None else Unavailable(part="issuer")

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    async def _refreshed(self) -> None:
        task = self._start_fetch()
        if task is not None:
            await asyncio.shield(task)  # one caller that hangs up must not end it for the others

    def _start_fetch(self) -> asyncio.Task[None] | None:
        """The fetch that is under way, or a new one unless the last is too recent."""
        if self._fetching is None or self._fetching.done():
            pause = self._settings.cooldown_s if self._age() < self._settings.ttl_s else _RETRY_S
            if self._clock() - self._tried_at < pause:
                return None
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._fetch())
        return self._fetching

    async def _fetch(self) -> None:
        """Take over the issuer's keys; whatever goes wrong leaves those that are known."""
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                keys = signature_keys(await self._download())
        except (httpx.HTTPError, OSError, ValueError, TimeoutError) as error:
            self._reached = False
            logger.warning("the issuer's keys could not be fetched: %s", type(error).__name__)
            return
        self._keys, self._reached, self._fetched_at = keys, True, self._clock()

    async def _download(self) -> bytes:
        if self._http is None:
            raise OSError("closed")
        async with self._http.stream("GET", self._url, headers={"accept": "application/json"}) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"status {response.status_code}")
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MAX_BYTES:
                    raise ValueError("too large")
            return bytes(content)

    def _trusted(self) -> SSLContext:
        return create_default_context(cafile=self._settings.ca_file)
