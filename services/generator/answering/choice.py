"""Backends by the name that a generation plan gives them."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from services.generator.answering.ports import Backend
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import Notice


@dataclass(frozen=True, slots=True)
class Choice:
    """The backend that writes, with a notice where another one was asked for."""

    backend: Backend
    notice: Notice | None = None


class Backends:
    """The backends that this worker has.

    Args:
        quotes: takes every question that another one may not or cannot answer.
        others: their names must differ.
        clients: what the backends speak through, opened before the first question.
    """

    def __init__(
        self,
        quotes: Backend,
        others: Iterable[Backend] = (),
        clients: Iterable[Callable[[], AbstractAsyncContextManager[object]]] = (),
    ) -> None:
        self.quotes = quotes
        self._backends: Mapping[str, Backend] = {backend.name: backend for backend in (quotes, *others)}
        self._clients = tuple(clients)

    def choose(self, name: str, confidentiality: Confidentiality) -> Choice:
        """Return the backend of this name, if it may see a text of this class; else quotes, with a notice."""
        backend = self._backends.get(name)
        if backend is None:
            return Choice(self.quotes, Notice(code="backend-unknown", params={"backend": name}))
        if confidentiality not in backend.classes:
            params: dict[str, str | int] = {"backend": name, "confidentiality": str(confidentiality)}
            return Choice(self.quotes, Notice(code="backend-not-allowed", params=params))
        return Choice(backend)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open the clients; nothing is sent, so that a model that is down stops no start."""
        async with AsyncExitStack() as stack:
            for open_client in self._clients:
                await stack.enter_async_context(open_client())
            yield
