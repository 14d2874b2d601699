"""A stack that runs, as the end-to-end tests see every one of them; the embedded one, in the test's own process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import services.standalone.local_issuer
import services.standalone.stack
from services.standalone.embedded_broker import EmbeddedBroker
from services.standalone.local_issuer import Person
from services.standalone.settings import StandaloneSettings
from services.standalone.stack import EmbeddedStack
from shared.access import Role
from shared.client import VigieClient
from tests.support.event_keys import EVENTS

OPERATOR = Person(services.standalone.local_issuer.OPERATOR, roles=(Role.ADMIN,))
"""Writes everywhere, reads what is public."""


class People(Protocol):
    """Who issues the tokens of a stack."""

    def token(self, person: Person) -> str: ...


@dataclass
class Running:
    """Where its gateway and its broker answer, where its data lie, what stands before its topics."""

    url: str
    broker: str
    data: Path
    people: People
    prefix: str = ""

    def token(self, person: Person = OPERATOR) -> str:
        return self.people.token(person)

    def client(self, person: Person = OPERATOR, language: str = "en") -> VigieClient:
        return VigieClient(self.url, self.token(person), language)

    def topic(self, name: str) -> str:
        """What the broker calls it."""
        return f"{self.prefix}{name}"


@asynccontextmanager
async def running_stack(data: Path, **environment: str) -> AsyncIterator[Running]:
    """A quick embedded stack without a model, which answers from weak evidence too."""
    address: list[str] = []

    class ToldBroker(EmbeddedBroker):
        def open(self) -> str:
            address.append(super().open())
            return address[-1]

    quick = {"VIGIE_GENERATOR_ABSTAIN_BELOW": "0", "VIGIE_EMBEDDER_BACKEND": "hashing"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.standalone.stack, "EmbeddedBroker", ToldBroker)
        for name, value in (quick | environment).items():
            patch.setenv(name, value)
        stack = EmbeddedStack(StandaloneSettings(data=data, port=0), events=EVENTS)
        async with stack.running() as url:
            yield Running(url, address[0], data, stack.issuer)
