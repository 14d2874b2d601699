"""What the routes share: sending a request, and reading the response into a model."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import BaseModel, ValidationError

from shared.client.errors import UnexpectedResponse
from shared.client.transport import Transport
from shared.http_api.paging import Page

PAGE = 500
STREAM = {"accept": "text/event-stream"}

Model = TypeVar("Model", bound=BaseModel)
_DOTS = {".": "%2E", "..": "%2E%2E"}
"""httpx takes them for folders, as everybody does (RFC 3986, 5.2.4)."""


def segment(name: object) -> str:
    """Return an id or a name as one segment of an address, whatever is in it: it leads to no other address."""
    quoted = quote(str(name), safe="")
    return _DOTS.get(quoted, quoted)


class Routes:
    """Base of the classes that have a method for each route; they send through `transport`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def _model(self, model: type[Model], method: str, url: str, **options: Any) -> Model:
        response = await self._transport.send(method, url, **options)
        known, data = self._transport.known, response.content
        if known is None:
            return parsed(model, data, response)
        return known.read(model, data, lambda: parsed(model, data, response))

    async def _pages(self, model: type[Model], url: str, query: Page | None) -> AsyncGenerator[Model, None]:
        """Yield the pages of a list, each asked for behind the one before; the `limit` of the query is the page size.

        Args:
            model: of a page, whose `next` is the `after` of the following one, None on the last.
        """
        params = params_of(query)
        while True:
            page = await self._model(model, "GET", url, params=params)
            yield page
            after: str | None = page.next  # type: ignore[attr-defined]  # every model of a list has it
            if after is None:
                return
            params["after"] = after


def parsed(model: type[Model], data: str | bytes, response: httpx.Response) -> Model:
    """Read JSON of a response into a model.

    Raises:
        UnexpectedResponse: the JSON does not fit the model.
    """
    try:
        return model.model_validate_json(data, extra="ignore")  # a newer gateway may say more
    except ValidationError as error:
        raise UnexpectedResponse(response) from error


def params_of(query: Page | None) -> dict[str, Any]:
    """The parameters of a query without its defaults; the page size is PAGE unless the query names one."""
    asked = query.model_dump(mode="json", exclude_defaults=True) if query else {}
    return {"limit": PAGE, **asked}


def idempotency(key: str | None) -> Mapping[str, str]:
    """The header with an idempotency key; without one, a random one, so that a repeated request has its effect once."""
    return {"idempotency-key": key or uuid4().hex}
