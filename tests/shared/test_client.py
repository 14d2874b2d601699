"""The client against answers of a gateway that a test makes up: what it sends, repeats, and makes of what it hears."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from pydantic import BaseModel

import shared.client
from shared.client import Problem, Retries, Token, UnexpectedResponse, VigieClient
from shared.contracts.questions import Sentence
from shared.http_api.documents import DocumentState, DocumentView
from shared.http_api.duerp.drafts import DraftedLine, DraftView
from shared.http_api.questions import AnswerView, QuestionBody

NOW = datetime.now(UTC).isoformat()
STATUS = {"documents": {"indexed": 1}, "questions": {}, "passages": 3}


def filled(model: type[BaseModel], /, **fields: object) -> dict[str, object]:
    """The JSON of a model; what is not given is null."""
    return dict.fromkeys(model.model_fields) | fields


ANSWER = filled(
    AnswerView, id=str(uuid4()), question="Quand ?", state="answered", answer="« Chaque année » [1]", abstained=False,
    mode="extractive", backend="extractive", confidentiality="public", citations=[], evidence=[], removed=0,
    timings_ms={}, url="/v1/questions/x", language="fr", created_at=NOW,
)  # fmt: skip
BUSY = {"type": "urn:vigie:problem:store-unavailable", "title": "Busy", "status": 503, "detail": "Wait.", "part": "x"}

Answer = Callable[[httpx.Request], httpx.Response]


def document(**fields: object) -> dict[str, object]:
    identity = str(uuid4())
    sizes = dict.fromkeys(("size", "passages", "embedded", "indexed", "more_remarks"), 0)
    return filled(
        DocumentView, id=identity, version=identity, sequence=1, scope="public", key="a.md", title="A", revision="",
        file_name="a.md", media_type="text/markdown", sha256="0", language="fr", chunking={}, metadata={}, remarks=[],
        state="accepted", created_at=NOW, updated_at=NOW, url="/v1/documents/x", events="/v1/documents/x/events",
    ) | sizes | fields  # fmt: skip


class Gateway:
    """Answers requests in turn, the last answer again and again, and keeps what was asked and waited for."""

    def __init__(self, *answers: Answer | httpx.Response | httpx.TransportError) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    def client(self, token: Token = "t", attempts: int = 4) -> VigieClient:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        http = httpx.AsyncClient(transport=httpx.MockTransport(self), base_url="http://vigie")
        return VigieClient("", token, "de", http=http, retries=Retries(attempts=attempts, sleep=sleep))


def busy(retry_after: str | None = None, status: int = 503) -> httpx.Response:
    headers = {"retry-after": retry_after} if retry_after else {}
    return httpx.Response(status, json=BUSY, headers=headers)


def sse(*events: tuple[str, object], end: str = "\r\n") -> httpx.Response:
    words = "".join(
        f"event: {name}{end}data: {json.dumps(data, ensure_ascii=False)}{end}{end}" for name, data in events
    )
    return httpx.Response(200, text=words, headers={"content-type": "text/event-stream"})


def ok(body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_the_public_names() -> None:
    assert set(shared.client.__all__) == {
        "LIMITS", "TIMEOUT", "Problem", "Retries", "Token", "UnexpectedResponse", "UnitDuerp",
            "UnitFigures", "UnitImports", "UnitYear",
        "VigieClient",
    }  # fmt: skip


async def test_a_request_says_who_asks_and_in_which_language() -> None:
    gateway = Gateway(ok(STATUS))
    async with gateway.client() as client:
        assert (await client.status()).passages == 3
    headers = gateway.requests[0].headers
    assert (headers["authorization"], headers["accept-language"]) == ("Bearer t", "de")


async def test_a_busy_gateway_is_asked_again_when_it_says() -> None:
    in_a_while = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    gateway = Gateway(busy("7"), busy(in_a_while), ok(STATUS))
    async with gateway.client() as client:
        await client.status()
    assert gateway.waits[0] == 7
    assert 15 < gateway.waits[1] <= 20


async def test_without_a_time_the_pauses_grow_and_end() -> None:
    gateway = Gateway(busy())
    async with gateway.client(attempts=4) as client:
        with pytest.raises(Problem) as refused:
            await client.status()
    assert len(gateway.requests) == 4
    assert [0.25 * 2**n <= pause <= 0.5 * 2**n for n, pause in enumerate(gateway.waits)] == [True] * 3
    assert refused.value.code == "store-unavailable"


async def test_a_server_that_asks_for_too_much_patience_is_left() -> None:
    gateway = Gateway(busy("3600"))
    async with gateway.client() as client:
        with pytest.raises(Problem) as refused:
            await client.status()
    assert (len(gateway.requests), refused.value.retry_after) == (1, 3600)


def too_many(wait: str = "1") -> httpx.Response:
    body = {"type": "urn:vigie:problem:too-many-requests", "title": "Too many", "status": 429, "detail": "Wait."}
    return httpx.Response(429, json=body, headers={"retry-after": wait})


async def test_s25_who_asks_more_than_their_share_waits_and_goes_on() -> None:
    """A folder of thousands of files is sent at the pace that the gateway sets."""
    gateway = Gateway(*(too_many() for _ in range(50)), httpx.ReadError("gone"), ok(STATUS))
    async with gateway.client(attempts=2) as client:
        await client.status()
    assert gateway.waits[:50] == [1.0] * 50


async def test_s25_patience_with_a_gateway_ends() -> None:
    gateway = Gateway(too_many("30"))
    async with gateway.client() as client:
        with pytest.raises(Problem) as refused:
            await client.status()
    assert (refused.value.code, sum(gateway.waits) >= 600, len(gateway.requests) < 30) == (
        "too-many-requests",
        True,
        True,
    )


async def test_s25_a_writer_that_is_busy_is_not_waited_for_so_long() -> None:
    busy_writer = httpx.Response(429, json={"type": "urn:vigie:problem:overloaded"}, headers={"retry-after": "1"})
    gateway = Gateway(busy_writer)
    async with gateway.client(attempts=3) as client:
        with pytest.raises(Problem):
            await client.ask("Quand ?")
    assert len(gateway.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 504, 507])
async def test_what_would_not_help_is_not_repeated(status: int) -> None:
    gateway = Gateway(busy(status=status))
    async with gateway.client() as client:
        with pytest.raises(Problem):
            await client.status()
    assert len(gateway.requests) == 1


async def test_a_gateway_that_goes_away_is_asked_again() -> None:
    gateway = Gateway(httpx.ReadError("gone"), httpx.ConnectError("refused"), ok(STATUS))
    async with gateway.client() as client:
        assert (await client.status()).documents == {"indexed": 1}
    lost = Gateway(httpx.ConnectError("refused"))
    async with lost.client(attempts=2) as client:
        with pytest.raises(httpx.ConnectError):
            await client.status()
    assert len(lost.requests) == 2


async def test_a_question_in_doubt_is_the_same_question_again() -> None:
    gateway = Gateway(httpx.ReadError("gone"), busy("0"), ok(ANSWER))
    async with gateway.client() as client:
        await client.ask("Quand agir ?", evidence=3)
        await client.ask(QuestionBody(question="Quand agir ?", passages=2), idempotency_key="mine")
    keys = [request.headers["idempotency-key"] for request in gateway.requests]
    assert len(set(keys[:3])) == 1
    assert (keys[3], keys[3] != keys[0]) == ("mine", True)
    bodies = [json.loads(request.content) for request in gateway.requests]
    assert bodies[0] == {"question": "Quand agir ?", "evidence": 3}
    assert bodies[3] == {"question": "Quand agir ?", "passages": 2}


async def test_a_file_is_sent_whole_again(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"All of it.")
    gateway = Gateway(busy("0"), ok(document()))
    async with gateway.client() as client:
        sent = await client.submit("a.md", tmp_path / "a.md", scope="public", title=None, metadata={"auteur": "Zoé"})
    assert sent.state is DocumentState.ACCEPTED
    for request in gateway.requests:
        assert b"All of it." in request.content
        assert b"title" not in request.content
        assert '{"auteur": "Zoé"}'.encode() in request.content


async def test_a_token_that_has_ended_is_renewed_once() -> None:
    tokens = iter(["old", "new", "newer"])

    def refuse_old(request: httpx.Request) -> httpx.Response:
        old = request.headers["authorization"] == "Bearer old"
        return httpx.Response(401, json=BUSY | {"status": 401}) if old else ok(STATUS)

    gateway = Gateway(refuse_old)
    async with gateway.client(lambda: next(tokens)) as client:
        await client.status()
        await client.status()
    sent = [request.headers["authorization"] for request in gateway.requests]
    assert sent == ["Bearer old", "Bearer new", "Bearer newer"]


async def test_a_token_may_come_from_a_coroutine_and_be_refused_for_good() -> None:
    async def token() -> str:
        await asyncio.sleep(0)
        return "same"

    gateway = Gateway(httpx.Response(401, json=BUSY | {"status": 401}))
    async with gateway.client(token) as client:
        with pytest.raises(Problem) as refused:
            await client.status()
    assert (len(gateway.requests), refused.value.status) == (1, 401)


async def test_a_problem_has_its_parts() -> None:
    body = {
        "type": "urn:vigie:problem:empty-document",
        "title": "Empty",
        "status": 422,
        "detail": "No text.",
        "name": "a",
    }
    async with Gateway(httpx.Response(422, json=body)).client() as client:
        with pytest.raises(Problem, match=r"^No text\.$") as refused:
            await client.submit("a.md", b"")
    problem = refused.value
    assert (problem.type, problem.code, problem.status) == (body["type"], "empty-document", 422)
    assert (problem.title, problem.detail, problem.params) == ("Empty", "No text.", {"name": "a"})


@pytest.mark.parametrize("answer", [httpx.Response(502, text="<html>"), httpx.Response(400, json=["no", "problem"])])
async def test_a_refusal_that_is_no_problem_keeps_its_status(answer: httpx.Response) -> None:
    async with Gateway(answer).client(attempts=1) as client:
        with pytest.raises(Problem) as refused:
            await client.status()
    assert refused.value.status == answer.status_code


@pytest.mark.parametrize("answer", [httpx.Response(200, text="<html>"), ok({"documents": 1}), ok([])])
async def test_what_is_not_vigie_is_told(answer: httpx.Response) -> None:
    async with Gateway(answer).client() as client:
        with pytest.raises(UnexpectedResponse, match="/v1/status"):
            await client.status()


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
async def test_sentences_come_as_they_are(end: str) -> None:
    text = "Une ligne\u2028et une autre\x85 [1]"
    gateway = Gateway(
        sse(("question", {"id": "x"}), ("sentence", {"text": text, "citations": []}), ("answer", ANSWER), end=end)
    )
    async with gateway.client() as client:
        heard = [each async for each in client.stream("Quand agir ?")]
    sentence, answer = heard
    assert isinstance(sentence, Sentence)
    assert sentence.text == text
    assert isinstance(answer, AnswerView)
    assert gateway.requests[0].headers["accept"] == "text/event-stream"


async def test_events_cut_anywhere_are_the_same_events() -> None:
    whole = sse(("sentence", {"text": "é" * 20, "citations": []}), ("answer", ANSWER)).content

    async def drip() -> AsyncIterator[bytes]:
        for byte in whole:
            yield bytes([byte])

    async with Gateway(httpx.Response(200, content=drip())).client() as client:
        heard = [each async for each in client.stream("Quand agir ?")]
    assert [type(each) for each in heard] == [Sentence, AnswerView]


async def test_an_answer_that_fails_midway_is_a_problem() -> None:
    gateway = Gateway(sse(("question", {"id": "x"}), ("error", BUSY)))
    async with gateway.client() as client:
        with pytest.raises(Problem, match="Wait"):
            [each async for each in client.stream("Quand agir ?")]


async def test_leaving_a_stream_closes_it() -> None:
    closed = asyncio.Event()

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b'event: sentence\ndata: {"text": "a", "citations": []}\n\n'

        async def aclose(self) -> None:
            closed.set()

    async with Gateway(httpx.Response(200, stream=Endless())).client() as client:
        async with aclosing(client.stream("Quand agir ?")) as sentences:
            async for _ in sentences:
                break
        assert closed.is_set()


async def test_an_answer_is_followed_over_a_gateway_that_restarts_and_no_sentence_comes_twice() -> None:
    one: dict[str, object] = {"text": "Un.", "citations": []}
    other: dict[str, object] = {"text": "Deux.", "citations": []}

    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield sse(("question", {"id": "x"}), ("sentence", one)).content
            raise httpx.ReadError("gone")

    gateway = Gateway(
        httpx.Response(202, json=ANSWER | {"state": "accepted", "answer": None}),
        httpx.Response(200, stream=Cut()),
        httpx.ConnectError("refused"),
        sse(("question", {"id": "x"}), ("sentence", other), ("answer", ANSWER)),
    )
    async with gateway.client() as client:
        asked = await client.start("Quand agir ?")
        heard = [each async for each in client.follow(asked.id)]
    assert [each.text for each in heard if isinstance(each, Sentence)] == ["Un.", "Deux."]
    assert isinstance(heard[-1], AnswerView)
    asking, *following = gateway.requests
    assert asking.headers["prefer"] == "respond-async"
    assert [each.headers["last-event-id"] for each in following] == ["0", "1", "1"]


async def test_a_draft_is_followed_over_a_gateway_that_restarts_and_no_line_comes_twice() -> None:
    words = dict.fromkeys(("url", "family", "hazard", "situation", "because"), "x")
    parts: dict[str, object] = {
        "line": str(uuid4()),
        "measures": [],
        "articles": [],
        "evidence": [],
        "model": "",
        "existing": [],
        "to_check": [],
        **words,
    }
    first, second = filled(DraftedLine, number=1, **parts), filled(DraftedLine, number=4, **parts)
    left_open: dict[str, object] = {"already": 1, "rejected": 0, "no_risk": [], "not_assessed": [], "questions": []}
    left_open |= {"by_words_alone": False, "model": "", "model_away": False, "dropped": 0}
    whole = filled(DraftView, unit="U", work_unit=str(uuid4()), lines=[first, second], **left_open)

    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield sse(("line", first)).content
            raise httpx.ReadError("gone")

    gateway = Gateway(
        httpx.Response(200, stream=Cut()), httpx.ConnectError("refused"), sse(("line", second), ("draft", whole))
    )
    async with gateway.client() as client:
        heard = [each async for each in client.duerp("U").drafting(uuid4(), "Un laser")]
    assert [each.number for each in heard if isinstance(each, DraftedLine)] == [1, 4]
    assert isinstance(heard[-1], DraftView)
    assert [each.headers.get("last-event-id") for each in gateway.requests] == [None, "1", "1"]
    assert len({each.content for each in gateway.requests}) == 1


async def test_a_draft_of_which_nothing_is_heard_again_and_again_is_given_up() -> None:
    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b""
            raise httpx.ReadError("gone")

    gateway = Gateway(lambda _: httpx.Response(200, stream=Cut()))
    async with gateway.client() as client:
        with pytest.raises(httpx.ReadError):
            [each async for each in client.duerp("U").drafting(uuid4(), "Un laser")]
    assert len(gateway.requests) == 5


async def test_an_answer_is_stopped() -> None:
    stopped = ANSWER | {"state": "cancelled"}
    gateway = Gateway(busy(), ok(stopped))
    async with gateway.client() as client:
        assert (await client.cancel("x")).state == "cancelled"
    assert [(each.method, each.url.path) for each in gateway.requests] == [("POST", "/v1/questions/x/cancel")] * 2


async def test_a_document_is_followed_over_a_gateway_that_restarts() -> None:
    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield sse(("parsed", document(state="parsed"))).content
            raise httpx.ReadError("gone")

    gateway = Gateway(
        httpx.Response(200, stream=Cut()),
        httpx.ConnectError("refused"),
        sse(("indexed", document(state="indexed"))),
    )
    async with gateway.client() as client:
        states = [view.state async for view in client.events("x")]
    assert states == [DocumentState.PARSED, DocumentState.INDEXED]


async def test_lists_are_read_to_their_end() -> None:
    first, second = document(key="a"), document(key="b")
    gateway = Gateway(
        ok({"documents": [first], "next": first["id"]}),
        ok({"documents": [second], "next": None}),
    )
    async with gateway.client() as client:
        assert [each.key async for each in client.documents()] == ["a", "b"]
    assert dict(gateway.requests[1].url.params)["after"] == first["id"]
