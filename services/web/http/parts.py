"""What a route asks for: a part of the service by its class."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import TypeVar, cast

from fastapi import FastAPI, Request

T = TypeVar("T")


def provide(app: FastAPI, *parts: object) -> None:
    """Give parts to an application's routes, each found by its class."""
    app.state.parts = {**getattr(app.state, "parts", {}), **{type(part): part for part in parts}}


@cache
def provided(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """The dependency that finds the part of this class: `Annotated[Sessions, Depends(provided(Sessions))]`."""

    async def find(request: Request) -> T:
        parts: Mapping[type[object], object] = request.app.state.parts
        return cast("T", parts[kind])

    return find
