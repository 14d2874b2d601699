"""Who may write, as the gateway sees it: listed as configured, refused before anything is asked."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from services.gateway.http.dependencies import provide
from shared.contracts.backends import BackendConfig, Registry
from shared.contracts.base import Failure
from shared.contracts.confidentiality import Confidentiality
from shared.contracts.questions import Notice, Outcome, QuestionAsked
from tests.services.gateway.conftest import READER, Rig

LOCAL = BackendConfig(
    name="local",
    kind="openai",
    address="http://vllm:8000/v1",
    model="m",
    api_key="s3cret",
    classes=frozenset(Confidentiality),
)
REMOTE = BackendConfig(name="remote", kind="openai", address="https://api.example.org/v1", model="l")


@pytest.fixture
def writers(rig: Rig) -> Rig:
    backends = Registry(backends=(*Registry().backends, LOCAL, REMOTE), default="local")
    provide(rig.app, backends)
    return rig


async def answered(rig: Rig, path: str, body: dict[str, Any], outcome: Outcome) -> tuple[QuestionAsked, httpx.Response]:
    asking = asyncio.create_task(rig.http.post(path, json=body, headers=rig.headers(READER)))
    while not rig.events.of(QuestionAsked):
        await asyncio.sleep(0)
    event = rig.events.of(QuestionAsked)[-1]
    await rig.ends.finish(event.question_id, outcome)
    return event, await asking


async def test_backends_are_listed_without_addresses_and_keys(writers: Rig) -> None:
    response = await writers.http.get("/v1/backends", headers=writers.headers(READER))
    rows = response.json()["backends"]
    assert [(row["name"], row["mode"], row["default"]) for row in rows] == [
        ("extractive", "extractive", False),
        ("local", "generated", True),
        ("remote", "generated", False),
    ]
    assert rows[1]["classes"] == ["public", "internal", "confidential"]
    assert rows[2]["classes"] == ["public"]
    assert not any(secret in response.text for secret in ("s3cret", "vllm:8000", "api.example.org"))
    assert (await writers.http.get("/v1/backends")).status_code == 401


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"backend": "oracle"}, 422, "unknown-backend"),
        ({"backend": "remote"}, 403, "backend-not-allowed"),
        ({"backend": "remote", "confidentiality": "internal"}, 403, "backend-not-allowed"),
        ({"confidentiality": "secret"}, 422, "invalid-input"),
    ],
)
async def test_a_choice_that_is_not_allowed_is_refused_before_it_is_asked(
    writers: Rig, wish: dict[str, str], status: int, code: str
) -> None:
    response = await writers.http.post(
        "/v1/questions", json={"question": "Quand agir ?", **wish}, headers=writers.headers(READER)
    )
    assert (response.status_code, response.json()["type"]) == (status, f"urn:vigie:problem:{code}")
    chat = await writers.http.post(
        "/v1/chat/completions",
        json={"model": "vigie", "messages": [{"role": "user", "content": "Quand agir ?"}], **wish},
        headers=writers.headers(READER),
    )
    assert chat.status_code == (400 if status == 422 else status)
    assert writers.events.events == []


@pytest.mark.parametrize("path", ["/v1/questions", "/v1/chat/completions"])
async def test_the_choice_and_the_class_travel_with_the_question(writers: Rig, path: str) -> None:
    question = {"question": "Quand agir ?"} if path == "/v1/questions" else {"model": "vigie", "messages": [
        {"role": "user", "content": "Quand agir ?"}]}  # fmt: skip
    done = Outcome(answer="Oui.")
    event, _ = await answered(writers, path, question, done)
    assert (event.plan.generation.backend, event.plan.generation.confidentiality) == ("local", "confidential")
    writers.events.events.clear()
    event, _ = await answered(writers, path, question | {"backend": "remote", "confidentiality": "public"}, done)
    assert (event.plan.generation.backend, event.plan.generation.confidentiality) == ("remote", "public")


async def test_s27_who_wrote_and_why_not_the_one_who_was_asked_is_told(writers: Rig) -> None:
    outcome = Outcome(
        answer="« Chaque année » [1]",
        mode="generated",
        backend="local",
        model="m",
        prompt="answer/1/fr",
        notice=Notice(code="answer-cut", params={"backend": "local"}),
    )
    _, response = await answered(writers, "/v1/questions", {"question": "Quand agir ?"}, outcome)
    answer = response.json()
    assert (answer["mode"], answer["backend"], answer["model"], answer["prompt"]) == (
        "generated", "local", "m", "answer/1/fr",
    )  # fmt: skip
    assert answer["notice"]["code"] == "answer-cut"
    assert "“local” broke off" in answer["notice"]["text"]


@pytest.mark.parametrize("path", ["/v1/questions", "/v1/chat/completions"])
async def test_an_overloaded_backend_is_429_with_retry_after(writers: Rig, path: str) -> None:
    failure = Failure(code="overloaded", params={"backend": "local", "retry_after_s": 7})
    body = {"question": "Quand agir ?", "model": "vigie", "messages": [{"role": "user", "content": "Quand agir ?"}]}
    if path == "/v1/questions":
        body = {"question": "Quand agir ?"}
    _, response = await answered(writers, path, body, Outcome(failure=failure))
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert "local" in json.dumps(response.json())
