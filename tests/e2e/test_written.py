"""Written answers through the whole stack, from a model on a socket that does what the test tells it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from services.standalone.local_issuer import Person
from shared.access import Role
from shared.contracts.questions import Sentence
from shared.http_api.questions import AnswerView
from tests.e2e.conftest import StackStarter, ended
from tests.support.model_server import answer, head, spoken, sse
from tests.support.scripted_server import HANG, RESET, ScriptedServer
from tests.support.stack import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE = Person("alice", units=("UMR5219",), roles=(Role.PREVENTION_ASSISTANT,))
NOTE = "# Consigne\n\nLe cryostat se vide à deux, porte ouverte.\n"
QUESTION = "Comment vider le cryostat ?"
GOOD = answer(("Le cryostat doit être vidé à deux, porte ouverte.", [1]))
FORGED = answer(("Le cryostat se vide à trois, porte ouverte.", [1]))


@dataclass
class Chain:
    stack: Running
    model: ScriptedServer

    async def ask(self, backend: str) -> AnswerView:
        async with self.stack.client(ALICE) as client:
            return await client.ask(QUESTION, backend=backend)

    async def readyz(self) -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{self.stack.url}/readyz")).is_success


BACKENDS = """
[backends.local]
kind = "openai"
address = "{address}"
model = "tiny"
classes = ["public", "internal", "confidential"]
timeouts = {{ first_token = 20 }}

[backends.busy]
kind = "openai"
address = "{address}"
model = "tiny"
classes = ["public", "internal", "confidential"]
slots = 2
queue = 1
timeouts = {{ first_token = 120 }}

[backends.remote]
kind = "openai"
address = "{address}"
model = "large"
"""
"""A backend of its own for each test that makes one fail: what became of it is remembered."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chain(tmp_path_factory: pytest.TempPathFactory, run_stack: StackStarter) -> AsyncIterator[Chain]:
    folder = tmp_path_factory.mktemp("written")
    async with ScriptedServer(spoken(GOOD)).running() as model:
        file = folder / "backends.toml"
        file.write_text(BACKENDS.format(address=model.address), encoding="utf-8")
        async with run_stack(folder / "data", VIGIE_BACKENDS_FILE=str(file)) as stack:
            async with stack.client(ALICE) as client:
                document = await client.submit("consigne.md", NOTE.encode(), scope="unit:UMR5219", title="Consigne")
                assert (await ended(client, document)).state == "indexed"
            yield Chain(stack, model)


async def test_a_written_answer_its_fallbacks_and_its_classes(chain: Chain) -> None:
    chain.model.scripts = [spoken(GOOD)]
    async with chain.stack.client(ALICE) as client:
        assert [each.name for each in await client.backends()] == ["extractive", "local", "busy", "remote"]
        items = [item async for item in client.stream(QUESTION, backend="local")]
    sentences = [item for item in items if isinstance(item, Sentence)]
    whole = items[-1]
    assert isinstance(whole, AnswerView)
    assert [sentence.text for sentence in sentences] == ["Le cryostat doit être vidé à deux, porte ouverte [1]."]
    assert (whole.mode, whole.backend, whole.model, whole.prompt) == ("generated", "local", "tiny", "answer/1")
    assert whole.citations[0].quote == "Le cryostat se vide à deux, porte ouverte."
    assert whole.confidentiality == "confidential"

    chain.model.scripts = [spoken(FORGED)]
    forged = await chain.ask("local")
    assert (forged.mode, forged.removed, "trois" in (forged.answer or "")) == ("extractive", 1, False)
    assert forged.notice is not None
    assert forged.notice.code == "unsupported"

    chain.model.scripts = [[RESET]]
    down = await chain.ask("local")
    assert down.notice is not None
    assert (down.mode, down.notice.code) == ("extractive", "backend-down")
    assert "«" in (down.answer or "")

    before = len(chain.model.requests)
    async with chain.stack.client(ALICE) as client:
        kept = await client.ask(QUESTION, backend="remote", confidentiality="public")
    assert kept.notice is not None
    assert (kept.mode, kept.notice.code, kept.confidentiality) == ("extractive", "backend-not-allowed", "confidential")
    assert len(chain.model.requests) == before, "a unit's text never reaches a backend that may see public text alone"


async def test_15_16_a_burst_is_refused_and_who_leaves_frees_the_model(chain: Chain) -> None:
    chain.model.scripts = [[head(), sse("{"), HANG]]
    token = chain.stack.token(ALICE)
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    async with httpx.AsyncClient(base_url=chain.stack.url, headers=headers, timeout=60, trust_env=False) as http:
        body = {"question": QUESTION, "backend": "busy"}
        burst = [asyncio.create_task(http.post("/v1/questions", json=body)) for _ in range(8)]
        refused: list[httpx.Response] = []
        for done in asyncio.as_completed(burst):
            refused.append(await done)
            if len(refused) == 5:  # two write, one waits
                break
        assert {response.status_code for response in refused} == {429}
        assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
        assert json.loads(refused[0].content)["type"].endswith("overloaded")
        assert chain.model.open == 2
        assert await chain.readyz()
        quoted = await http.post("/v1/questions", json={"question": QUESTION})
        assert quoted.json()["mode"] == "extractive", "those who want quotes do not wait behind a busy model"
        for task in burst:
            task.cancel()
        await asyncio.gather(*burst, return_exceptions=True)
        await chain.model.until(lambda: chain.model.open == 0)
        chain.model.scripts = [spoken(GOOD)]
        assert (await chain.ask("busy")).mode == "generated"
