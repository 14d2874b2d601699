"""Whatever fails outside of Vigie, and says in its error what somebody wrote: no failure and no log line has it (S16).

Each way is an adapter of the product against a server, a program or a fake that fails with the words of a person.
"""

import io
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.embedder.adapters import openai_endpoint
from services.embedder.adapters.openai_endpoint import OpenAiEngine
from services.gateway.http.jwks_http import JwksHttp
from services.gateway.settings import DirectorySettings
from services.generator.models import line_stream
from services.ingest.parsers.fiches_travail import FichesTravailParser
from services.ingest.parsers.legi_data import LegiDataParser
from services.ingest.parsers.ocr import Tesseract
from services.ingest.parsers.ocr_budget import OcrBudget, ocr_budget
from services.retriever.adapters.qdrant import QdrantIndex
from shared.access import PUBLIC
from shared.errors import VigieError, trace_of
from shared.settings import ObjectStoreSettings
from shared.telemetry.logs import WordlessFormatter
from shared.worker.context import create_store
from tests.services.embedder.test_openai_endpoint import QUICK
from tests.services.gateway.test_jwks_http import SETTINGS
from tests.services.generator.test_model_backend import REQUEST
from tests.services.ingest.test_ocr import GREY
from tests.support.model_server import backend_at
from tests.support.scripted_server import ScriptedServer

CANARY = "Mme-Serin-allergique-au-latex"
STATUSES = ("200 OK", "400 Bad Request", "403 Forbidden", "404 Not Found", "500 Oops", "503 Later")
BODIES = {
    "JSON": json.dumps({"error": {"message": CANARY, "code": CANARY}, "status": {"error": CANARY}, "data": [CANARY]}),
    "text": f"cannot read {CANARY}",
    "XML": f"<?xml version='1.0'?><Error><Code>{CANARY}</Code><Message>{CANARY}</Message></Error>",
}


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the log of a process says, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WordlessFormatter("%(name)s %(message)s"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@asynccontextmanager
async def saying(status: str, body: str) -> AsyncIterator[str]:
    head = f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\ncontent-type: application/json\r\nconnection: close"
    async with ScriptedServer([f"{head}\r\n\r\n{body}"]).running() as server:
        yield server.address


async def objects(address: str) -> None:
    settings = ObjectStoreSettings(
        s3_url="s3://bucket/vigie", s3_endpoint=address, s3_region="us-east-1", s3_access_key_id="key",
        s3_secret_access_key=SecretStr("secret"), s3_timeout_s=1,
    )  # fmt: skip
    store = create_store(settings)
    await store.put("texts/v", CANARY.encode(), scope=PUBLIC)
    await store.delete(f"texts/{CANARY}")


async def index(address: str) -> None:
    found = QdrantIndex(address, collection="passages", timeout_s=1)
    async with found.opened():
        await found.head(uuid4())


async def embeddings(address: str) -> None:
    engine = OpenAiEngine(replace(QUICK, url=address))
    async with engine.opened():
        await engine.embed_passages([CANARY])


async def model(address: str) -> None:
    async with backend_at(address) as backend, aclosing(backend.write(REQUEST)) as writing:
        async for _ in writing:
            pass


async def issuer(address: str) -> None:
    keys = JwksHttp(f"{address}/{CANARY}", SETTINGS)
    await keys.open()
    try:
        await keys.key(CANARY)
    finally:
        await keys.close()


async def directory(address: str) -> None:
    from services.gateway.directory.keycloak import KeycloakDirectory

    settings = DirectorySettings(
        keycloak_realm_url=f"{address}/realms/vigie", client_id="c", client_secret=SecretStr("s"), timeout_s=1
    )
    found = KeycloakDirectory(settings)
    async with found.opened():
        await found.people(CANARY, 10)


SERVERS: dict[str, Callable[[str], Awaitable[None]]] = {
    each.__name__: each for each in (objects, index, embeddings, model, issuer, directory)
}


def assert_no_word(error: BaseException | None, told: io.StringIO) -> None:
    if error is not None:
        assert isinstance(error, VigieError), trace_of(error)
        assert CANARY not in str(error)
        assert CANARY not in json.dumps(error.params, default=str)
        assert CANARY not in trace_of(error)
    assert CANARY not in told.getvalue()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("server", SERVERS.values(), ids=SERVERS)
async def test_s16_a_server_that_fails_in_the_words_of_a_person_is_not_quoted(
    server: Callable[[str], Awaitable[None]],
    status: str,
    body: str,
    told: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module, pause in ((openai_endpoint, "_PAUSE_S"), (line_stream, "_FIRST_PAUSE_S")):
        monkeypatch.setattr(module, pause, 0.001)
    error: BaseException | None = None
    async with saying(status, body) as address:
        try:
            await server(address)
        except Exception as raised:  # noqa: BLE001 (whatever it is)
            error = raised
    assert_no_word(error, told)


@pytest.mark.parametrize("parser", [LegiDataParser(), FichesTravailParser()], ids=["code", "guide"])
@pytest.mark.parametrize(
    "data",
    [
        f'{{"type": "code", "data": {{"{CANARY}": 1}}}}', f'"{CANARY}"', f"{{{CANARY}", f'{{"title": ["{CANARY}"]}}',
        f'{{"type": "{CANARY}", "data": {{}}, "children": []}}',
        f'{{"type": "code", "data": {{"id": "1", "title": "t", "version_from": "{CANARY}"}}, "children": []}}',
    ],
)  # fmt: skip
def test_s16_a_corpus_of_another_shape_is_not_quoted(
    parser: LegiDataParser | FichesTravailParser, data: str, told: io.StringIO
) -> None:
    with pytest.raises(VigieError) as raised:
        parser.parse(data.encode())
    assert_no_word(raised.value, told)


def test_s16_what_tesseract_says_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: io.StringIO
) -> None:
    program = tmp_path / "tesseract"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo fra; exit; fi\necho {CANARY} >&2; echo {CANARY}; exit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(VigieError) as raised, ocr_budget(OcrBudget()):
        Tesseract().read([GREY], [1])
    assert_no_word(raised.value, told)
