"""The gateway over a real SQLite database, with fakes for the broker and the object store."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.gateway.app import create_http
from services.gateway.database.engine import Database, migrate
from services.gateway.documents.service import DocumentService
from services.gateway.documents.sql import SqlDocuments
from services.gateway.embedding_models.replays import Replays
from services.gateway.embedding_models.replays_sql import SqlReplays
from services.gateway.embedding_models.service import ReembeddingService, retirement
from services.gateway.embedding_models.sql import SqlEmbeddings
from services.gateway.feedback.service import HistoryService
from services.gateway.feedback.sql import SqlFeedback
from services.gateway.http.auth import TokenVerifier
from services.gateway.http.dependencies import Gateway
from services.gateway.http.jwks_file import JwksFile
from services.gateway.outbox.idempotency_sql import SqlIdempotency
from services.gateway.outbox.relay import Relay
from services.gateway.outbox.sql import SqlOutbox
from services.gateway.questions.service import QuestionService
from services.gateway.questions.sql import SqlQuestions
from services.standalone.local_issuer import AUDIENCE, CLIENT, ISSUER, LocalIssuer, Person
from shared.access import Role
from tests.fakes.shared import MemoryStore, RecordedEvents, grant_keys

UNIT = "unit:UMR5219"
ADMIN = Person("admin", roles=(Role.ADMIN,))
ASSISTANT = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
STRANGER = Person("mallory", units=("UMR1",), roles=(Role.PREVENTION_ASSISTANT,))
READER = Person("rene", units=("UMR5219",))

MAX_UPLOAD = 1024 * 1024


@dataclass
class Bench:
    """The gateway's parts and an HTTP client, for tests that look behind the door."""

    http: httpx.AsyncClient
    gateway: Gateway
    rows: SqlDocuments
    asked: SqlQuestions
    outbox: SqlOutbox
    events: RecordedEvents
    store: MemoryStore
    issuer: LocalIssuer
    app: FastAPI
    embeddings: SqlEmbeddings

    def headers(self, person: Person) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token(person)}", "accept-language": "en"}

    async def upload(
        self, person: Person, content: bytes = b"Some words.", name: str = "note.txt", **fields: str | list[str]
    ) -> httpx.Response:
        return await self.http.post(
            "/v1/documents", headers=self.headers(person), data=fields, files={"file": (name, content)}
        )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest schema, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "vigie.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
async def bench(tmp_path: Path, migrated: Path) -> AsyncIterator[Bench]:
    shutil.copy(migrated, tmp_path / "vigie.db")
    issuer = LocalIssuer(tmp_path / "keys")
    issuer.prepare()
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/vigie.db")
    await database.open()
    rows, idempotency, outbox = SqlDocuments(database), SqlIdempotency(database), SqlOutbox(database)
    events, store = RecordedEvents(), MemoryStore()
    signer, _ = grant_keys()
    asked = SqlQuestions(database)
    embeddings = SqlEmbeddings(database, partial(retirement, signer))
    asking = QuestionService(asked, idempotency, events, signer, deadline_s=30, max_chars=4000)
    replays = Replays(SqlReplays(database), events, store, signer)
    gateway = Gateway(
        verifier=TokenVerifier(
            JwksFile(issuer.jwks_file), issuer=ISSUER, audience=AUDIENCE, clients=(CLIENT,), algorithms=("ES256",)
        ),
        documents=DocumentService(rows, rows, rows, idempotency, store, signer, embeddings),
        questions=asking,
        history=HistoryService(asking, asked, SqlFeedback(database)),
        catalogue=rows,
        store=store,
        relay=Relay(outbox, events, asking, replays, documents_in_flight=2, stall_s=60),
        reembedding=ReembeddingService(embeddings),
    )
    app = create_http(gateway, ready=lambda: True, registry=CollectorRegistry(), max_upload_bytes=MAX_UPLOAD)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://vigie") as http:
        yield Bench(http, gateway, rows, asked, outbox, events, store, issuer, app, embeddings)
    await database.close()
