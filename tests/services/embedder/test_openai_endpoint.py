"""The endpoint adapter against a server on a real socket that goes wrong in every way that we could think of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from services.embedder.adapters import openai_endpoint
from services.embedder.adapters.openai_endpoint import Endpoint, OpenAiEngine
from services.embedder.prefixes import E5
from shared.errors import EmbeddingFailed, InternalError, Unavailable
from tests.support.embeddings_server import DIMENSION, RIGHT, WRONG, EmbeddingsServer, embeddings_server, vector_for

QUICK = Endpoint(url="", model="bge-m3", timeout_s=0.4, batch=2)
TEXTS = ["Gants cryogéniques.", "Lunettes de protection.", "Casque antibruit."]


def unit(text: str) -> npt.NDArray[np.float64]:
    vector = np.array(vector_for(text), np.float64)
    return vector / np.float64(np.linalg.norm(vector))


@pytest.fixture(autouse=True)
def quick_to_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_endpoint, "_PAUSE_S", 0.001)


@asynccontextmanager
async def opened(endpoint: Endpoint = QUICK) -> AsyncIterator[tuple[OpenAiEngine, EmbeddingsServer]]:
    async with embeddings_server() as server:
        engine = OpenAiEngine(replace(endpoint, url=server.url))
        async with engine.opened():
            server.requests.clear()
            yield engine, server


@pytest.mark.parametrize("mode", RIGHT)
async def test_vectors_come_in_the_order_of_the_texts_and_of_length_1(mode: str) -> None:
    async with opened() as (engine, server):
        server.mode = mode
        vectors = await engine.embed_passages(TEXTS)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(vectors, [unit(text) for text in TEXTS], atol=1e-5)
        np.testing.assert_allclose(await engine.embed_query("Azote ?"), unit("Azote ?"), atol=1e-5)
        assert [len(request["input"]) for request in server.requests] == [2, 1, 1]
        assert (engine.model.name, engine.model.dimension, engine.model.normalised) == ("bge-m3", DIMENSION, True)


async def test_the_key_and_the_prefixes_go_with_the_texts_and_prefixes_make_another_model() -> None:
    async with opened(replace(QUICK, api_key="secret", prefixes=E5)) as (engine, server):
        await engine.embed_passages(["Gants."])
        await engine.embed_query("Gants ?")
        assert [request["input"] for request in server.requests] == [["passage: Gants."], ["query: Gants ?"]]
        assert {request["headers"]["authorization"] for request in server.requests} == {"Bearer secret"}
        assert engine.model.name.startswith("bge-m3@")


@pytest.mark.parametrize("mode", ["never", "drip", "cut", "reset", "status:500", "status:503", "status:429"])
async def test_a_server_that_is_down_slow_or_overloaded_is_waited_for_by_the_consumer(mode: str) -> None:
    async with opened() as (engine, server):
        server.mode = mode
        with pytest.raises(Unavailable):
            await engine.embed_passages(TEXTS)
        assert len(server.requests) == 1, "tries in two places would multiply"
        server.mode = "floats"
        assert (await engine.embed_passages(TEXTS)).shape == (3, DIMENSION)


@pytest.mark.parametrize("mode", WRONG)
async def test_an_answer_that_cannot_be_used_is_asked_again_twice_and_then_has_failed(mode: str) -> None:
    async with opened() as (engine, server):
        server.mode = mode
        with pytest.raises(EmbeddingFailed) as failed:
            await engine.embed_passages(TEXTS[:2])
        assert str(failed.value.params["reason"]).startswith("vectors-")
        assert len(server.requests) == 3
        server.wrong_left = 2
        assert (await engine.embed_passages(TEXTS[:2])).shape == (2, DIMENSION)


@pytest.mark.parametrize("status", [301, 401, 403, 404])
async def test_a_refusal_is_told_with_its_status(status: int) -> None:
    async with opened() as (engine, server):
        server.mode = f"status:{status}"
        with pytest.raises(EmbeddingFailed) as failed:
            await engine.embed_query("Gants ?")
        assert failed.value.params == {"model": "bge-m3", "reason": "refused", "status": status}
        assert len(server.requests) == 1


async def test_what_is_too_much_for_the_server_is_sent_in_parts_and_then_shorter() -> None:
    async with opened(replace(QUICK, batch=8)) as (engine, server):
        server.mode = "limit:50"
        long = "Port du casque. " * 6
        vectors = await engine.embed_passages([*TEXTS, long])
        np.testing.assert_allclose(vectors[:3], [unit(text) for text in TEXTS], atol=1e-5)
        assert len(server.requests[-1]["input"][0]) <= 50
        server.mode = "limit:5"
        with pytest.raises(EmbeddingFailed):
            await engine.embed_query(long)


async def test_a_question_does_not_wait_for_passages() -> None:
    async with opened(replace(QUICK, timeout_s=30)) as (engine, server):
        server.mode, server.wrong_left = "never", 1
        server.arrived.clear()
        passages = asyncio.create_task(engine.embed_passages(TEXTS))
        await server.arrived.wait()
        assert (await engine.embed_query("Gants ?")).shape == (DIMENSION,)
        assert not passages.done()
        passages.cancel()


async def test_a_server_that_is_away_at_the_start_is_no_defect() -> None:
    async with embeddings_server() as server:
        url = server.url
    engine = OpenAiEngine(Endpoint(url=url, model="bge-m3"))
    with pytest.raises(Unavailable):
        async with engine.opened():
            pass
    with pytest.raises(InternalError):
        await engine.embed_query("Gants ?")
