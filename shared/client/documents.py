"""Documents and passages."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from shared.client.events import server_sent_events
from shared.client.routes import PAGE, STREAM, Routes, idempotency, params_of, parsed
from shared.contracts.documents import Chunking
from shared.http_api.documents import ENDED, DocumentEdit, DocumentList, DocumentQuery, DocumentView
from shared.http_api.passages import OpenedPassageView, PassageList, PassageView


class DocumentRoutes(Routes):
    async def submit(
        self,
        file_name: str,
        content: bytes | Path,
        *,
        idempotency_key: str | None = None,
        **fields: str | int | list[str] | Mapping[str, str] | None,
    ) -> DocumentView:
        """Send a document. The same content sent again is the same version, so this is repeated when in doubt.

        Args:
            fields: of the form of POST /v1/documents (scope, key, title, language, media_type, ...); None is left out.

        Raises:
            OSError: the file cannot be read.
        """
        form = {name: _form_value(value) for name, value in fields.items() if value is not None}
        options: dict[str, Any] = {"data": form, "headers": idempotency(idempotency_key), "safe": True}
        with content.open("rb") if isinstance(content, Path) else BytesIO(content) as file:
            files = {"file": (file_name, file)}
            return await self._model(DocumentView, "POST", "/v1/documents", files=files, **options)

    async def documents(self, query: DocumentQuery | None = None) -> AsyncGenerator[DocumentView, None]:
        """The documents that the person may know of; `query` filters and orders them, its `limit` is that of a page."""
        params = params_of(query)
        while True:
            page = await self._model(DocumentList, "GET", "/v1/documents", params=params)
            for document in page.documents:
                yield document
            if page.next is None:
                return
            params["after"] = page.next

    async def document(self, document: UUID | str) -> DocumentView:
        return await self._model(DocumentView, "GET", f"/v1/documents/{document}")

    async def events(self, document: UUID | str) -> AsyncGenerator[DocumentView, None]:
        """The document each time that it got further, until its version has ended.

        A gateway that goes away meanwhile is asked again: the first event is always how things stand.
        """
        while True:
            try:
                async for view in self._events(document):
                    yield view
                    if view.state in ENDED:
                        return
            except (httpx.ReadError, httpx.RemoteProtocolError):
                pass  # a gateway that stays away refuses the next connection, which is raised after some retries
            await self._transport.rest()

    async def ended(self, document: UUID | str) -> DocumentView:
        """The document once its version has ended: indexed, failed, replaced or withdrawn."""
        async with aclosing(self.events(document)) as events:
            async for view in events:
                if view.state in ENDED:
                    return view
        return await self.document(document)

    async def edit(self, document: UUID | str, edit: DocumentEdit) -> DocumentView:
        """Change title, language or metadata; what the edit leaves out stays."""
        body = edit.model_dump(mode="json", exclude_unset=True)
        return await self._model(DocumentView, "PATCH", f"/v1/documents/{document}", json=body)

    async def rechunk(
        self, document: UUID | str, chunking: Chunking, *, idempotency_key: str | None = None
    ) -> DocumentView:
        """Cut what is stored in another way; asking for what is so already changes nothing."""
        body = chunking.model_dump(mode="json", exclude_defaults=True)
        options: dict[str, Any] = {"json": body, "headers": idempotency(idempotency_key), "safe": True}
        return await self._model(DocumentView, "POST", f"/v1/documents/{document}/rechunk", **options)

    async def reindex(self, document: UUID | str) -> DocumentView:
        return await self._model(DocumentView, "POST", f"/v1/documents/{document}/reindex", safe=True)

    async def withdraw(self, document: UUID | str) -> DocumentView:
        """Take it out, with all that is stored of it. To undo that, send the file again."""
        return await self._model(DocumentView, "DELETE", f"/v1/documents/{document}")

    async def passages(self, document: UUID | str) -> AsyncGenerator[PassageView, None]:
        """What the document's latest version was cut into."""
        after: int | None = -1
        while after is not None:
            query = {"limit": PAGE, "after": after}
            page = await self._model(PassageList, "GET", f"/v1/documents/{document}/passages", params=query)
            for passage in page.passages:
                yield passage
            after = page.next

    async def passage(self, passage: str) -> OpenedPassageView:
        """What a citation opens, by the passage's id."""
        return await self._model(OpenedPassageView, "GET", f"/v1/passages/{passage}")

    async def _events(self, document: UUID | str) -> AsyncGenerator[DocumentView, None]:
        url = f"/v1/documents/{document}/events"
        async with (
            self._transport.open("GET", url, headers=STREAM) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for _, data in events:
                yield parsed(DocumentView, data, response)


def _form_value(value: str | int | list[str] | Mapping[str, str]) -> str | int | list[str]:
    """A list is a field that is said several times."""
    return value if isinstance(value, str | int | list) else json.dumps(value, ensure_ascii=False)
