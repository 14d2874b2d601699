"""How a command reaches Vigie: the stack that runs on the data folder, or one of its own for as long as it needs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlencode

from services.standalone.data_folder import DataFolder, FolderInUse
from services.standalone.language_models.declaration import declare
from services.standalone.language_models.server import DEADLINE_S, serving
from services.standalone.language_models.weights import WeightsFolder
from services.standalone.local_issuer import LocalIssuer, Person
from services.standalone.pages import link, pages
from services.standalone.settings import StandaloneSettings
from services.standalone.stack import EmbeddedStack
from shared.client import VigieClient
from shared.settings import BackendSettings
from shared.storage.private import private_new_files
from shared.worker.heap import settled_heap

_START_TIMEOUT_S = 60
_POLL_S = 0.2


@dataclass(frozen=True)
class Session:
    """One gateway, and the issuer that it believes; `link` opens its pages, where they were asked for."""

    url: str
    issuer: LocalIssuer
    language: str
    own_stack: bool
    link: str | None = None

    def link_for(self, person: Person, path: str) -> str | None:
        """Return the link that signs a person of this machine in at a page, once; None where there are no pages."""
        return f"{self.link}&{urlencode({'name': person.user, 'to': path})}" if self.link else None

    def client(self, person: Person | None = None) -> VigieClient:
        """A client for a person; without one, for whoever runs the command."""
        return VigieClient(self.url, self.issuer.token(person or self.issuer.operator()), self.language)


@asynccontextmanager
async def session(
    settings: StandaloneSettings,
    language: str,
    *,
    fixed_port: bool = False,
    model: str | None = None,
    with_pages: bool = False,
) -> AsyncIterator[Session]:
    """Reach the running stack, or start one.

    Args:
        fixed_port: a stack of our own listens on the settings' port, not on any free one.
        model: of the folder's language models, the one that writes the answers of a stack of our own.
        with_pages: a stack of our own serves the pages too.

    Raises:
        FolderInUse: a stack holds the folder but does not answer.
        ModelWeightsUnavailable: the model is not there, or does not start.
        OSError: the port is taken.
    """
    folder = DataFolder(settings.data)
    issuer = LocalIssuer(settings.data / "keys")
    try:
        with folder.held(), private_new_files():
            port = settings.port if fixed_port else 0
            async with (
                _stack(settings.model_copy(update={"port": port}), model) as stack,
                stack.running() as url,
                pages(settings, url, issuer) if with_pages else nullcontext() as address,
            ):
                folder.announce(url, address)
                with settled_heap():
                    opens = link(address, settings.data) if address else None
                    yield Session(url, issuer, language, own_stack=True, link=opens)
    except FolderInUse:
        url, address = await _answering(folder, issuer, language), folder.announced_pages()
        opens = link(address, settings.data) if address else None
        yield Session(url, issuer, language, own_stack=False, link=opens)


@asynccontextmanager
async def _stack(settings: StandaloneSettings, model: str | None) -> AsyncIterator[EmbeddedStack]:
    """The stack, with the server of its language model beside it if it has one."""
    if model is None:
        yield EmbeddedStack(settings)
        return
    folder = settings.data / "models"
    weights = await asyncio.to_thread(WeightsFolder(folder).find, model)
    async with serving(weights) as backend:
        backends = await asyncio.to_thread(declare, backend, BackendSettings(), folder / "backends.toml")
        yield EmbeddedStack(settings, backends=backends, question_deadline_s=DEADLINE_S)


async def _answering(folder: DataFolder, issuer: LocalIssuer, language: str) -> str:
    """The address of the stack that holds the folder, once it is ready: it may have been started a moment ago."""
    for _ in range(int(_START_TIMEOUT_S / _POLL_S)):
        url = folder.announced()
        if url is not None:
            async with VigieClient(url, issuer.token(issuer.operator()), language) as client:
                if await client.is_ready():
                    return url
        await asyncio.sleep(_POLL_S)
    raise FolderInUse
