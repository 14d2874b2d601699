"""Sends requests with a token that may be renewed, and repeats those that are safe to repeat."""

import asyncio
import inspect
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from shared.client.errors import Problem
from shared.client.parsed_responses import ParsedResponses

TIMEOUT = httpx.Timeout(10, read=180, write=120)
"""Seconds. `read` is longer than a question may take; a stream that is alive says so every 15 s."""

LIMITS = httpx.Limits(max_connections=20)

Token = str | Callable[[], str] | Callable[[], Awaitable[str]]
"""A bearer token, or a function that returns one; it is called for each request, and again after a 401."""

_SAFE = {"GET", "HEAD", "PUT", "DELETE", "PATCH"}
_BUSY = {429, 502, 503}
_UNAUTHENTICATED = 401
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a request that is safe to repeat is sent, and the pauses in between.

    Attributes:
        attempts: most attempts, the first included.
        first_s: seconds before the second attempt, doubled for each further one, with jitter; `Retry-After` takes
            precedence.
        longest_s: longest pause, seconds; a server that asks for a longer one is given up.
        patience_s: how long in all a gateway is heeded that says that one asks more than one's share
            (`too-many-requests`): nothing was done then, and these attempts do not count.
    """

    attempts: int = 4
    first_s: float = 0.5
    longest_s: float = 30.0
    patience_s: float = 600.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, attempt: int, asked_for: float | None) -> float | None:
        """Seconds to wait after an attempt (counted from 1); None: give up."""
        if attempt >= self.attempts or (asked_for or 0) > self.longest_s:
            return None
        if asked_for is not None:
            return asked_for
        return min(self.first_s * 2.0 ** (attempt - 1), self.longest_s) * random.uniform(0.5, 1)  # noqa: S311


class Transport:
    """Sends requests to one gateway; `known` are the models of responses, where a process keeps them."""

    def __init__(
        self, http: httpx.AsyncClient, token: Token, retries: Retries, known: ParsedResponses | None = None
    ) -> None:
        self.http = http
        self.known = known
        self._token = token
        self._retries = retries

    async def send(self, method: str, url: str, *, safe: bool = False, **options: Any) -> httpx.Response:
        """Send a request; returns the response, which is a success, with its body read.

        Args:
            safe: the request may be repeated whatever its method: it has an idempotency key, or is idempotent.

        Raises:
            Problem: the gateway refused.
            httpx.TransportError: the gateway did not respond, or the connection was lost.
        """
        async with self.open(method, url, safe=safe or method in _SAFE, **options) as response:
            await response.aread()
        return response

    @asynccontextmanager
    async def open(self, method: str, url: str, *, safe: bool = False, **options: Any) -> AsyncIterator[httpx.Response]:
        """Send a request; yields the response with its body unread. Errors as `send`."""
        response = await self._attempts(method, url, safe, options)
        try:
            if not response.is_success:
                await response.aread()
                raise problem_of(response)
            yield response
        finally:
            await response.aclose()

    async def pause(self) -> None:
        """Sleep as before a second attempt."""
        await self._retries.sleep(self._retries.first_s)

    async def _attempts(self, method: str, url: str, safe: bool, options: dict[str, Any]) -> httpx.Response:
        attempt, waited = 0, 0.0
        while True:
            attempt += 1
            try:
                response = await self._authorized(method, url, options)
            except httpx.TransportError as error:
                # What never reached the gateway had no effect, whatever it was.
                unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
                pause = self._retries.pause(attempt, None) if safe or unsent else None
                if pause is None:
                    raise
            else:
                asked_for = _retry_after(response)
                pause = self._retries.pause(attempt, asked_for) if safe and response.status_code in _BUSY else None
                if waited < self._retries.patience_s and await _is_too_much(response):
                    attempt, pause = attempt - 1, self._retries.pause(0, asked_for)
                    waited += pause or 0.0
                if pause is None:
                    return response
                await response.aclose()
            await self._retries.sleep(pause)

    async def _authorized(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        token = await self._current()
        response = await self._once(method, url, token, options)
        if response.status_code == _UNAUTHENTICATED and callable(self._token):
            renewed = await self._current()
            if renewed != token:
                await response.aclose()
                return await self._once(method, url, renewed, options)
        return response

    async def _once(self, method: str, url: str, token: str, options: dict[str, Any]) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} | dict(options.get("headers") or {})
        request = self.http.build_request(method, url, **(options | {"headers": headers}))
        return await self.http.send(request, stream=True)

    async def _current(self) -> str:
        if isinstance(self._token, str):
            return self._token
        given = self._token()
        return await given if inspect.isawaitable(given) else given


def problem_of(response: httpx.Response) -> Problem:
    """The problem in a response whose body was read; without one, a problem made of the status."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"status": response.status_code, "title": response.reason_phrase or f"HTTP {response.status_code}"}
    return Problem(body, _retry_after(response))


async def _is_too_much(response: httpx.Response) -> bool:
    """Whether the gateway refused a request because the person or their unit asks more than their share."""
    if response.status_code != _TOO_MANY:
        return False
    await response.aread()
    return problem_of(response).code == "too-many-requests"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; the header may be a number of them or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
