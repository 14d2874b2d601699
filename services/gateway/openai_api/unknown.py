"""Addresses of the OpenAI API that no assistant has: refused in the shape that its clients read."""

import re

from fastapi import APIRouter, Request

from services.gateway.http.dependencies import Caller
from services.gateway.openai_api.errors import OpenAIRoute
from shared.errors import MethodNotAllowed, UnknownAddress

router = APIRouter(route_class=OpenAIRoute, include_in_schema=False)

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_ROOTS = (
    "chat", "models", "completions", "embeddings", "responses", "audio", "images", "moderations", "files", "assistants",
    "threads", "batches", "fine_tuning", "vector_stores", "uploads", "realtime", "videos",
)  # fmt: skip
"""First words of the addresses of the OpenAI API. Source: its reference."""
_SERVED = {"POST": re.compile("/v1/chat/completions"), "GET": re.compile("/v1/models(?:/[^/]+)?")}
_NAMED = "POST /v1/chat/completions, GET /v1/models"
_LONGEST_PATH_SHOWN = 100


async def unknown(request: Request, _caller: Caller) -> None:
    """Say which addresses there are, or which method this one has.

    Raises:
        MethodNotAllowed, UnknownAddress: always one of them.
    """
    path = request.url.path
    for method, served in _SERVED.items():
        if served.fullmatch(path):
            raise MethodNotAllowed(allowed=method)
    raise UnknownAddress(path=path[:_LONGEST_PATH_SHOWN], known=_NAMED)


for _root in _ROOTS:
    for _path in (f"/v1/{_root}", f"/v1/{_root}/{{rest:path}}"):
        router.add_api_route(_path, unknown, methods=_METHODS)
