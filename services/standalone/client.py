"""An ordinary client of the gateway's HTTP API, as the commands use it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import httpx

_TIMEOUT = httpx.Timeout(10, read=180, write=120)
_LIMITS = httpx.Limits(max_connections=20)
_PAGE = 500

Json = dict[str, Any]


class Problem(Exception):
    """The gateway refused: its problem+json."""

    def __init__(self, body: Json) -> None:
        self.body = body
        super().__init__(str(body.get("detail") or body.get("title") or body))


class VigieClient:
    """Speaks to one gateway as one person.

    Args:
        url: of the gateway.
        token: a bearer token.
        language: of what people read in errors and states.
    """

    def __init__(self, url: str, token: str, language: str) -> None:
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def submit(self, file_name: str, content: bytes | Path, **fields: str | None) -> Json:
        """Send a document.

        Raises:
            Problem: it was refused.
            OSError: the file cannot be read.
        """
        form = {name: value for name, value in fields.items() if value is not None}
        if isinstance(content, Path):
            with content.open("rb") as file:
                response = await self._http.post("/v1/documents", data=form, files={"file": (file_name, file)})
        else:
            response = await self._http.post("/v1/documents", data=form, files={"file": (file_name, content)})
        return _body(response)

    async def documents(self) -> AsyncIterator[Json]:
        """Every document that the person may know of."""
        after: str | None = None
        while True:
            query: dict[str, str | int] = {"limit": _PAGE} | ({"after": after} if after else {})
            page = _body(await self._http.get("/v1/documents", params=query))
            for document in page["documents"]:
                yield document
            after = page["next"]
            if after is None:
                return

    async def document(self, document_id: str) -> Json:
        return _body(await self._http.get(f"/v1/documents/{document_id}"))

    async def reindex(self, document_id: str) -> Json:
        return _body(await self._http.post(f"/v1/documents/{document_id}/reindex"))

    async def withdraw(self, document_id: str) -> Json:
        return _body(await self._http.delete(f"/v1/documents/{document_id}"))

    async def ask(self, question: str, **wishes: str | int) -> Json:
        """The finished answer."""
        return _body(await self._http.post("/v1/questions", json={"question": question, **wishes}))

    async def passages(self, document_id: str) -> AsyncIterator[Json]:
        """What the document's latest version was cut into."""
        after: int | None = -1
        while after is not None:
            query = {"limit": _PAGE, "after": after}
            page = _body(await self._http.get(f"/v1/documents/{document_id}/passages", params=query))
            for passage in page["passages"]:
                yield passage
            after = page["next"]

    async def passage(self, passage_id: str) -> Json:
        return _body(await self._http.get(f"/v1/passages/{passage_id}"))

    async def status(self) -> Json:
        return _body(await self._http.get("/v1/status"))

    async def is_ready(self) -> bool:
        try:
            return (await self._http.get("/readyz")).is_success
        except httpx.TransportError:
            return False


def _body(response: httpx.Response) -> Json:
    try:
        body: Json = response.json()
    except ValueError:
        body = {"status": response.status_code, "title": response.reason_phrase}
    if response.is_success:
        return body
    raise Problem(body)
