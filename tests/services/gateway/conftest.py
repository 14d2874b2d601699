"""The gateway over a real SQLite database, with fakes for the broker and the object store."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from lab.reference import openapi
from services.gateway.app import create_http
from services.gateway.database.schema import migrate
from services.gateway.documents.model import DocumentRecord
from services.gateway.documents.sql import SqlDocumentCatalogue, SqlDocuments
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.ends import QuestionEnds
from services.gateway.questions.following import QuestionFollower
from services.gateway.questions.service import QuestionService
from services.gateway.questions.sql import SqlQuestions
from services.gateway.settings import GatewaySettings
from services.gateway.status import Readiness
from services.gateway.wiring.build import build
from services.gateway.wiring.gateway import Gateway
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER, LocalIssuer, Person
from shared.access import GrantVerifier, Role
from shared.contracts.documents import DocumentIndexed, DocumentProgressed
from shared.sealing.ports import Sealer
from shared.sealing.unsealed import UNSEALED
from shared.worker.health import Health
from tests.fakes.shared import MemoryStore, RecordedEvents, grant_keys

UNIT = "unit:UMR5219"
ADMIN = Person("admin", roles=(Role.ADMIN,))
ASSISTANT = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
STRANGER = Person("mallory", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,))
READER = Person("rene", units=("UMR5219",))

MAX_UPLOAD = 1024 * 1024

T = TypeVar("T")
Json = dict[str, Any]


@dataclass
class Rig:
    """A gateway wired as the product wires it, and an HTTP client: for tests that look behind the door."""

    http: httpx.AsyncClient
    gateway: Gateway
    events: RecordedEvents
    store: MemoryStore
    issuer: LocalIssuer
    app: FastAPI
    settings: GatewaySettings
    verifier: GrantVerifier

    def headers(self, person: Person) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token(person)}", "accept-language": "en"}

    async def upload(
        self, person: Person, content: bytes = b"Some words.", name: str = "note.txt", **fields: str | list[str]
    ) -> httpx.Response:
        return await self.http.post(
            "/v1/documents", headers=self.headers(person), data=fields, files={"file": (name, content)}
        )

    def part(self, kind: type[T]) -> T:
        """What a route gets when it asks for this class."""
        found = self.app.state.provided[kind]
        assert isinstance(found, kind)
        return found

    @property
    def questions(self) -> QuestionService:
        return self.part(QuestionService)

    @property
    def follower(self) -> QuestionFollower:
        return self.part(QuestionFollower)

    @property
    def asked(self) -> SqlQuestions:
        return SqlQuestions(self.gateway.database)

    @asynccontextmanager
    async def another(self, events: RecordedEvents, sealer: Sealer = UNSEALED) -> AsyncIterator["Rig"]:
        """One more replica on the same database and store."""
        registry = CollectorRegistry()
        gateway = build(
            self.settings, events=events, registry=registry, store=self.store, signer=grant_keys()[0], sealer=sealer
        )
        app = create_http(
            gateway,
            readiness=Readiness(lambda: True, Health("gateway", registry)),
            registry=registry,
            max_upload_bytes=MAX_UPLOAD,
        )
        async with gateway.opened():
            yield replace(self, gateway=gateway, events=events, app=app)

    @property
    def ends(self) -> QuestionEnds:
        return self.gateway.ends

    @property
    def outbox(self) -> SqlOutbox:
        return self.gateway.outbox

    @property
    def catalogue(self) -> SqlDocumentCatalogue:
        return SqlDocumentCatalogue(self.gateway.database)

    async def versions(self, document_id: UUID) -> list[DocumentRecord]:
        async with self.gateway.database.reading() as session:
            return list(await SqlDocuments(session).versions(document_id))

    async def reported(self, *events: DocumentProgressed | DocumentIndexed) -> None:
        """Workers report, one after the other."""
        for event in events:
            if isinstance(event, DocumentIndexed):
                await self.gateway.progress.indexed(event)
            else:
                await self.gateway.progress.progressed(event)

    async def work_once(self) -> None:
        """What the chores and the relay would do now."""
        await self.gateway.chores.run_once()
        await self.gateway.relay.publish_due()


@cache
def api() -> Json:
    """The OpenAPI document, described once: every application has the same routes."""
    return openapi()


@pytest.fixture(scope="session")
def settings() -> GatewaySettings:
    """What settings read of the environment, read once."""
    return GatewaySettings(
        issuer=ISSUER,
        audience=AUDIENCE,
        clients=(CLIENT,),
        algorithms=("ES256",),
        max_upload_bytes=MAX_UPLOAD,
        question_deadline_s=30,
        document_stall_s=60,
        documents_in_flight=2,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "vigie.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def database_url(tmp_path: Path, migrated: Path) -> str:
    """The URL of a database at the newest schema, empty."""
    shutil.copy(migrated, tmp_path / "vigie.db")
    return f"sqlite+aiosqlite:///{tmp_path}/vigie.db"


@pytest.fixture
async def rig(tmp_path: Path, database_url: str, settings: GatewaySettings) -> AsyncIterator[Rig]:
    issuer = LocalIssuer(tmp_path / "keys")
    issuer.prepare()
    own = settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": database_url}),
            "jwks": settings.jwks.model_copy(update={"file": issuer.jwks_file}),
        }
    )
    events, store, registry = RecordedEvents(), MemoryStore(), CollectorRegistry()
    signer, verifier = grant_keys()
    gateway = build(own, events=events, registry=registry, store=store, signer=signer)
    app = create_http(
        gateway,
        readiness=Readiness(lambda: True, Health("gateway", registry)),
        registry=registry,
        max_upload_bytes=MAX_UPLOAD,
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with gateway.opened(), httpx.AsyncClient(transport=transport, base_url="http://vigie") as http:
        yield Rig(http, gateway, events, store, issuer, app, own, verifier)
