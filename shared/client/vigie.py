"""The routes of the gateway as methods."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from io import BytesIO
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

import httpx
from pydantic import BaseModel, ValidationError

from shared.api import (
    ENDED,
    AnswerView,
    DocumentList,
    DocumentView,
    EmbeddingBody,
    EmbeddingView,
    OpenedPassageView,
    PassageList,
    PassageView,
    QuestionBody,
    StatusView,
)
from shared.client.errors import Problem, UnexpectedResponse
from shared.client.events import server_sent_events
from shared.client.transport import LIMITS, TIMEOUT, Retries, Token, Transport
from shared.messages import Sentence

_PAGE = 500
_STREAM = {"accept": "text/event-stream"}

Model = TypeVar("Model", bound=BaseModel)


class VigieClient:
    """Speaks to one gateway as one person; close it, or use it as an async context.

    Every method raises `Problem` when it is refused, `UnexpectedResponse` when what answers is not Vigie, and
    `httpx.TransportError` when the gateway is not heard, after the retries that are safe.

    Args:
        url: of the gateway.
        token: a bearer token, or a function that gives the one to use now.
        language: of what people read in problems: fr, en or de.
        http: a client of one's own, closed with this one; it brings its own timeout, limits and address.
    """

    def __init__(
        self,
        url: str,
        token: Token,
        language: str = "fr",
        *,
        timeout: httpx.Timeout = TIMEOUT,
        limits: httpx.Limits = LIMITS,
        retries: Retries | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.http = http or httpx.AsyncClient(base_url=url, timeout=timeout, limits=limits, trust_env=False)
        self.http.headers["accept-language"] = language
        if isinstance(token, str):
            self.http.headers["authorization"] = f"Bearer {token}"
        self._transport = Transport(self.http, token, retries or Retries())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.http.aclose()

    # --- documents ---------------------------------------------------------------------------------------------------

    async def submit(
        self,
        file_name: str,
        content: bytes | Path,
        *,
        idempotency_key: str | None = None,
        **fields: str | int | Mapping[str, str] | None,
    ) -> DocumentView:
        """Send a document. The same content sent again is the same version, so this is repeated when in doubt.

        Args:
            fields: of the form of POST /v1/documents (scope, key, title, language, media_type, ...); None is left out.

        Raises:
            OSError: the file cannot be read.
        """
        form = {name: _form_value(value) for name, value in fields.items() if value is not None}
        options: dict[str, Any] = {"data": form, "headers": _idempotency(idempotency_key), "safe": True}
        with content.open("rb") if isinstance(content, Path) else BytesIO(content) as file:
            files = {"file": (file_name, file)}
            return await self._model(DocumentView, "POST", "/v1/documents", files=files, **options)

    async def documents(self) -> AsyncGenerator[DocumentView, None]:
        """Every document that the person may know of."""
        query: dict[str, Any] = {"limit": _PAGE}
        while True:
            page = await self._model(DocumentList, "GET", "/v1/documents", params=query)
            for document in page.documents:
                yield document
            if page.next is None:
                return
            query |= {"after": str(page.next)}

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

    async def reindex(self, document: UUID | str) -> DocumentView:
        return await self._model(DocumentView, "POST", f"/v1/documents/{document}/reindex", safe=True)

    async def withdraw(self, document: UUID | str) -> DocumentView:
        """Take it out, with all that is stored of it. To undo that, send the file again."""
        return await self._model(DocumentView, "DELETE", f"/v1/documents/{document}")

    async def passages(self, document: UUID | str) -> AsyncGenerator[PassageView, None]:
        """What the document's latest version was cut into."""
        after: int | None = -1
        while after is not None:
            query = {"limit": _PAGE, "after": after}
            page = await self._model(PassageList, "GET", f"/v1/documents/{document}/passages", params=query)
            for passage in page.passages:
                yield passage
            after = page.next

    async def passage(self, passage: str) -> OpenedPassageView:
        """What a citation opens, by the passage's id."""
        return await self._model(OpenedPassageView, "GET", f"/v1/passages/{passage}")

    # --- questions ---------------------------------------------------------------------------------------------------

    async def ask(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **wishes: Any
    ) -> AnswerView:
        """The finished answer. Cancelling the call cancels the question.

        Args:
            wishes: other fields of `QuestionBody`, such as `language` or `evidence`.

        Raises:
            Problem: it was refused, or could not be answered; `params["question"]` is then its address.
        """
        return await self._model(AnswerView, "POST", "/v1/questions", **_asking(question, idempotency_key, wishes))

    async def stream(
        self, question: str | QuestionBody, *, idempotency_key: str | None = None, **wishes: Any
    ) -> AsyncGenerator[Sentence | AnswerView, None]:
        """The sentences as they come, then the whole answer; errors as `ask`.

        Leaving early cancels the question: close the iterator (`contextlib.aclosing`), since a mere `break` does not.
        """
        options = _asking(question, idempotency_key, wishes)
        options["headers"] |= _STREAM
        async with (
            self._transport.open("POST", "/v1/questions", **options) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for name, data in events:
                if name == "sentence":
                    yield _parsed(Sentence, data, response)
                elif name == "answer":
                    yield _parsed(AnswerView, data, response)
                elif name == "error":
                    raise Problem(json.loads(data))

    async def question(self, question: UUID | str) -> AnswerView:
        """How a question of one's own ended, or that it has not yet."""
        return await self._model(AnswerView, "GET", f"/v1/questions/{question}")

    # --- the platform ------------------------------------------------------------------------------------------------

    async def status(self) -> StatusView:
        return await self._model(StatusView, "GET", "/v1/status")

    async def embedding(self) -> EmbeddingView:
        """The embedding models of the index; for admins."""
        return await self._model(EmbeddingView, "GET", "/v1/embedding")

    async def reembed(self, model: str) -> EmbeddingView:
        """Make another model's vectors beside those in use, or go on with it; follow with `embedding`. For admins."""
        body = EmbeddingBody(model=model).model_dump()
        return await self._model(EmbeddingView, "POST", "/v1/embedding", json=body, safe=True)

    async def cancel_reembedding(self) -> EmbeddingView:
        """Give up the model that is being made; for admins."""
        return await self._model(EmbeddingView, "DELETE", "/v1/embedding/next")

    async def drop_previous_embedding(self) -> EmbeddingView:
        """Remove the former model's vectors, and with them the way back; for admins."""
        return await self._model(EmbeddingView, "DELETE", "/v1/embedding/previous")

    async def is_ready(self) -> bool:
        """Whether the gateway answers and is ready; asked once."""
        try:
            return (await self.http.get("/readyz")).is_success
        except httpx.TransportError:
            return False

    async def _events(self, document: UUID | str) -> AsyncGenerator[DocumentView, None]:
        url = f"/v1/documents/{document}/events"
        async with (
            self._transport.open("GET", url, headers=_STREAM) as response,
            aclosing(server_sent_events(response)) as events,
        ):
            async for _, data in events:
                yield _parsed(DocumentView, data, response)

    async def _model(self, model: type[Model], method: str, url: str, **options: Any) -> Model:
        response = await self._transport.send(method, url, **options)
        return _parsed(model, response.content, response)


def _asking(question: str | QuestionBody, key: str | None, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """With a key of its own where none is given: a question that was accepted but not heard of is not asked twice."""
    body: Mapping[str, Any] = {"question": question}
    if isinstance(question, QuestionBody):
        body = question.model_dump(mode="json", exclude_unset=True)
    return {"json": {**body, **wishes}, "headers": _idempotency(key or uuid4().hex), "safe": True}


def _idempotency(key: str | None) -> dict[str, str]:
    return {"idempotency-key": key} if key else {}


def _form_value(value: str | int | Mapping[str, str]) -> str | int:
    return value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)


def _parsed(model: type[Model], data: str | bytes, response: httpx.Response) -> Model:
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise UnexpectedResponse(response) from error
