"""Errors of Qdrant's client, as errors of the index's ports."""

import functools
import re
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from shared.errors import IndexUnavailable, InsufficientStorage, StoreRefused

T = TypeVar("T")
P = ParamSpec("P")

_REFUSED = frozenset({401, 403})
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER_ERROR = 500
_FULL = 507


@runtime_checkable
class Forgetful(Protocol):
    """An index that knows something of its collection."""

    def forget(self) -> None: ...


def translating(call: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Wrap a method so that the client's errors (server down, slow, full, refusing) become errors of the port."""

    @functools.wraps(call)
    async def translated(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await call(*args, **kwargs)
        except UnexpectedResponse as error:
            if error.status_code == _FULL or b"no space left" in error.content.lower():
                raise InsufficientStorage(part="index") from error
            if error.status_code in _REFUSED:  # an operator can mend the key, and nothing is lost until then
                raise StoreRefused(part="index") from error
            if error.status_code == _NOT_FOUND and b"collection" in error.content.lower():
                _forget(args)
                raise IndexUnavailable(reason="no-collection") from error
            if error.status_code == _TOO_MANY or (error.status_code or 0) >= _SERVER_ERROR:
                raise IndexUnavailable(reason=f"status {error.status_code}") from error
            raise
        except ValueError as error:  # of the client's own engine
            if not re.fullmatch(r"Collection .* not found", str(error)):
                raise
            _forget(args)
            raise IndexUnavailable(reason="no-collection") from error
        except (ResponseHandlingException, QdrantException, OSError) as error:
            raise IndexUnavailable(reason="unreachable") from error

    return translated


def _forget(args: tuple[object, ...]) -> None:
    """Have the index whose method was called make its collection anew."""
    if args and isinstance(args[0], Forgetful):
        args[0].forget()
