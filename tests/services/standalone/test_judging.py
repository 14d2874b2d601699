import json
from collections.abc import Callable

import httpx
import pytest

from services.standalone.evaluation.judge import Judge
from shared.contracts.backends import BackendConfig
from shared.contracts.confidentiality import Confidentiality

BACKEND = BackendConfig(
    name="juge", kind="openai", address="http://judge/v1", model="m", classes=frozenset({Confidentiality.PUBLIC})
)


def judge(answer: Callable[[httpx.Request], httpx.Response], backend: BackendConfig = BACKEND) -> Judge:
    return Judge(backend, httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def said(content: str) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"content": content}}]})


@pytest.mark.parametrize(("note", "mark"), [(1, 0.0), (3, 0.5), (5, 1.0)])
async def test_notes_become_marks_from_0_to_1(note: int, mark: float) -> None:
    async with judge(lambda _: said(f'{{"note": {note}, "raison": "parce que"}}')) as asked:
        assert await asked.mark("?", "Oui.", ["Oui."]) == mark


@pytest.mark.parametrize("content", ["", "5", '{"note": 6}', '{"note": "bonne"}', "<html>", "[]"])
async def test_what_is_no_note_is_no_mark(content: str) -> None:
    async with judge(lambda _: said(content)) as asked:
        assert await asked.mark("?", "Oui.", []) is None


async def test_a_body_of_another_shape_is_no_mark() -> None:
    async with judge(lambda _: httpx.Response(200, json={"choices": []})) as asked:
        assert await asked.mark("?", "Oui.", []) is None


async def test_a_judge_that_fails_is_an_error_and_not_a_mark() -> None:
    async with judge(lambda _: httpx.Response(500)) as asked:
        with pytest.raises(httpx.HTTPStatusError):
            await asked.mark("?", "Oui.", [])


async def test_the_question_the_answer_and_its_passages_are_shown_as_data() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return said('{"note": 4}')

    async with judge(answer, BACKEND.model_copy(update={"kind": "ollama", "address": "http://judge"})) as asked:
        await asked.mark("Pourquoi ?", "Parce que.", ["Un passage."])

    body = json.loads(seen[0].content)
    assert str(seen[0].url) == "http://judge/v1/chat/completions"
    assert body["messages"][1]["content"] == (
        "<question>Pourquoi ?</question>\n<passage>Un passage.</passage>\n<reponse>Parce que.</reponse>"
    )
    assert body["response_format"]["json_schema"]["schema"]["properties"].keys() == {"note", "raison"}


def test_nobody_judges_what_they_may_not_see() -> None:
    asked = judge(lambda _: said("{}"))
    assert asked.may_see(Confidentiality.PUBLIC)
    assert not asked.may_see(Confidentiality.CONFIDENTIAL)
    assert not asked.may_see(None)
