"""Reads a streamed HTTP response as lines; any failure of a server is one error, in bounded memory and time.

Tries again at most twice, and only while no byte of an answer has come: after that a second try would write a second
answer. Redirects are not followed: they would take a question elsewhere. What a server says in an error is not read: it
may repeat the prompt, and would end in a log.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx

from services.generator.models.ports import INPUT_REFUSED
from shared.contracts.backends import BackendConfig
from shared.errors import ModelUnavailable

_RETRIES = 2
_FIRST_PAUSE_S = 0.1
_LONGEST_LINE = 256 * 1024
_LONGEST_ANSWER = 8 * 1024 * 1024
_SEND_S = 10.0
_OK = 200
_SERVER_ERROR = 500
_WORTH_A_RETRY = frozenset({408, 425, 429})
_OF_THE_INPUT = frozenset({400, 413, 422})


class LineStream:
    """An HTTP client of one model server.

    Args:
        config: whose address, key and time-outs it uses.
        media_type: that a streamed answer must have.
    """

    def __init__(self, config: BackendConfig, media_type: str) -> None:
        self._config = config
        self._media_type = media_type
        self._client: httpx.AsyncClient | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Make the connection pool; nothing is sent."""
        times = self._config.timeouts
        # The reader has time-outs for tokens; this one is behind it, for a server that is silent in between.
        quiet = max(times.first_token, times.between_tokens) + _SEND_S
        timeout = httpx.Timeout(quiet, connect=times.connect, write=_SEND_S, pool=times.connect)
        limits = httpx.Limits(max_connections=self._config.slots + 1, max_keepalive_connections=self._config.slots)
        headers = {"accept": self._media_type, "accept-encoding": "identity", **self._config.authorization}
        async with httpx.AsyncClient(
            headers=headers, timeout=timeout, limits=limits, follow_redirects=False, trust_env=False
        ) as self._client:
            yield

    async def lines(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        """Yield the lines of the response, without their ends. Closing the generator closes the connection.

        Raises:
            ModelUnavailable: with the reason.
        """
        for attempt in range(_RETRIES + 1):
            begun = False
            try:
                async with aclosing(self._bytes(path, body)) as received, aclosing(self._split(received)) as lines:
                    async for line in lines:
                        begun = True
                        yield self._decoded(line)
            except _Retryable as error:
                if begun or attempt == _RETRIES:
                    raise self.failure(error.reason) from error
            else:
                return
            await asyncio.sleep(_FIRST_PAUSE_S * 2**attempt)

    async def _bytes(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        assert self._client is not None, "opened() comes first"
        begun = False
        try:
            async with self._client.stream("POST", f"{self._config.address}{path}", json=body) as response:
                self._check(response)
                async for received in response.aiter_bytes():
                    begun = True
                    yield received
        except httpx.HTTPError as error:
            reason = _reason(error)
            raise (self.failure(reason) if begun else _Retryable(reason)) from error

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status >= _SERVER_ERROR or status in _WORTH_A_RETRY:
            raise _Retryable(f"status {status}")
        if status in _OF_THE_INPUT:
            raise self.failure(INPUT_REFUSED)
        if status != _OK:
            raise self.failure(f"status {status}")
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != self._media_type:
            raise self.failure("content-type")

    async def _split(self, received: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        """Lines; a character may be cut between two pieces, never within a line. An unfinished last line is one too."""
        buffer, total = b"", 0
        async for piece in received:
            total += len(piece)
            *whole, buffer = (buffer + piece).split(b"\n")
            if total > _LONGEST_ANSWER or any(len(line) > _LONGEST_LINE for line in (*whole, buffer)):
                raise self.failure("too-long")
            for line in whole:
                yield line.rstrip(b"\r")
        if buffer:
            yield buffer

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            raise self.failure("malformed") from error

    def failure(self, reason: str) -> ModelUnavailable:
        return ModelUnavailable(backend=self._config.name, reason=reason)


class _Retryable(Exception):
    """The request failed before the first byte of the response."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return "connect"
    return "timeout" if isinstance(error, httpx.TimeoutException) else "connection lost"
