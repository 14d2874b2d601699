"""A token that ends while its stream goes on (docs/faults.md, row 17): embedded alone, whose issuer gives it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx

from services.gateway.http.auth import LEEWAY_S
from services.standalone.local_issuer import LocalIssuer, Person
from shared.access import Role
from tests.e2e.conftest import ended
from tests.support.model_server import DONE, answer, head, spoken, sse
from tests.support.scripted_server import ScriptedServer, Step
from tests.support.stack import running_stack

ALICE = Person("alice", roles=(Role.PREVENTION_ADVISOR,))
LIVES_S = 5
PATIENCE_S = 30
BACKEND = """
[backends.slow]
kind = "openai"
address = "{address}"
model = "tiny"
timeouts = {{ first_token = 60, between_tokens = 60, total = 60 }}
"""
WRITTEN = answer(
    ("Le cryostat se vide à deux, porte ouverte.", [1]), ("Le cryostat se remplit à deux, porte ouverte.", [1])
)


async def test_fault_17_a_stream_that_was_let_in_ends_whole_and_the_next_call_is_refused(tmp_path: Path) -> None:
    ended_token = asyncio.Event()
    first, rest = WRITTEN[: (cut := WRITTEN.index("},") + 2)], WRITTEN[cut:]
    script: list[Step] = [head(), sse(first), ended_token.wait, *spoken(rest)[1:-2], sse(finish="stop"), DONE]
    async with ScriptedServer(script).running() as model:
        (tmp_path / "backends.toml").write_text(BACKEND.format(address=model.address), encoding="utf-8")
        async with running_stack(tmp_path / "data", VIGIE_BACKENDS_FILE=str(tmp_path / "backends.toml")) as stack:
            async with stack.client() as operator:
                note = b"# Consigne\n\nLe cryostat se vide et se remplit \xc3\xa0 deux, porte ouverte.\n"
                assert (await ended(operator, await operator.submit("consigne.md", note))).state == "indexed"
            issuer = stack.people
            assert isinstance(issuer, LocalIssuer)
            token = issuer.token(ALICE, lifetime=timedelta(seconds=LIVES_S - LEEWAY_S))
            headers = {"authorization": f"Bearer {token}"}
            async with httpx.AsyncClient(base_url=stack.url, headers=headers, timeout=60, trust_env=False) as http:
                names = [name async for name in _events(http, ended_token)]
                assert names.count("sentence") == 2
                assert names[-1] == "answer", "the stream ended whole"
                assert (await http.get("/v1/questions")).status_code == 401


async def _events(http: httpx.AsyncClient, ended_token: asyncio.Event) -> AsyncIterator[str]:
    """The names of a stream's events; after its first sentence nothing comes until its token opens nothing more."""
    body = {"question": "Comment vider le cryostat ?", "backend": "slow", "confidentiality": "public"}
    async with http.stream("POST", "/v1/questions", json=body, headers={"accept": "text/event-stream"}) as response:
        assert response.status_code == 200
        async for line in response.aiter_lines():
            name, _, value = line.partition(": ")
            if name != "event":
                continue
            if value == "sentence" and not ended_token.is_set():
                await _until_refused(http)
                ended_token.set()
            yield value


async def _until_refused(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while (await http.get("/v1/questions")).status_code != 401:
            await asyncio.sleep(0.1)
