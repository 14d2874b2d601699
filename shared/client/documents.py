"""The routes of documents and passages."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from shared.client.events import server_sent_events
from shared.client.routes import PAGE, STREAM, Routes, idempotency, params_of, parsed, segment
from shared.contracts.documents import Chunking
from shared.http_api.documents import ENDED, DocumentEdit, DocumentList, DocumentQuery, DocumentView
from shared.http_api.passages import OpenedPassageView, PagePictureView, PassageList, PassageView


class DocumentRoutes(Routes):
    """Methods for documents and passages."""

    async def submit(
        self,
        file_name: str,
        content: bytes | Path,
        *,
        idempotency_key: str | None = None,
        **fields: str | int | list[str] | Mapping[str, str] | None,
    ) -> DocumentView:
        """Send a document; returns it as accepted. The same content sent again is the same version.

        The request is repeated when the gateway is busy or goes away; what others sent in between is not undone.

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
        """Yield the documents that the person may read; `query` filters and orders, its `limit` is the page size."""
        async for page in self._pages(DocumentList, "/v1/documents", query):
            for document in page.documents:
                yield document

    async def documents_page(self, query: DocumentQuery) -> DocumentList:
        """One page of the documents that the person may read; its `next` is the `after` of the following query."""
        return await self._model(
            DocumentList, "GET", "/v1/documents", params={**params_of(query), "limit": query.limit}
        )

    async def document(self, document: UUID | str) -> DocumentView:
        """The latest version of a document, and its progress."""
        return await self._model(DocumentView, "GET", f"/v1/documents/{segment(document)}")

    async def events(self, document: UUID | str) -> AsyncGenerator[DocumentView, None]:
        """Yield the document now, and whenever it progresses, until its version has ended.

        When the connection is lost, a new one is opened; it begins with the document's present state.
        """
        while True:
            try:
                async for view in self._events(document):
                    yield view
                    if view.state in ENDED:
                        return
            except (httpx.ReadError, httpx.RemoteProtocolError):
                pass  # a gateway that stays away refuses the next connection, which is raised after some retries
            await self._transport.pause()

    async def ended(self, document: UUID | str) -> DocumentView:
        """Wait until the document's version is indexed, failed, replaced or withdrawn; returns the document."""
        async with aclosing(self.events(document)) as events:
            async for view in events:
                if view.state in ENDED:
                    return view
        return await self.document(document)

    async def edit(self, document: UUID | str, edit: DocumentEdit, *, read: str | None = None) -> DocumentView:
        """Change title, language or metadata; fields that are not set stay as they are.

        Args:
            read: the `revision` that was read: `Problem` with status 412 where somebody else was faster.
        """
        body = edit.model_dump(mode="json", exclude_unset=True)
        options: dict[str, Any] = {"json": body} | ({"headers": {"if-match": f'"{read}"'}} if read else {})
        return await self._model(DocumentView, "PATCH", f"/v1/documents/{segment(document)}", **options)

    async def rechunk(
        self, document: UUID | str, chunking: Chunking, *, idempotency_key: str | None = None
    ) -> DocumentView:
        """Chunk a stored document in another way, as a new version; nothing changes if it is chunked so already."""
        body = chunking.model_dump(mode="json", exclude_defaults=True)
        options: dict[str, Any] = {"json": body, "headers": idempotency(idempotency_key), "safe": True}
        return await self._model(DocumentView, "POST", f"/v1/documents/{segment(document)}/rechunk", **options)

    async def reindex(self, document: UUID | str) -> DocumentView:
        """Extract, embed and index the latest version again."""
        return await self._model(DocumentView, "POST", f"/v1/documents/{segment(document)}/reindex", safe=True)

    async def withdraw(self, document: UUID | str, *, grace_s: int = 0) -> DocumentView:
        """Remove a document from the index and delete what is stored of it. To undo that, send the file again.

        Args:
            grace_s: hold it back for so long; until then `keep` takes it back.
        """
        params = {"grace_s": grace_s} if grace_s else {}
        return await self._model(DocumentView, "DELETE", f"/v1/documents/{segment(document)}", params=params)

    async def keep(self, document: UUID | str) -> DocumentView:
        """Take a withdrawal back that is held back."""
        return await self._model(DocumentView, "POST", f"/v1/documents/{segment(document)}/keep", safe=True)

    async def passages(self, document: UUID | str) -> AsyncGenerator[PassageView, None]:
        """Yield the passages of the document's latest version, in order."""
        after: int | None = -1
        while after is not None:
            page = await self.passages_page(document, after=after)
            for passage in page.passages:
                yield passage
            after = page.next

    async def passages_page(
        self, document: UUID | str, *, after: int = -1, limit: int = PAGE, search: str = ""
    ) -> PassageList:
        """One page of a document's passages; `next` is the `after` of the following one.

        Args:
            after: an ordinal; -1: from the first passage on.
            search: words that passages must have. Such a page may be empty and still have a `next`.
        """
        query = {"limit": limit, "after": after} | ({"search": search} if search else {})
        return await self._model(PassageList, "GET", f"/v1/documents/{segment(document)}/passages", params=query)

    async def passage(self, passage: str) -> OpenedPassageView:
        """A passage with its neighbours, by the id that a citation gives."""
        return await self._model(OpenedPassageView, "GET", f"/v1/passages/{segment(passage)}")

    async def picture(self, passage: str, quote: str = "") -> PagePictureView:
        """The picture of the page of a PDF that a passage stands on, with boxes over the quote; `drawing` at first."""
        return await self._model(
            PagePictureView, "GET", f"/v1/passages/{segment(passage)}/picture", params={"quote": quote}
        )

    async def picture_file(self, passage: str) -> bytes:
        """The picture itself, a PNG, once it is drawn."""
        return (await self._transport.send("GET", f"/v1/passages/{segment(passage)}/picture.png")).content

    async def _events(self, document: UUID | str) -> AsyncGenerator[DocumentView, None]:
        url = f"/v1/documents/{segment(document)}/events"
        async with (
            self._transport.open("GET", url, headers=STREAM) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for _, data in events:
                yield parsed(DocumentView, data, response)


def _form_value(value: str | int | list[str] | Mapping[str, str]) -> str | int | list[str]:
    """A field's value as a form takes it: a list is a repeated field, metadata is JSON."""
    return value if isinstance(value, str | int | list) else json.dumps(value, ensure_ascii=False)
