"""The client: one gateway, one person, the routes as methods."""

from typing import Self

import httpx

from shared.client.documents import DocumentRoutes
from shared.client.questions import QuestionRoutes
from shared.client.transport import LIMITS, TIMEOUT, Retries, Token, Transport
from shared.http_api.admin import EmbeddingBody, EmbeddingView, StatusView
from shared.http_api.backends import BackendList, BackendView
from shared.http_api.directory import GroupsView, GroupView, PeopleView, PersonView


class VigieClient(DocumentRoutes, QuestionRoutes):
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
        super().__init__(Transport(self.http, token, retries or Retries()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.http.aclose()

    async def backends(self) -> list[BackendView]:
        """Who may write answers."""
        return (await self._model(BackendList, "GET", "/v1/backends")).backends

    async def status(self) -> StatusView:
        return await self._model(StatusView, "GET", "/v1/status")

    async def people(self, search: str = "") -> list[PersonView]:
        """People whose name has `search` in it, with groups and roles; for admins."""
        query = {"search": search, "limit": 100}
        return (await self._model(PeopleView, "GET", "/v1/admin/users", params=query)).people

    async def groups(self, search: str = "") -> list[GroupView]:
        """Groups that are scopes; for admins."""
        return (await self._model(GroupsView, "GET", "/v1/admin/groups", params={"search": search})).groups

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
