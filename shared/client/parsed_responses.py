"""Models of long responses that were read lately: what has not changed is not read once more."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)

_LEAST_BYTES = 4_000
"""Shorter responses are read sooner than looked up."""


class ParsedResponses:
    """Models by their responses' bytes, for all clients of a process: equal bytes say the same to everybody.

    A model that is returned is shared, and must not be changed.

    Args:
        most_bytes: of responses whose models are kept, the latest; a model takes some times as much.
    """

    def __init__(self, most_bytes: int = 8_000_000) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._known: OrderedDict[tuple[type[BaseModel], bytes], tuple[BaseModel, int]] = OrderedDict()

    def read(self, model: type[Model], data: bytes, parse: Callable[[], Model]) -> Model:
        """Return the model of a response, by `parse` where it is not known."""
        if len(data) < _LEAST_BYTES:
            return parse()
        key: tuple[Any, bytes] = (model, hashlib.sha256(data).digest())
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return cast("Model", known[0])
        parsed = parse()
        self._known[key] = (parsed, len(data))
        self._bytes += len(data)
        while self._bytes > self._most_bytes:
            self._bytes -= self._known.popitem(last=False)[1][1]
        return parsed
