"""The OpenAI surface, through OpenAI's own client."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from itertools import chain
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from openai import (
    APIError,
    APIStatusError,
    AsyncOpenAI,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
)
from openai.types.chat import ChatCompletionContentPartTextParam, ChatCompletionMessageParam

from services.gateway.http.dependencies import PublicAddress, provide
from services.gateway.questions.assistants import ASSISTANTS
from shared.contracts.backends import Registry
from shared.contracts.base import Failure
from shared.contracts.passages import Origin
from shared.contracts.questions import AnswerStreamed, Citation, Outcome, QuestionAsked, QuestionCancelled, Sentence
from shared.language.catalogue import LANGUAGES, Catalogue
from tests.services.gateway.conftest import READER, UNIT, Json, Rig
from tests.services.gateway.test_questions import asked

PASSAGE = "/v1/passages/abc-7"
QUOTE = "Le document est mis à jour chaque année [2]"
LAW = Citation(
    n=1,
    passage="abc-7",
    document=uuid4(),
    title="Code du travail",
    scope="public",
    origin=Origin.CORPUS,
    article="R4121-2",
    in_force_from="2008-05-01",
    quote=QUOTE,
    url=PASSAGE,
    source_url="https://www.legifrance.gouv.fr/R4121-2",
)
SHEET = Citation(
    n=2,
    passage="abc-8",
    document=uuid4(),
    title="Registre",
    scope=UNIT,
    origin=Origin.UNIT,
    sheet="Risques",
    row=4,
    quote="x",
    url="/v1/passages/abc-8",
)
SENTENCES = [
    Sentence(text=f"« {QUOTE} » [1]", citations=[LAW]),
    Sentence(text="« x » [2][1]", citations=[SHEET, LAW]),
]
SHOWN = [
    "> «\u00a0Le document est mis à jour chaque année \\[2\\]\u00a0» [1]",
    "> «\u00a0x\u00a0» [2][1]",
]
ANSWER = Outcome(answer="\n\n".join(each.text for each in SENTENCES), citations=[LAW, SHEET])
ABSTENTION = Outcome(answer="Je n'ai pas trouvé.", abstained=True)
OVERDUE = Outcome(failure=Failure(code="deadline-exceeded"))
QUESTION: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Quand revoir le document unique ?"}]


@pytest.fixture
async def client(rig: Rig) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(
        api_key=rig.issuer.token(READER),
        base_url="http://vigie/v1",
        http_client=httpx2.AsyncClient(transport=httpx2.ASGITransport(app=rig.app, raise_app_exceptions=False)),
    ) as opened:
        yield opened


def unlinked(text: str) -> str:
    """The text without what a signed link says of its time."""
    return re.sub(r"scope=[^>\"]+", "LINK", text)


def completing(
    client: AsyncOpenAI, messages: list[ChatCompletionMessageParam] | None = None, /, **options: Any
) -> asyncio.Task[Any]:
    return asyncio.create_task(client.chat.completions.create(model="vigie", messages=messages or QUESTION, **options))


async def answered(rig: Rig, *frames: Sentence, outcome: Outcome = ANSWER) -> QuestionAsked:
    event = await asked(rig)
    for n, sentence in enumerate(frames):
        await rig.ends.streamed(AnswerStreamed(question_id=event.question_id, frame=n, sentence=sentence))
    await rig.ends.finish(event.question_id, outcome)
    return event


async def test_assistants_are_models(client: AsyncOpenAI) -> None:
    models = [model async for model in client.models.list()]
    assert [model.id for model in models] == ["vigie"]
    assert await client.models.retrieve("vigie") == models[0]
    with pytest.raises(NotFoundError) as unknown:
        await client.models.retrieve("gpt-4o")
    assert unknown.value.code == "model_not_found"


def test_every_assistant_is_described_in_every_language() -> None:
    for language in LANGUAGES:
        for assistant in ASSISTANTS:
            for text in ("name", "description"):
                assert Catalogue().text(language, f"assistants.{assistant.id}.{text}")


async def test_an_answer_says_where_its_words_stand(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client)
    event = await answered(rig)
    completion = await request
    assert completion.id == f"chatcmpl-{event.question_id}"
    assert (completion.object, completion.model, completion.choices[0].finish_reason) == (
        "chat.completion",
        "vigie",
        "stop",
    )
    message = completion.choices[0].message
    assert unlinked(message.content) == (
        f"{SHOWN[0]}\n\n{SHOWN[1]}\n\n"
        "Citations mot pour mot\N{NO-BREAK SPACE}: Vigie n'a rien rédigé.\n\n"
        "Sources\N{NO-BREAK SPACE}:\n\n"
        "- [1] Code du travail, article R4121-2 (corpus public, en vigueur depuis le 2008-05-01)\n"
        "  <https://www.legifrance.gouv.fr/R4121-2>\n"
        "  <http://vigie/v1/passages/abc-7/page?LINK>\n"
        "- [2] Registre, feuille Risques, ligne 4 (document de l'unité UMR5219)\n"
        "  <http://vigie/v1/passages/abc-8/page?LINK>"
    )
    found = [each.url_citation for each in message.annotations]
    assert [message.content[each.start_index : each.end_index] for each in found] == ["[1]", "[2]", "[1]"]
    assert found[0].start_index == len(SHOWN[0]) - len("[1]"), "what looks like a marker in a quote is none"
    assert (found[0].url, found[0].title) == (LAW.source_url, "Code du travail, article R4121-2")
    assert found[1].url.startswith("http://vigie/v1/passages/abc-8/page?scope=unit%3AUMR5219&until=")
    usage = completion.usage
    assert (usage.prompt_tokens, usage.total_tokens) == (6, 6 + len(message.content.split()))


async def test_the_question_goes_the_ordinary_way(rig: Rig, client: AsyncOpenAI) -> None:
    parts: list[ChatCompletionContentPartTextParam] = [
        {"type": "text", "text": "Quels gants"},
        {"type": "text", "text": "pour le formol ?"},
    ]
    earlier: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Réponds en vers."},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]},
        {"role": "assistant", "content": "Non."},
    ]
    request = completing(client, [*earlier, {"role": "user", "content": parts}], extra_body={"language": "en"})
    event = await answered(rig)
    plan = ASSISTANTS[0].plan_for(None, event.plan.generation.confidentiality, Registry(), streamed=False)
    assert (event.text, event.language, event.plan) == ("Quels gants\npour le formol ?", "en", plan)
    import jwt

    assert jwt.decode(event.grant, options={"verify_signature": False})["scopes"] == ["public", UNIT]
    assert (
        "Sources:\n\n- [1] Code du travail, article R4121-2 (public corpus, in force"
        in (await request).choices[0].message.content
    )
    record = await rig.http.get(f"/v1/questions/{event.question_id}", headers=rig.headers(READER))
    assert record.json()["state"] == "answered"


async def test_links_name_the_address_that_people_know(rig: Rig, client: AsyncOpenAI) -> None:
    provide(rig.app, PublicAddress("https://vigie.example/api"))
    request = completing(client)
    await answered(rig)
    message = (await request).choices[0].message
    assert message.annotations[1].url_citation.url.startswith("https://vigie.example/api/v1/passages/abc-8/page?")
    assert "http://vigie/" not in message.content


async def test_an_abstention_is_an_ordinary_answer(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client)
    await answered(rig, outcome=ABSTENTION)
    choice = (await request).choices[0]
    assert (choice.message.content, choice.message.annotations, choice.finish_reason) == (ABSTENTION.answer, [], "stop")


async def test_sentences_come_one_by_one_and_the_sources_behind_them(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client, stream=True, stream_options={"include_usage": True})
    await answered(rig, *SENTENCES)
    chunks = [chunk async for chunk in await request]
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    *told, usage = chunks
    deltas = [chunk.choices[0].delta for chunk in told]
    assert (deltas[0].role, deltas[0].content) == ("assistant", "")
    assert [delta.content for delta in deltas[1:3]] == [SHOWN[0], f"\n\n{SHOWN[1]}"]
    assert [chunk.choices[0].finish_reason for chunk in told] == [None, None, None, None, "stop"]
    content = "".join(delta.content or "" for delta in deltas)
    whole = completing(client)
    while len(rig.events.of(QuestionAsked)) < 2:
        await asyncio.sleep(0)
    await answered(rig)
    message = (await whole).choices[0].message
    assert unlinked(content) == unlinked(message.content)
    annotations = [each.model_dump() for each in message.annotations]
    sent = [[*getattr(delta, "annotations", [])] for delta in deltas]
    assert all(sent[1:3])  # each with its sentence
    assert unlinked(json.dumps([*chain(*sent)], sort_keys=True)) == unlinked(json.dumps(annotations, sort_keys=True))
    assert all(chunk.usage is None for chunk in told)
    assert (usage.choices, usage.usage.completion_tokens) == ([], len(content.split()))


@pytest.mark.parametrize("frames", [[], SENTENCES[1:]])
async def test_a_stream_that_missed_sentences_has_the_whole_in_the_end(
    rig: Rig, client: AsyncOpenAI, frames: list[Sentence]
) -> None:
    request = completing(client, stream=True)
    await answered(rig, *frames)
    deltas = [chunk.choices[0].delta async for chunk in await request]
    content = "".join(delta.content or "" for delta in deltas)
    assert "\n\n".join(SHOWN) in content
    sent = [each for delta in deltas for each in getattr(delta, "annotations", [])]
    spans = [each["url_citation"] for each in sent]
    shown = [content[each["start_index"] : each["end_index"]] for each in spans]
    assert shown[-3:] == ["[1]", "[2]", "[1]"]
    assert set(shown) == {"[1]", "[2]"}


async def test_an_abstention_streams(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client, stream=True)
    await answered(rig, outcome=ABSTENTION)
    chunks = [chunk async for chunk in await request]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ABSTENTION.answer
    assert all(chunk.usage is None for chunk in chunks)


async def test_an_overdue_answer_is_a_504_and_is_not_asked_again(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client)
    await answered(rig, outcome=OVERDUE)
    with pytest.raises(InternalServerError) as overdue:
        await request
    assert (overdue.value.status_code, overdue.value.code, overdue.value.type) == (
        504,
        "deadline-exceeded",
        "server_error",
    )
    assert len(rig.events.of(QuestionAsked)) == 1


async def test_a_stream_ends_with_the_error(rig: Rig, client: AsyncOpenAI) -> None:
    request = completing(client, stream=True)
    await answered(rig, SENTENCES[0], outcome=OVERDUE)
    with pytest.raises(APIError) as overdue:
        _ = [chunk async for chunk in await request]
    assert overdue.value.code == "deadline-exceeded"


async def test_open_webui_is_understood(rig: Rig) -> None:
    body = {
        "model": "vigie",
        "messages": QUESTION,
        "stream": True,
        "stream_options": None,
        "temperature": 0.2,
        "max_tokens": 4096,
        "top_p": 0.9,
        "stop": ["###"],
        "user": {"name": "Alice", "id": "1"},
        "chat_id": "c",
        "session_id": "s",
        "id": "m",
        "metadata": {"task": None, "features": {"web_search": False}},
        "features": {},
        "tools": None,
        "tool_ids": [],
        "files": None,
    }
    models = await rig.http.get("/v1/models", headers=rig.headers(READER))
    assert models.json()["object"] == "list"
    assert models.json()["data"][0] | {"object": "model", "owned_by": "vigie"} == models.json()["data"][0]
    request = asyncio.create_task(
        rig.http.post("/v1/chat/completions", json=body, headers=rig.headers(READER) | {"accept": "*/*"})
    )
    event = await answered(rig, *SENTENCES)
    response = await request
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["location"] == f"/v1/questions/{event.question_id}"
    lines = [line for line in response.text.split("\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    assert "usage" not in json.loads(lines[0].removeprefix("data: "))


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_goes_away_cancels(rig: Rig, stream: bool) -> None:
    event = await _hung_up(rig, stream)
    while not rig.events.of(QuestionCancelled):
        await asyncio.sleep(0)
    assert [each.question_id for each in rig.events.of(QuestionCancelled)] == [event.question_id]
    cancelled = await rig.http.get(f"/v1/questions/{event.question_id}", headers=rig.headers(READER))
    assert cancelled.json()["state"] == "cancelled"


async def _hung_up(rig: Rig, stream: bool) -> QuestionAsked:
    """Send a request as a server hands it on, and hang up once its question is under way."""
    body = json.dumps({"model": "vigie", "messages": QUESTION, "stream": stream}).encode()
    hung_up = asyncio.Event()
    parts = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if parts:
            return parts.pop()
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass

    headers = rig.headers(READER) | {"content-type": "application/json", "content-length": str(len(body))}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/chat/completions",
        "raw_path": b"/v1/chat/completions",
        "query_string": b"",
        "root_path": "",
        "server": ("vigie", 80),
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    request = asyncio.create_task(rig.app(scope, receive, send))
    event = await asked(rig)
    while not rig.ends._listeners._of[event.question_id][0].taken:
        await asyncio.sleep(0)
    hung_up.set()
    await request
    return event


@pytest.mark.parametrize(
    ("options", "param", "word"),
    [
        ({"n": 2}, "n", "n = 1"),
        ({"tool_choice": "required"}, "tool_choice", "tools"),
        ({"extra_body": {"tool_choice": {"type": "function", "function": {"name": "f"}}}}, "tool_choice", "tools"),
        ({"extra_body": {"function_call": {"name": "f"}}}, "function_call", "tools"),
        ({"logprobs": True}, "logprobs", "logprobs"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop", "1 to 4"),
        ({"stop": ""}, "stop", "empty"),
        ({"max_tokens": 0}, "max_tokens", "max_tokens"),
        ({"modalities": ["text", "audio"]}, "modalities", "text"),
        ({"response_format": {"type": "json_object"}}, "response_format", "plain text"),
        ({"messages": [{"role": "system", "content": "a"}]}, "messages", "user"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages",
            "images",
        ),
        ({"messages": [{"role": "user", "content": "a" * 5000}]}, "messages", "5000"),
        ({"messages": [{"role": "user", "content": " "}]}, "messages", "empty"),
        ({"messages": [{"role": "user", "content": "a\x1bb"}]}, "messages", "control"),
        ({"messages": []}, "messages", "messages"),
        ({"messages": [{"content": "a"}]}, "messages.0.role", "role"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_what_cannot_be_done_is_said_clearly(
    rig: Rig, client: AsyncOpenAI, options: Json, param: str, word: str, stream: bool
) -> None:
    wanted: Json = {"model": "vigie", "messages": QUESTION, "stream": stream}
    with pytest.raises(BadRequestError) as refused:
        await client.chat.completions.create(**wanted | options, extra_headers={"accept-language": "en"})
    error = refused.value
    assert error.response.json().keys() == {"error"}
    assert isinstance(error.body, dict)
    assert error.body.keys() == {"message", "type", "param", "code"}
    assert (error.type, error.param) == ("invalid_request_error", param)
    assert word in error.body["message"]
    assert rig.events.events == []


async def test_an_unknown_model_is_not_found(rig: Rig, client: AsyncOpenAI) -> None:
    with pytest.raises(NotFoundError) as unknown:
        await client.chat.completions.create(model="gpt-4o", messages=QUESTION)
    assert (unknown.value.code, unknown.value.param, unknown.value.type) == (
        "model_not_found",
        "model",
        "invalid_request_error",
    )
    assert rig.events.events == []


@pytest.mark.parametrize("method", ["models", "chat"])
async def test_a_token_is_needed(rig: Rig, client: AsyncOpenAI, method: str) -> None:
    stranger = client.with_options(api_key="sk-nothing")
    with pytest.raises(AuthenticationError) as refused:
        await (stranger.models.list() if method == "models" else completing(stranger))
    assert (refused.value.code, refused.value.type) == ("invalid_api_key", "invalid_request_error")
    path = "/v1/models" if method == "models" else "/v1/chat/completions"
    response = await rig.http.request("GET" if method == "models" else "POST", path)
    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "invalid_api_key"


async def test_an_idempotency_key_makes_one_question(rig: Rig, client: AsyncOpenAI) -> None:
    key = {"extra_headers": {"idempotency-key": "k"}}
    first = completing(client, **key)
    event = await answered(rig)
    assert (await first).id == (await completing(client, **key)).id == f"chatcmpl-{event.question_id}"
    with pytest.raises(APIStatusError) as conflict:
        await completing(client.with_options(max_retries=0), [{"role": "user", "content": "Autre ?"}], **key)
    assert conflict.value.status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [
        ("POST", "/v1/completions", 404, "/v1/completions"),
        ("POST", "/v1/embeddings", 404, "/v1/chat/completions"),
        ("GET", "/v1/chat/unknown/more", 404, "/v1/chat/unknown/more"),
        ("POST", "/v1/responses", 404, "/v1/responses"),
        ("GET", "/v1/chat/completions", 405, "POST"),
        ("DELETE", "/v1/models", 405, "GET"),
    ],
)
async def test_what_no_assistant_has_is_refused_in_openais_shape(
    rig: Rig, method: str, path: str, status: int, word: str
) -> None:
    response = await rig.http.request(method, path, headers=rig.headers(READER))
    assert response.status_code == status
    error = response.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert word in error["message"]
    assert (await rig.http.request(method, path)).status_code == 401


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"model": "vigie"}, "the field “messages” is missing"),
        ({"model": "vigie", "messages": {}}, "the field “messages” is not of the expected form"),
        ({"messages": QUESTION}, "the field “model” is missing"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused_in_words(rig: Rig, body: Json, words: str) -> None:
    response = await rig.http.post("/v1/chat/completions", json=body, headers=rig.headers(READER))
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]
