"""A model behind a socket, in health and in every sickness that docs/faults.md names (rows 13 to 16)."""

import asyncio
import json
from contextlib import aclosing
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.generator.answering.model_backend import ModelBackend
from services.generator.answering.ports import Truncated, WritingRequest
from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.citations import DraftSentence
from services.generator.models import line_stream
from services.generator.models.metrics import ModelMetrics
from shared.contracts.backends import Timeouts
from shared.errors import ModelUnavailable, Overloaded
from tests.fakes.generator import source
from tests.support.model_server import DONE, answer, backend_at, drafts_of, head, ndjson, spoken, sse
from tests.support.scripted_server import HANG, RESET, Script, ScriptedServer, Step

SPADE = source(0, "La bêche est graissée en mars.")
RAKE = source(1, "Le râteau se range debout.")
REQUEST = WritingRequest(ReadQuestion.read("Quand graisser la bêche ?"), "fr", (SPADE, RAKE))
GOOD = answer(("La bêche est graissée en mars.", [1]), ("Le râteau se range debout.", [2]))
GOOD_TEXT = "La bêche est graissée en mars [1]. Le râteau se range debout. [2]"
NEVER = Timeouts(connect=0.5, first_token=0.2, between_tokens=0.2, total=10)  # what it waits for never comes
PATIENT = Timeouts(
    connect=30, first_token=30, between_tokens=30, total=60
)  # what ends it comes, on a busy machine late


@pytest.fixture(autouse=True)
def quick_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_stream, "_FIRST_PAUSE_S", 0.001)


def texts(drafts: list[DraftSentence | Truncated]) -> list[str]:
    return [draft.text for draft in drafts if isinstance(draft, DraftSentence)]


async def failing(backend: ModelBackend) -> tuple[list[str], str]:
    """What was written before it failed, and why it did."""
    drafts: list[DraftSentence | Truncated] = []
    writing = backend.write(REQUEST)
    while True:
        try:
            drafts.append(await anext(writing))
        except ModelUnavailable as error:
            return texts(drafts), str(error.params["reason"])


@pytest.mark.parametrize(
    ("kind", "output", "script"),
    [
        ("openai", "json", spoken(GOOD)),
        ("openai", "text", spoken(GOOD_TEXT)),
        ("ollama", "json", ndjson(GOOD)),
        ("ollama", "text", ndjson(GOOD_TEXT)),
    ],
)
async def test_sentences_come_with_their_sources(kind: str, output: str, script: Script) -> None:
    async with (
        ScriptedServer(script).running() as server,
        backend_at(server.address, kind=kind, output=output) as backend,
    ):
        drafts = await drafts_of(backend, REQUEST)
    assert texts(drafts) == ["La bêche est graissée en mars [1].", "Le râteau se range debout [2]."]
    sentences = [draft for draft in drafts if isinstance(draft, DraftSentence)]
    assert sentences == drafts
    assert [claim.passage for draft in sentences for claim in draft.claims] == [SPADE.passage.id, RAKE.passage.id]
    assert all(draft.generated for draft in sentences)
    (sent,) = server.requests
    assert (sent["model"], sent["stream"]) == ("tiny", True)
    assert ("response_format" in sent or "format" in sent) == (output == "json")
    assert "1│ La bêche est graissée en mars." in sent["messages"][1]["content"]


async def test_a_sentence_leaves_before_the_model_has_ended() -> None:
    first, _, rest = GOOD.partition("}, ")
    async with (
        ScriptedServer([head(), sse(f"{first}}}, "), HANG]).running() as server,
        backend_at(server.address) as backend,
        aclosing(backend.write(REQUEST)) as writing,
    ):
        draft = await asyncio.wait_for(anext(writing), 10)
        assert isinstance(draft, DraftSentence)
        assert draft.text == "La bêche est graissée en mars [1]."
        assert rest


async def test_nobody_waits_for_what_follows_the_answer() -> None:
    async with ScriptedServer([head(), sse(GOOD), HANG]).running() as server, backend_at(server.address) as backend:
        assert len(await drafts_of(backend, REQUEST)) == 2
        assert await drafts_of(backend, REQUEST)


async def test_a_key_goes_in_the_header_and_nowhere_else() -> None:
    async with (
        ScriptedServer(spoken(GOOD)).running() as server,
        backend_at(server.address, api_key="s3cret") as backend,
    ):
        await drafts_of(backend, REQUEST)
    assert "authorization: bearer s3cret" in server.heads[0].lower()
    assert "s3cret" not in json.dumps(server.requests)


BEFORE_THE_FIRST_BYTE: dict[str, Script] = {
    "500": [head("500 Internal Server Error"), b"oops"],
    "503": [head("503 Service Unavailable")],
    "429": [head("429 Too Many Requests")],
    "reset": [RESET],
    "no HTTP": [b"what do you want?\r\n\r\n"],
    "nothing": [],
}


@pytest.mark.parametrize("script", BEFORE_THE_FIRST_BYTE.values(), ids=BEFORE_THE_FIRST_BYTE)
async def test_what_fails_before_the_first_byte_is_tried_again_twice(script: Script) -> None:
    async with ScriptedServer(script, script, spoken(GOOD)).running() as server, backend_at(server.address) as backend:
        assert len(await drafts_of(backend, REQUEST)) == 2
    assert len(server.requests) == 3
    async with ScriptedServer(script).running() as server, backend_at(server.address) as backend:
        assert (await failing(backend))[0] == []
    assert len(server.requests) == 3


ONCE: dict[str, tuple[Script, str]] = {
    "400": ([head("400 Bad Request")], "refused input"),
    "401": ([head("401 Unauthorized")], "status 401"),
    "404": ([head("404 Not Found")], "status 404"),
    "redirect": ([head("307 Temporary Redirect", location="http://127.0.0.1:9/")], "status 307"),
    "content type": ([head(media_type="text/html"), b"<html>"], "content-type"),
    "no stream": ([head(media_type="application/json"), b"{}"], "content-type"),
    "no JSON": ([head(), b"data: {nonsense\n\n"], "malformed"),
    "other JSON": ([head(), b'data: {"choices": [{"delta": {"content": 3}}]}\n\n'], "malformed"),
    "a list": ([head(), b"data: []\n\n"], "malformed"),
    "deep JSON": ([head(), b"data: " + b"[" * 100_000 + b"\n\n"], "malformed"),
    "no UTF-8": ([head(), b'data: {"choices": [{"delta": {"content": "\xe9\xe9"}}]}\n\n'], "malformed"),
    "error event": ([head(), b'data: {"error": {"message": "boom"}}\n\n'], "error event"),
    "a huge line": ([head(), b"data: " + b"x" * 400_000], "too-long"),
    "no end": ([head(), sse("{"), DONE], "broke off"),
    "strange end": ([head(), sse("{"), sse(finish="content_filter"), DONE], "broke off"),
    "empty": ([head(), sse(finish="stop"), DONE], "empty"),
    "white space": ([head(), sse("  \n "), sse(finish="stop"), DONE], "empty"),
    "prose for JSON": (spoken("Je ne sais pas."), "malformed"),
    "half of the JSON": (spoken(GOOD[:-30]), "malformed"),
}


@pytest.mark.parametrize(("script", "reason"), ONCE.values(), ids=ONCE)
async def test_what_fails_later_is_not_tried_again(script: Script, reason: str) -> None:
    async with ScriptedServer(script).running() as server, backend_at(server.address) as backend:
        assert (await failing(backend))[1] == reason
    assert len(server.requests) == 1


async def test_a_server_that_is_not_there() -> None:
    async with backend_at("http://127.0.0.1:9") as backend:
        assert await failing(backend) == ([], "connect")


FIRST = GOOD.partition("}, ")[0] + "}, "
MIDDLE: dict[str, tuple[list[Any], Timeouts, str]] = {
    "crash": (["length"], PATIENT, "connection lost"),
    "closed": ([], PATIENT, "broke off"),
    "cut in a character": ([b'data: {"choices": [{"delta": {"content": "\xc3'], PATIENT, "malformed"),
    "stall": ([HANG], Timeouts(connect=30, first_token=30, between_tokens=0.5, total=60), "slow"),
}


@pytest.mark.parametrize(("rest", "timeouts", "reason"), MIDDLE.values(), ids=MIDDLE)
async def test_what_was_whole_before_it_broke_stands(rest: list[Any], timeouts: Timeouts, reason: str) -> None:
    announced = {"content_length": "100000"} if rest == ["length"] else {}
    script = [head(**announced), sse(FIRST), sse('{"text": "Le râteau se ran'), *rest]
    async with ScriptedServer(script).running() as server, backend_at(server.address, timeouts=timeouts) as backend:
        assert await failing(backend) == (["La bêche est graissée en mars [1]."], reason)
    assert len(server.requests) == 1


@pytest.mark.parametrize("script", [[HANG], [head(), HANG], [head(), b": still here\n\n", HANG]])
async def test_13_a_first_token_that_does_not_come(script: Script) -> None:
    async with ScriptedServer(script).running() as server, backend_at(server.address, timeouts=NEVER) as backend:
        assert await failing(backend) == ([], "slow")
        assert backend.guarded.slots.taken == 0
        await server.until(lambda: server.open == 0)  # the request was aborted


async def test_13_a_model_that_trickles_for_ever_ends_with_the_total() -> None:
    async def pause() -> None:
        await asyncio.sleep(0.02)

    trickle: list[Step] = [sse("{"), pause]
    script = [head(), *trickle * 500]
    timeouts = Timeouts(connect=1, first_token=1, between_tokens=1, total=0.2)
    async with ScriptedServer(script).running() as server, backend_at(server.address, timeouts=timeouts) as backend:
        assert await failing(backend) == ([], "slow")


async def test_the_time_of_the_question_comes_before_the_time_of_the_backend() -> None:
    request = WritingRequest(REQUEST.question, "fr", REQUEST.sources, seconds=0.2)
    async with ScriptedServer([HANG]).running() as server, backend_at(server.address) as backend:
        with pytest.raises(ModelUnavailable, match="slow"):
            await drafts_of(backend, request)


@pytest.mark.parametrize("output", ["json", "text"])
async def test_the_longest_output_keeps_whole_sentences_and_says_so(output: str) -> None:
    cut = f"{FIRST}{{" if output == "json" else "La bêche est graissée en mars [1]. Le râteau se ran"
    async with (
        ScriptedServer(spoken(cut, finish="length")).running() as server,
        backend_at(server.address, output=output) as backend,
    ):
        drafts = await drafts_of(backend, REQUEST)
    assert texts(drafts) == ["La bêche est graissée en mars [1]."]
    assert drafts[-1] == Truncated()


@pytest.mark.parametrize(
    "item",
    [
        '{"text": "Le râteau.", "sources": [9], "quotes": []}',
        '{"text": "Le râteau.", "sources": [0], "quotes": []}',
        '{"text": "Le râteau.", "sources": [], "quotes": []}',
        '{"text": "", "sources": [1], "quotes": []}',
        '{"text": "Le rât\\ufffdeau.", "sources": [1], "quotes": []}',
        '{"text": 3, "sources": "1"}',
        '{"autre": 1}',
    ],
)
async def test_a_sentence_that_is_none_has_no_claims(item: str) -> None:
    script = spoken(f'{{"sentences": [{item}]}}')
    async with ScriptedServer(script).running() as server, backend_at(server.address) as backend:
        (draft,) = await drafts_of(backend, REQUEST)
    assert isinstance(draft, DraftSentence)
    assert draft.claims == ()


async def test_16_closing_the_generator_aborts_the_request_and_frees_the_slot() -> None:
    async with ScriptedServer([head(), sse(FIRST), HANG]).running() as server, backend_at(server.address) as backend:
        async with aclosing(backend.write(REQUEST)) as writing:
            await anext(writing)
            assert (backend.guarded.slots.taken, server.open) == (1, 1)
        assert backend.guarded.slots.taken == 0
        await server.until(lambda: server.open == 0)


async def test_14_the_circuit_opens_after_failures_and_tries_again_after_a_pause() -> None:
    scripts = [[head("404 Not Found")]] * 2 + [spoken(GOOD)]
    async with (
        ScriptedServer(*scripts).running() as server,
        backend_at(server.address, failures=2, pause_s=0.3) as backend,
    ):
        assert [(await failing(backend))[1] for _ in range(3)] == ["status 404", "status 404", "circuit open"]
        assert len(server.requests) == 2
        await asyncio.sleep(0.35)  # the pause is what is tested
        assert len(await drafts_of(backend, REQUEST)) == 2


async def test_14_what_says_nothing_of_the_models_health_opens_no_circuit() -> None:
    hanging: Script = [head(), sse(FIRST), HANG]
    async with (
        ScriptedServer([head("400 Bad Request")], hanging, spoken(GOOD)).running() as server,
        backend_at(server.address, failures=1) as backend,
    ):
        assert (await failing(backend))[1] == "refused input"
        async with aclosing(backend.write(REQUEST)) as writing:
            await anext(writing)
        assert len(await drafts_of(backend, REQUEST)) == 2


async def test_15_slots_then_a_queue_then_overloaded() -> None:
    async with (
        ScriptedServer([HANG], [HANG], spoken(GOOD)).running() as server,
        backend_at(server.address, slots=2, queue=1) as backend,
    ):
        running = [asyncio.create_task(drafts_of(backend, REQUEST)) for _ in range(2)]
        await server.until(lambda: len(server.requests) == 2)
        waiting = asyncio.create_task(drafts_of(backend, REQUEST))
        while backend.guarded.slots.waiting == 0:
            await asyncio.sleep(0)
        with pytest.raises(Overloaded) as error:
            await drafts_of(backend, REQUEST)
        assert int(error.value.params["retry_after_s"]) >= 1
        assert len(server.requests) == 2
        running[0].cancel()
        assert len(await waiting) == 2
        running[1].cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert (backend.guarded.slots.taken, backend.guarded.slots.waiting) == (0, 0)


async def test_operators_see_how_answers_end_and_who_waits() -> None:
    registry = CollectorRegistry()
    scripts: list[Script] = [spoken(GOOD), [head("404 Not Found")], [HANG]]
    async with ScriptedServer(*scripts).running() as server, backend_at(server.address, slots=1, queue=0) as backend:
        ModelMetrics(registry).watch(backend.guarded)
        await drafts_of(backend, REQUEST)
        await failing(backend)
        running = asyncio.create_task(drafts_of(backend, REQUEST))
        await server.until(lambda: len(server.requests) == 3)
        assert registry.get_sample_value("vigie_model_slots_taken", {"backend": "fake-model"}) == 1
        with pytest.raises(Overloaded):
            await drafts_of(backend, REQUEST)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    ends = {
        end: registry.get_sample_value("vigie_model_answers_total", {"backend": "fake-model", "end": end})
        for end in ("whole", "status 404", "overloaded", "cancelled")
    }
    assert ends == dict.fromkeys(ends, 1)
    assert registry.get_sample_value("vigie_model_circuit_open", {"backend": "fake-model"}) == 0


async def test_15_a_wait_in_the_queue_ends_with_the_time_of_the_question() -> None:
    async with ScriptedServer([HANG]).running() as server, backend_at(server.address, slots=1) as backend:
        running = asyncio.create_task(drafts_of(backend, REQUEST))
        await server.until(lambda: len(server.requests) == 1)
        request = WritingRequest(REQUEST.question, "fr", REQUEST.sources, seconds=0.1)
        with pytest.raises(ModelUnavailable, match="slow"):
            await drafts_of(backend, request)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert (backend.guarded.slots.taken, backend.guarded.slots.waiting) == (0, 0)
