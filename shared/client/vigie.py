"""The client: a method for each route of the gateway."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Self
from uuid import UUID

import httpx

from shared.client.documents import DocumentRoutes
from shared.client.duerp import UnitDuerp
from shared.client.parsed_responses import ParsedResponses
from shared.client.questions import QuestionRoutes
from shared.client.routes import segment
from shared.client.transport import LIMITS, TIMEOUT, Retries, Token, Transport
from shared.http_api.admin import EmbeddingBody, EmbeddingView, StatusView, UsageView
from shared.http_api.backends import BackendList, BackendView
from shared.http_api.dead_letters import DeadLetterList, DeadLetterQuery, DeadLetterView
from shared.http_api.directory import GroupsView, GroupView, MeView, PeopleView, PersonView
from shared.http_api.duerp.figures import Statistics


class VigieClient(DocumentRoutes, QuestionRoutes):
    """A client of one gateway for one person; close it, or use it as an async context.

    Every method raises `Problem` when the gateway refuses, `UnexpectedResponse` when the response is not of Vigie's
    API, and `httpx.TransportError` when the gateway does not respond, each after the retries that are safe.

    Args:
        url: of the gateway.
        token: a bearer token, or a function, also an asynchronous one, that returns the one to use now.
        language: of the sentences in problems: fr, en or de.
        timeout, limits: of httpx.
        retries: of requests that are safe to repeat.
        http: an httpx client to use and close instead; it brings its own address, timeout and limits.
        known: models of long responses, shared by the clients of a process; they must not be changed then.
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
        known: ParsedResponses | None = None,
    ) -> None:
        self.http = http or httpx.AsyncClient(base_url=url, timeout=timeout, limits=limits, trust_env=False)
        self.http.headers["accept-language"] = language
        if isinstance(token, str):
            self.http.headers["authorization"] = f"Bearer {token}"
        super().__init__(Transport(self.http, token, retries or Retries(), known))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self.http.aclose()

    def duerp(self, unit: str) -> UnitDuerp:
        """The DUERP of a unit, by its code: `client.duerp("UMR5219")`."""
        return UnitDuerp(self._transport, unit)

    async def duerp_statistics(self, delegation: str, on: date | None = None) -> Statistics:
        """The latest versions of a delegation's units in figures; for its prevention advisors."""
        params = {"on": on.isoformat()} if on else {}
        return await self._model(Statistics, "GET", f"/v1/duerp-statistics/{segment(delegation)}", params=params)

    async def backends(self) -> list[BackendView]:
        """The generation backends that may write answers."""
        return (await self._model(BackendList, "GET", "/v1/backends")).backends

    async def status(self) -> StatusView:
        """Counts of documents and questions by state, and of passages."""
        return await self._model(StatusView, "GET", "/v1/status")

    async def usage(self, weeks: int = 8) -> UsageView:
        """Questions, people and documents by week, this week first; for admins."""
        return await self._model(UsageView, "GET", "/v1/usage", params={"weeks": weeks})

    async def dead_letters(self, query: DeadLetterQuery | None = None) -> AsyncGenerator[DeadLetterView, None]:
        """Yield records that no service could handle, newest first; the `limit` of the query is the page size."""
        async for page in self._pages(DeadLetterList, "/v1/dead-letters", query):
            for letter in page.dead_letters:
                yield letter

    async def dead_letter(self, letter: UUID | str) -> DeadLetterView:
        """A dead letter by its id; for admins."""
        return await self._model(DeadLetterView, "GET", f"/v1/dead-letters/{segment(letter)}")

    async def send_dead_letter(self, letter: UUID | str) -> DeadLetterView:
        """Send what a dead letter is about through the chain again; for admins."""
        return await self._model(DeadLetterView, "POST", f"/v1/dead-letters/{segment(letter)}/send")

    async def drop_dead_letter(self, letter: UUID | str) -> DeadLetterView:
        """Close a dead letter without doing anything else; for admins."""
        return await self._model(DeadLetterView, "DELETE", f"/v1/dead-letters/{segment(letter)}")

    async def me(self) -> MeView:
        """Who one is, and what one may do in each scope that one reads."""
        return await self._model(MeView, "GET", "/v1/me")

    async def people(self, search: str = "") -> list[PersonView]:
        """People whose name contains `search`, with groups and roles; 100 at most. For admins."""
        query = {"search": search, "limit": 100}
        return (await self._model(PeopleView, "GET", "/v1/admin/users", params=query)).people

    async def groups(self, search: str = "") -> list[GroupView]:
        """Groups that are scopes and whose name contains `search`; for admins."""
        return (await self._model(GroupsView, "GET", "/v1/admin/groups", params={"search": search})).groups

    async def embedding(self) -> EmbeddingView:
        """The embedding models of the index; for admins."""
        return await self._model(EmbeddingView, "GET", "/v1/embedding")

    async def reembed(self, model: str) -> EmbeddingView:
        """Start or resume embedding all passages with another model; `embedding` tells the progress. For admins."""
        body = EmbeddingBody(model=model).model_dump()
        return await self._model(EmbeddingView, "POST", "/v1/embedding", json=body, safe=True)

    async def cancel_reembedding(self) -> EmbeddingView:
        """Cancel the change of embedding model that is in progress; for admins."""
        return await self._model(EmbeddingView, "DELETE", "/v1/embedding/next")

    async def drop_previous_embedding(self) -> EmbeddingView:
        """Delete the former model's vectors, after which there is no way back to it; for admins."""
        return await self._model(EmbeddingView, "DELETE", "/v1/embedding/previous")

    async def is_ready(self) -> bool:
        """Whether the gateway responds and is ready; one request, never repeated."""
        try:
            return (await self.http.get("/readyz")).is_success
        except httpx.TransportError:
            return False
