"""Another embedding model: questions go on being answered, and nothing is lost on the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import qdrant_edge as edge

from services.retriever.adapters.payload import dense_name
from services.retriever.adapters.qdrant_edge import EdgeIndex
from shared.client import Problem, VigieClient
from shared.contracts.index import EmbeddingModel
from shared.http_api.admin import EmbeddingView
from shared.http_api.documents import DocumentView
from tests.e2e.conftest import StackStarter, ended, long_note
from tests.support.embeddings_server import EmbeddingsServer, embeddings_server
from tests.support.stack import Running
from tests.support.up import Up

pytestmark = pytest.mark.asyncio(loop_scope="module")

SMALL = EmbeddingModel(name="hashing-64", dimension=64, normalised=True)
LARGE = EmbeddingModel(name="hashing-128", dimension=128, normalised=True)


SETTINGS = {
    "VIGIE_EMBEDDER_HASHING_DELAY_MS": "2",
    "VIGIE_EMBEDDER_OPENAI_TIMEOUT_S": "0.5",
    "VIGIE_EMBEDDER_OPENAI_BATCH": "16",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory, run_stack: StackStarter) -> AsyncIterator[Running]:
    async with run_stack(tmp_path_factory.mktemp("reembed") / "data", **SETTINGS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def stack(shared: Running) -> Running:
    """As on its first day: no documents, nothing but the first model."""
    async with shared.client() as client:
        async for document in client.documents():
            await client.withdraw(document.id)
        if (await client.embedding()).next is not None:
            await client.cancel_reembedding()
        await client.reembed("hashing")
        if (await reached(client, done)).previous is not None:
            await client.drop_previous_embedding()
    return shared


async def reached(
    client: VigieClient, condition: Callable[[EmbeddingView], bool], timeout_s: float = 120
) -> EmbeddingView:
    async def look() -> EmbeddingView:
        while not condition(found := await client.embedding()):
            await asyncio.sleep(0.05)
        return found

    return await asyncio.wait_for(look(), timeout_s)


def done(found: EmbeddingView) -> bool:
    return found.next is None


async def submitted(client: VigieClient, *numbers: int, sections: int = 100) -> list[DocumentView]:
    accepted = [await client.submit(f"{n}.md", long_note(n, sections).encode()) for n in numbers]
    ends = [await ended(client, document) for document in accepted]
    assert [end.state for end in ends] == ["indexed"] * len(ends)
    return ends


async def answers(client: VigieClient, number: int) -> bool:
    """Whether a question about a document is answered out of it."""
    answer = await client.ask(f"Quelle consigne pour la machine {number} du poste {number}-1 ?")
    return any(f"machine {number} " in citation.quote for citation in answer.citations)


async def vectors_in(index: Path, model: EmbeddingModel) -> int:
    """Passages in an embedded index with vectors of this model, once its process has ended."""

    def count(shard: edge.EdgeShard) -> int:
        has = edge.Filter(must=[edge.HasVectorCondition(dense_name(model))])
        return shard.count(edge.CountRequest(filter=has))

    opened = EdgeIndex(index)
    async with opened.opened():
        return await opened._run(count)


async def test_questions_go_on_and_new_documents_land_in_both(stack: Running) -> None:
    async with stack.client() as client:
        documents = await submitted(client, 1, 2, 3, sections=400)  # a round of questions fits on a busy machine too
        await client.reembed("hashing:128")
        late = await client.submit("4.md", long_note(4, 30).encode())
        meanwhile: list[bool] = []
        while not done(await client.embedding()):
            meanwhile += await asyncio.gather(*(answers(client, number) for number in (1, 2, 3)))
        assert meanwhile, "a question was asked before the vectors were made"
        assert all(meanwhile)
        found = await reached(client, done)
        assert found.active
        assert found.previous
        assert (found.active.engine, found.active.name) == ("hashing:128", "hashing-128")
        assert found.previous.engine == "hashing"
        documents.append(await ended(client, late))
        assert [await answers(client, n) for n in (1, 2, 3, 4)] == [True] * 4
        found = await reached(client, lambda view: view.active is not None and view.active.passages == view.active.of)
        assert found.active
        assert found.active.of == sum(document.passages for document in documents)
        before = await submitted(client, 5)
        await client.drop_previous_embedding()
        assert (await client.embedding()).previous is None
        assert await answers(client, 5)
    assert before


async def test_there_is_a_way_back_which_misses_nothing(stack: Running) -> None:
    async with stack.client() as client:
        await submitted(client, 1)
        await client.reembed("hashing:128")
        await reached(client, done)
        await submitted(client, 2, sections=30)
        await client.reembed("hashing")
        found = await reached(client, done)
        assert found.active
        assert found.previous
        assert (found.active.engine, found.previous.engine) == ("hashing", "hashing:128")
        assert [await answers(client, n) for n in (1, 2)] == [True, True]


@asynccontextmanager
async def halfway(stack: Running, stopped: str = "status:503") -> AsyncIterator[tuple[VigieClient, EmbeddingsServer]]:
    """Three documents, and a change to a model whose server has stopped after the first batches."""
    async with embeddings_server() as server, stack.client() as client:
        await submitted(client, 1, 2, 3)
        server.stops_after, server.stopped = 9, stopped
        await client.reembed(f"openai:bge-m3@{server.url}")
        await reached(client, lambda view: view.next is not None and view.next.passages > 0)
        while len(server.requests) <= server.stops_after:
            await asyncio.sleep(0.01)
        yield client, server


async def test_a_model_that_is_given_up_leaves_nothing_and_nothing_waits_for_it(stack: Running) -> None:
    async with halfway(stack) as (client, _):
        with pytest.raises(Problem, match="vigie reembed --cancel"):
            await client.reembed("hashing:128")
        assert (await client.cancel_reembedding()).next is None
        with pytest.raises(Problem):
            await client.cancel_reembedding()
        assert await answers(client, 1)
        await asyncio.wait_for(_models_are(stack.data / "index", [SMALL]), 120)
        await client.reembed("hashing:128")
        found = await reached(client, done)
        assert found.active
        assert found.active.engine == "hashing:128"


async def _models_are(index: Path, models: list[EmbeddingModel]) -> None:
    expected = [model.model_dump() for model in models]
    while json.loads((index / "models.json").read_text()) != expected:
        await asyncio.sleep(0.1)


async def test_a_document_withdrawn_in_the_middle_is_in_neither(tmp_path: Path, run_stack: StackStarter) -> None:
    """On a stack of its own: the index is read once its process has ended."""
    async with run_stack(tmp_path / "data", **SETTINGS) as stack, halfway(stack) as (client, server):
        documents = [document async for document in client.documents()]
        (kept,) = (document for document in documents if document.key == "3.md")
        for document in documents:
            if document != kept:
                await client.withdraw(document.id)
        server.stops_after = None
        await reached(client, done)
        assert not await answers(client, 1)
        assert await answers(client, 3)
        index = stack.data / "index"
    new = EmbeddingModel(name="bge-m3", dimension=8, normalised=True)
    assert await vectors_in(index, new) == await vectors_in(index, SMALL) == kept.passages


@pytest.mark.parametrize("stopped", ["never", "reset"])
async def test_a_new_endpoint_that_stops_in_the_middle_is_waited_for_and_the_old_model_goes_on(
    stack: Running, stopped: str
) -> None:
    async with halfway(stack, stopped) as (client, server):
        await submitted(client, 4, sections=20)
        assert [await answers(client, n) for n in (1, 2, 3, 4)] == [True] * 4
        found = await client.embedding()
        assert found.next
        assert found.next.failure is None
        server.stops_after = None
        found = await reached(client, done)
        assert found.active
        assert found.active.name == "bge-m3"


async def test_an_endpoint_that_answers_nonsense_stops_the_change_and_says_why(stack: Running) -> None:
    async with embeddings_server("dimension") as server, stack.client() as client:
        await submitted(client, 1, sections=30)  # one batch: one failure
        server.mode, server.wrong_left = "nan", None
        await client.reembed(f"openai:bge-m3@{server.url}")
        found = await reached(client, lambda view: view.next is not None and view.next.failure is not None)
        assert found.next
        assert found.next.failure
        assert "something else than finite numbers" in found.next.failure["detail"]
        assert await answers(client, 1)
        server.mode = "floats"
        await client.reembed(f"openai:bge-m3@{server.url}")
        found = await reached(client, done)
        assert found.active
        assert found.active.dimension == 8


async def test_the_same_model_under_another_spelling_is_taken_over_as_it_is(stack: Running) -> None:
    async with stack.client() as client:
        await submitted(client, 1)
        await client.reembed("hashing:64")
        found = await reached(client, done)
        assert found.active
        assert found.active.engine == "hashing:64"
        assert found.previous is None
        assert await answers(client, 1)


@pytest.mark.processes
async def test_a_stack_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path) -> None:
    """Embedded alone: `vigie up` and `vigie reembed --data` are about the embedded stack."""
    up = Up(tmp_path / "data")
    try:
        await asyncio.to_thread(up.start)
        async with up.client() as client:
            documents = await submitted(client, 1, 2, 3, sections=150)
        assert up.stop() == 0
        up.environment["VIGIE_EMBEDDER_HASHING_DELAY_MS"] = "20"  # taking over takes longer than this test looks on
        await asyncio.to_thread(up.start)
        async with up.client() as client:
            await client.reembed("hashing:128")
            await reached(client, lambda view: view.next is not None and view.next.passages > 100)
            up.kill()
        del up.environment["VIGIE_EMBEDDER_HASHING_DELAY_MS"]
        await asyncio.to_thread(up.start)
        async with up.client() as client:
            found = await client.embedding()
            assert found.next is not None, "the kill must come in the middle"
            assert found.next.passages > 0
            assert await answers(client, 2)
            followed = await asyncio.to_thread(up.run, "reembed", "--model", "hashing:128")
            assert followed.returncode == 0, followed.stderr
            assert "Questions are asked with hashing:128" in followed.stdout
            assert [await answers(client, n) for n in (1, 2, 3)] == [True] * 3
        dropped = await asyncio.to_thread(up.run, "reembed", "--drop-old")
        assert "Kept" not in dropped.stdout
        await asyncio.wait_for(_models_are(up.data / "index", [LARGE]), 60)
        assert up.stop() == 0
    finally:
        up.kill()
    total = sum(document.passages for document in documents)
    assert await vectors_in(up.data / "index", LARGE) == total
