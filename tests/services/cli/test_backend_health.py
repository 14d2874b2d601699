"""What `vigie backends` learns of a model server."""

import json

import pytest

from services.cli.backend_health import Health, check_health
from shared.contracts.backends import Registry
from tests.support.model_server import config, head
from tests.support.scripted_server import RESET, Script, ScriptedServer

LISTED: dict[str, tuple[str, str, object, bool]] = {
    "openai": ("openai", "tiny", {"data": [{"id": "tiny"}]}, True),
    "another": ("openai", "tiny", {"data": [{"id": "large"}]}, False),
    "pulled": ("ollama", "tiny", {"models": [{"name": "tiny:latest"}]}, True),
    "with its tag": ("ollama", "tiny:3b", {"models": [{"name": "tiny:3b"}]}, True),
    "not pulled": ("ollama", "tiny:3b", {"models": [{"name": "tiny:7b"}]}, False),
}


@pytest.mark.parametrize(("kind", "model", "body", "has"), LISTED.values(), ids=LISTED)
async def test_models_that_are_listed_and_pulled(kind: str, model: str, body: object, has: bool) -> None:
    script = [head(media_type="application/json"), json.dumps(body).encode()]
    async with ScriptedServer(script).running() as server:
        health = await check_health(config(server.address, kind=kind, model=model, api_key="s3cret"))
    assert (health.reachable, health.has_model) == (True, has)
    assert server.heads[0].startswith(f"GET {'/api/tags' if kind == 'ollama' else '/models'} ")
    assert "bearer s3cret" in server.heads[0].lower()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([head("401 Unauthorized")], "status 401"),
        ([head("302 Found", location="http://127.0.0.1:9/")], "status 302"),
        ([head(), b"<html>"], "malformed"),
        ([head(), b'{"data": 3}'], "malformed"),
        ([RESET], "RemoteProtocolError"),
    ],
)
async def test_servers_that_say_something_else(script: Script, reason: str) -> None:
    async with ScriptedServer(script).running() as server:
        assert await check_health(config(server.address)) == Health(reachable=False, has_model=None, reason=reason)


async def test_nobody_there_and_nobody_needed() -> None:
    assert (await check_health(config("http://127.0.0.1:9"))).reason == "ConnectError"
    assert (await check_health(Registry().named("extractive"))).reachable
