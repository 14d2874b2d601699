"""What every response carries, whichever route gives it; and what the OpenAPI document says of refusals."""

import re

import httpx
import pytest
from sqlalchemy import text
from starlette.types import Receive, Scope, Send

from services.gateway.documents.service import DocumentService
from services.gateway.http.door import Door
from services.gateway.http.problems import MEDIA_TYPE, answering
from shared.errors import MisdirectedRequest
from shared.worker.middleware import AllowedHosts
from tests.services.gateway.conftest import ASSISTANT, READER, UNIT, Rig, api

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/livez", 200),
        ("GET", "/v1/documents", 200),
        ("GET", "/v1/documents/no-id", 422),
        ("GET", "/v1/nothing", 404),
        ("PUT", "/v1/documents", 405),
        ("POST", "/v1/chat/completions", 400),
    ],
)
async def test_s25_whatever_is_answered_is_kept_nowhere_and_taken_for_nothing_else(
    rig: Rig, method: str, path: str, status: int
) -> None:
    response = await rig.http.request(method, path, headers=rig.headers(READER))
    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_s22_pages_of_the_api_ask_nobody_else_for_anything(rig: Rig) -> None:
    page = await rig.http.get("/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert not re.search(r"//|<script>|\son\w+=", page.text), "an address elsewhere, or a script in the page"
    for path in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        part = await rig.http.get(f"/{path}")
        assert part.is_success, path
        assert re.match(r"text/(css|javascript)|application/javascript", part.headers["content-type"])
    assert (await rig.http.get("/redoc")).status_code == 404


async def test_a_refused_method_is_told_all_that_the_address_takes(rig: Rig) -> None:
    for path, operations in api()["paths"].items():
        refused = next(iter(sorted(METHODS - operations.keys())))
        response = await rig.http.request(refused.upper(), path, headers=rig.headers(READER))
        assert response.status_code == 405, path
        assert {each.lower() for each in response.headers["allow"].split(", ")} == operations.keys(), path
        told = response.json()
        kind = told["error"]["code"] if path.startswith(("/v1/chat", "/v1/models")) else told["type"]
        assert kind.removeprefix("urn:vigie:problem:") == "method-not-allowed"


def test_every_operation_documents_its_refusals() -> None:
    document = api()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            openai = path.startswith(("/v1/chat", "/v1/models"))
            refusal = {"$ref": f"#/components/responses/{'OpenAIError' if openai else 'Problem'}"}
            responses = operation["responses"]
            assert responses["default"] == refusal, (method, path)
            assert ("401" in responses) == ("security" in operation), (method, path)
            if "requestBody" in operation:
                assert responses["400" if openai else "422"] == responses["413"] == refusal, (method, path)
    assert list(document["components"]["responses"]["Problem"]["content"]) == [MEDIA_TYPE]
    assert "HTTPValidationError" not in str(document)


@pytest.mark.parametrize("host", ["vigie.example", "VIGIE.example:8443", "[::1]", "[::1]:8080", "127.0.0.1:1"])
async def test_a_host_of_the_list_is_answered(rig: Rig, host: str) -> None:
    assert (await asked_as(rig, host, "/docs")).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "vigie.example.evil.example", "[::2]", "", "vigie.example@evil"])
async def test_s25_a_page_that_reaches_the_gateway_under_its_own_name_learns_nothing(rig: Rig, host: str) -> None:
    refused = await asked_as(rig, host, "/v1/documents")
    assert refused.status_code == 421
    assert refused.json()["type"] == "urn:vigie:problem:misdirected-request"
    assert (await asked_as(rig, host, "/livez")).is_success, "probes come under a pod's address"


async def asked_as(rig: Rig, host: str, path: str) -> httpx.Response:
    hosts = ["vigie.example", "[::1]", "127.0.0.1"]
    transport = httpx.ASGITransport(app=AllowedHosts(rig.app, hosts, answering(MisdirectedRequest())))
    async with httpx.AsyncClient(transport=transport, base_url="http://vigie") as http:
        return await http.get(path, headers=rig.headers(READER) | {"host": host})


@pytest.mark.parametrize("failing", ["a route", "a middleware", "the database"])
async def test_s16_a_defect_is_a_problem_and_its_words_are_nowhere(
    rig: Rig, failing: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "Mme Serin, allergique au latex"

    async def defect(*_: object, **__: object) -> None:
        raise ValueError(canary)

    async def unknown_column(*_: object, **__: object) -> None:
        async with rig.gateway.database.reading() as session:
            await session.execute(text("SELECT serin FROM documents WHERE title = :title"), {"title": canary})

    if failing == "a middleware":
        monkeypatch.setattr(Door, "__call__", defect)
    else:
        replacement = unknown_column if failing == "the database" else defect
        monkeypatch.setattr(DocumentService, "counts", replacement)
    # Exceptions that leave the application would be raised here, as they would reach the server.
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=rig.app), base_url="http://vigie") as http:
        response = await http.get("/v1/status", headers=rig.headers(READER))
    assert response.status_code == 500
    assert response.json()["type"] == "urn:vigie:problem:internal-error"
    assert response.headers["cache-control"] == "no-store"
    assert "defect: " in caplog.text
    assert canary not in caplog.text + response.text


async def test_s16_a_store_that_fails_in_the_words_of_a_person_is_not_quoted(
    rig: Rig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = "Mme Serin, allergique au latex"

    async def put(*_: object, **__: object) -> None:
        raise OSError(5, canary, canary)

    monkeypatch.setattr(rig.store, "put", put)
    response = await rig.upload(ASSISTANT, canary.encode(), title=canary, scope=UNIT)
    assert response.status_code == 500
    assert "defect: OSError" in caplog.text
    assert canary not in caplog.text + response.text


async def test_a_response_that_has_begun_is_cut_off(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def begun(_self: Door, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("cut")

    monkeypatch.setattr(Door, "__call__", begun)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=rig.app), base_url="http://vigie") as http:
        with pytest.raises(ValueError, match="cut"):
            await http.get("/v1/status")
