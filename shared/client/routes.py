"""What the routes of documents and of questions have in common: sending, and reading what comes back."""

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from shared.client.errors import UnexpectedResponse
from shared.client.transport import Transport
from shared.http_api.paging import Page

PAGE = 500
STREAM = {"accept": "text/event-stream"}

Model = TypeVar("Model", bound=BaseModel)


class Routes:
    """Methods that speak to one gateway through `transport`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _model(self, model: type[Model], method: str, url: str, **options: Any) -> Model:
        response = await self._transport.send(method, url, **options)
        return parsed(model, response.content, response)


def parsed(model: type[Model], data: str | bytes, response: httpx.Response) -> Model:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise UnexpectedResponse(response) from error


def params_of(query: Page | None) -> dict[str, Any]:
    """What of a query is asked for; large pages, unless it names their size."""
    asked = query.model_dump(mode="json", exclude_defaults=True) if query else {}
    return {"limit": PAGE, **asked}


def idempotency(key: str | None) -> Mapping[str, str]:
    return {"idempotency-key": key} if key else {}
