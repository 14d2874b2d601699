"""The embedded stack in the test's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import services.standalone.stack
from services.embedder.settings import EmbedderSettings
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.identity import LocalIssuer, Person
from services.standalone.settings import StandaloneSettings
from services.standalone.stack import EmbeddedStack
from shared.client import VigieClient


@dataclass
class Running:
    """A stack that runs: where its gateway and its broker answer, where its data lie."""

    url: str
    broker: str
    data: Path
    issuer: LocalIssuer

    def client(self, person: Person | None = None, language: str = "en") -> VigieClient:
        return VigieClient(self.url, self.issuer.token(person or self.issuer.operator()), language)


@asynccontextmanager
async def running_stack(data: Path, **embedder: float) -> AsyncIterator[Running]:
    """A quick stack without a model, which answers from weak evidence too."""
    address: list[str] = []

    class ToldBroker(EmbeddedBroker):
        def open(self) -> str:
            address.append(super().open())
            return address[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.standalone.stack, "EmbeddedBroker", ToldBroker)
        patch.setenv("VIGIE_GENERATOR_ABSTAIN_BELOW", "0")
        settings = EmbedderSettings(backend="hashing", **embedder)
        stack = EmbeddedStack(StandaloneSettings(data=data, port=0), embedder=settings)
        async with stack.running() as url:
            yield Running(url, address[0], data, stack.issuer)
