"""What a request to measure is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

from lab.duerp.filled import UNIT

ROOT = f"/v1/duerp/{UNIT}"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: what it is called, which route it is of, what sends it; `prepare` comes before and is not measured."""

    name: str
    route: str
    send: Callable[[], Awaitable[httpx.Response]]
    prepare: Callable[[], Awaitable[None]] | None = None
