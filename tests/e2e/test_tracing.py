"""One trace from the request to its end through all five services, without a word of what people wrote (S16)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from services.standalone.local_issuer import Person
from shared.client import VigieClient
from shared.contracts import topics
from shared.contracts.topics import TOPICS, Topic, all_names
from shared.http_api.questions import AnswerView
from tests.e2e.conftest import ProcessesMaker, StackStarter, ask_until_ended, ended, long_note
from tests.support.stack import Running
from tests.support.topic_records import records_of
from tests.support.trace_collector import QUICK, Collector, Found, Span

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "rossignol"
NOTE = f"# Coffre\n\nLe {SECRET} reste au coffre.\n"
QUESTION = f"Que faire du {SECRET} ?"
WORDS = (SECRET, "coffre", "Que faire", "Bearer", "eyJ")
"""Of a document, its file's name, the question, the answer and tokens."""
Hop = tuple[Topic, str, str]


def only_hop(topic: Topic) -> Hop:
    """Of a topic on which one service sends and one group receives."""
    [sender], [receiver] = topic.producers, topic.group_ids
    return topic, sender, receiver


ASKING = [*map(only_hop, (topics.QUESTIONS_ASKED, topics.QUESTIONS_EMBEDDED, topics.GENERATION_REQUESTED))]
READING = [*map(only_hop, (topics.DOCUMENTS_SUBMITTED, topics.PASSAGES_EXTRACTED, topics.PASSAGES_EMBEDDED))]
NOBODY = "http://127.0.0.1:9/v1/traces"


@dataclass
class Traced:
    """A stack that exports its traces, and where they arrive."""

    stack: Running
    collector: Collector

    async def until(self, true: Callable[[list[Span]], Found]) -> Found:
        return await asyncio.to_thread(self.collector.until, true)

    async def processed(self, topic: Topic, key: object, service: str = "gateway") -> Span:
        """The span of the service that handles the record of this key on the topic; the last one so far."""
        wanted = (f"vigie-{service}", f"{self.stack.topic(topic.name)} process", str(key))
        found = await self.until(
            lambda spans: [each for each in spans if (each.service, each.name, each.key) == wanted]
        )
        return found[-1]

    def way(self, request: str, *hops: Hop) -> list[tuple[str, str]]:
        """Service and name of the spans that these hops should make, one the child of the other."""
        expected = [("vigie-gateway", request)]
        for topic, sender, receiver in hops:
            name = self.stack.topic(topic.name)
            expected += [(f"vigie-{sender}", f"{name} create"), (f"vigie-{receiver}", f"{name} process")]
        return expected

    async def assert_way(self, leaf: Span, request: str, *hops: Hop) -> None:
        expected = self.way(request, *hops)
        await self.until(lambda _: len(self.collector.way_to(leaf)) == len(expected))
        assert self.collector.way_to(leaf) == expected

    def of_job(self, key: object) -> list[Span]:
        return [span for span in self.collector.spans if span.key == str(key)]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector().running() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traced(
    run_stack: StackStarter, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Traced]:
    folder = tmp_path_factory.mktemp("traced")
    async with run_stack(folder, VIGIE_TELEMETRY_OTLP_ENDPOINT=collector.url, **QUICK) as stack:
        yield Traced(stack, collector)


def a_traceparent(*, sampled: bool = True) -> tuple[str, str, str]:
    """A header as a client sends it; its trace, and its span."""
    trace, span = uuid4().hex, uuid4().hex[:16]
    return f"00-{trace}-{span}-0{int(sampled)}", trace, span


async def asked(client: VigieClient, question: str, *, streamed: bool = False, traceparent: str = "") -> AnswerView:
    if traceparent:
        client.http.headers["traceparent"] = traceparent
    if not streamed:
        return await client.ask(question)
    [*_, answer] = [each async for each in client.stream(question)]
    assert isinstance(answer, AnswerView)
    return answer


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
async def test_a_question_is_one_trace_of_five_services_in_that_of_the_client(traced: Traced, streamed: bool) -> None:
    traceparent, trace, parent = a_traceparent()
    async with traced.stack.client() as client:
        document = await client.submit(f"{uuid4()}.md", NOTE.encode())
        await ended(client, document)
        answer = await asked(client, QUESTION, streamed=streamed, traceparent=traceparent)
    assert (answer.state, SECRET in (answer.answer or "")) == ("answered", True)
    for topic in (*([topics.ANSWERS_STREAMED] if streamed else []), topics.ANSWERS_COMPLETED):
        leaf = await traced.processed(topic, answer.id)
        await traced.assert_way(leaf, "POST /v1/questions", *ASKING, (topic, "generator", "gateway"))
    assert {span.trace for span in traced.of_job(answer.id)} == {trace}
    [root] = [span for span in traced.collector.spans if span.trace == trace and span.parent == parent]
    assert root.attributes == {
        "http.request.method": "POST", "http.route": "/v1/questions", "http.response.status_code": 200,
    }  # fmt: skip
    assert not [span for span in traced.collector.spans if span.trace == trace and span.failed]


async def test_a_document_is_one_trace_though_the_outbox_sends_it(traced: Traced) -> None:
    async with traced.stack.client() as client:
        document = await ended(client, await client.submit(f"{SECRET}.md", NOTE.encode(), key=f"{SECRET}/{uuid4()}"))
    assert document.state == "indexed"
    leaf = await traced.processed(topics.DOCUMENTS_INDEXED, document.id)
    request = "POST /v1/documents"
    await traced.assert_way(leaf, request, *READING, (topics.DOCUMENTS_INDEXED, "retriever", "gateway"))
    assert {span.trace for span in traced.of_job(document.id)} == {leaf.trace}


async def test_a_dead_letter_and_the_end_of_its_job_are_in_the_trace_which_shows_the_error(traced: Traced) -> None:
    async with traced.stack.client() as client:
        document = await ended(client, await client.submit(f"{SECRET}.md", b"\x00\x01\x02" * 400, key=str(uuid4())))
    assert document.state == "failed"
    end = await traced.processed(topics.DOCUMENTS_PROGRESSED, document.id)
    await traced.assert_way(end, "POST /v1/documents", READING[0], (topics.DOCUMENTS_PROGRESSED, "ingest", "gateway"))
    failed = await traced.processed(topics.DOCUMENTS_SUBMITTED, document.id, "ingest")
    assert (failed.failed, failed.description) == (True, "")
    assert failed.events == [("exception", {"exception.type": "shared.errors.UnreadableDocument",
                                            "exception.escaped": "False"})]  # fmt: skip
    letter = f"{traced.stack.topic(topics.DOCUMENTS_SUBMITTED.dead_letters)} publish"
    await traced.until(lambda spans: [each for each in spans if (each.name, each.trace) == (letter, end.trace)])
    assert {span.trace for span in traced.of_job(document.id)} == {end.trace}


async def test_an_abstention_is_no_error(traced: Traced) -> None:
    async with traced.stack.client(Person("nobody")) as client:
        answer = await client.ask("Combien de zébus ?", evidence=1)
    leaf = await traced.processed(topics.ANSWERS_COMPLETED, answer.id)
    assert not [span for span in traced.collector.spans if span.trace == leaf.trace and span.failed]


async def test_nobody_sends_or_handles_but_who_is_declared(traced: Traced) -> None:
    """In this question, and in all that the tests before it have asked for."""
    async with traced.stack.client() as client:
        answer = await asked(client, QUESTION)
    await traced.processed(topics.ANSWERS_COMPLETED, answer.id)
    declared = set()
    for topic in TOPICS:
        declared |= {(f"vigie-{service}", f"{topic.name} create") for service in topic.producers}
        declared |= {(f"vigie-{each.service}", f"{topic.name} process") for each in topic.consumers}
        declared |= {(f"vigie-{each.service}", f"{topic.dead_letters} create") for each in topic.consumers}
        declared.add((f"vigie-{topics.DEAD_LETTER_READER}", f"{topic.dead_letters} process"))
    seen = {(span.service, span.name) for span in traced.collector.spans if span.name.endswith((" create", " process"))}
    assert set(traced.way("", *ASKING)[1:]) <= seen
    # The collector hears every stack of the module, each with a prefix of its own.
    assert {(service, name.removeprefix(traced.stack.prefix)) for service, name in seen} <= declared


async def test_s16_neither_traces_nor_headers_hold_a_word_of_anybody(traced: Traced) -> None:
    """After all the others; and a search, whose words are in its address."""
    async with traced.stack.client() as client:
        (await client.http.get("/v1/questions", params={"search": SECRET})).raise_for_status()
        assert (await client.http.get(f"/v1/{SECRET}")).status_code == 404
        answer = await asked(client, QUESTION)
    await traced.processed(topics.ANSWERS_COMPLETED, answer.id)
    await traced.until(lambda spans: [each for each in spans if each.name == "GET /v1/questions"])
    sent = b"".join(traced.collector.bodies)
    assert b"/v1/questions" in sent
    for name in all_names():
        for record in await records_of(traced.stack.broker, traced.stack.topic(name)):
            headers = dict(record.headers)
            assert "traceparent" in headers
            sent += b"".join(headers.values())
    assert [word for word in WORDS if word.encode() in sent] == []


async def test_headers_hold_no_trace_where_none_is_exported(run_stack: StackStarter, tmp_path: Path) -> None:
    async with run_stack(tmp_path, VIGIE_TELEMETRY_OTLP_ENDPOINT="") as stack:
        async with stack.client() as client:
            answer = await asked(client, "Que faire ?", traceparent=a_traceparent()[0])
        found = [
            dict(record.headers)
            for topic in TOPICS
            for record in await records_of(stack.broker, stack.topic(topic.name))
            if record.key == str(answer.id).encode()
        ]
    assert len(found) >= 4
    assert not [headers for headers in found if "traceparent" in headers or "tracestate" in headers]


async def test_what_is_sampled_is_decided_once_by_the_client_or_by_opentelemetrys_variables(
    run_stack: StackStarter, collector: Collector, tmp_path: Path
) -> None:
    sampling = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0"}
    environment = sampling | QUICK | {"OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=a-replica,service.name=x"}
    async with run_stack(tmp_path, VIGIE_TELEMETRY_OTLP_ENDPOINT=collector.url, **environment) as stack:
        traced = Traced(stack, collector)
        async with stack.client() as client:
            unsampled = await asked(client, QUESTION)
            refused = await asked(client, QUESTION, traceparent=a_traceparent(sampled=False)[0])
            traceparent, trace, _ = a_traceparent()
            sampled = await asked(client, QUESTION, traceparent=traceparent)
        leaf = await traced.processed(topics.ANSWERS_COMPLETED, sampled.id)
        await traced.assert_way(leaf, "POST /v1/questions", *ASKING, (topics.ANSWERS_COMPLETED, "generator", "gateway"))
    assert leaf.trace == trace
    assert leaf.resource["service.instance.id"] == "a-replica"
    assert traced.of_job(unsampled.id) + traced.of_job(refused.id) == []


@pytest.mark.processes
async def test_what_the_outbox_sends_again_after_a_restart_belongs_to_the_first_trace(
    make_processes: ProcessesMaker, collector: Collector, tmp_path: Path
) -> None:
    environment = QUICK | {
        "VIGIE_TELEMETRY_OTLP_ENDPOINT": collector.url,
        "VIGIE_GATEWAY_QUESTION_DEADLINE_S": "180",  # the question waits for three processes to start, one by one
    }
    async with make_processes(tmp_path, **environment) as processes, processes.running():
        traced = Traced(processes, collector)
        processes.kill("ingest")
        processes.kill("embedder")
        traceparent, trace, _ = a_traceparent()

        def connect() -> VigieClient:
            client = processes.client()
            client.http.headers["traceparent"] = traceparent
            return client

        def sent(topic: Topic) -> Callable[[list[Span]], list[Span]]:
            name = f"{processes.topic(topic.name)} create"
            return lambda spans: [each for each in spans if (each.name, each.trace) == (name, trace)]

        async with connect() as client:
            document = await client.submit("note.md", long_note(1, 1).encode())
            asking = asyncio.create_task(ask_until_ended(connect, 1))
            [first] = await traced.until(sent(topics.DOCUMENTS_SUBMITTED))
            [question] = await traced.until(sent(topics.QUESTIONS_ASKED))
            await traced.until(lambda spans: [each for each in spans if each.id == first.parent])
            processes.kill("gateway")
            processes.start("gateway")
            again = await traced.until(lambda spans: sent(topics.DOCUMENTS_SUBMITTED)(spans)[1:])
            assert {span.parent for span in again} == {first.parent}
            again = await traced.until(lambda spans: sent(topics.QUESTIONS_ASKED)(spans)[1:])
            assert {span.parent for span in again} == {question.parent}
            processes.start("ingest", "embedder")
            document, answer = await ended(client, document), await asking
        assert (document.state, answer.failure) == ("indexed", None)
        leaf = await traced.processed(topics.ANSWERS_COMPLETED, answer.id)
        assert leaf.trace == trace
        # The request that was cut off by the kill has told nothing of itself.
        way = traced.way("", *ASKING, (topics.ANSWERS_COMPLETED, "generator", "gateway"))
        await traced.until(lambda _: len(collector.way_to(leaf)) >= len(way) - 1)
        assert collector.way_to(leaf)[1 - len(way) :] == way[1:]


@pytest.mark.processes
async def test_a_collector_that_is_slow_or_away_harms_nothing(make_processes: ProcessesMaker, tmp_path: Path) -> None:
    """Questions are answered, each service stops in time, and its log tells of it in a few lines at the most."""
    with Collector().running() as collector:
        collector.released.clear()
        environment = QUICK | {"VIGIE_TELEMETRY_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_TIMEOUT": "600"}
        async with (
            make_processes(tmp_path, **environment) as processes,
            processes.running("gateway", "ingest", "retriever"),
        ):
            away = {"VIGIE_TELEMETRY_OTLP_ENDPOINT": NOBODY, "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
            processes.start("embedder", "generator", **away)
            await processes.ready("embedder", "generator")
            async with processes.client() as client:
                document = await ended(client, await client.submit("note.md", long_note(2, 30).encode()))
                answers = [await client.ask("Quelle consigne pour la machine 2 ?") for _ in range(20)]
            assert document.state == "indexed"
            assert {answer.state for answer in answers} == {"answered"}
            await asyncio.to_thread(collector.until, lambda _: collector.requests >= 3)
            names = [*processes.pids]
            stops = (processes.terminate(name, 20) for name in names)
            assert await asyncio.gather(*stops) == [0] * 5
            for name in names:
                lines = (processes.data / f"{name}.log").read_text().splitlines()
                about_traces = [line for line in lines if "span" in line or "trace" in line]
                assert len(about_traces) == 2 * (name in {"embedder", "generator"}), lines
            assert collector.spans == []
