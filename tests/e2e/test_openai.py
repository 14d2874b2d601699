"""OpenAI's client, unchanged, against the whole chain."""

import re
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from services.standalone.local_issuer import Person
from shared.access import Role
from tests.e2e.conftest import ended
from tests.support.stack import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALICE = Person("alice", units=("UMR8640",), roles=(Role.PREVENTION_ASSISTANT,))
MALLORY = Person("mallory", units=("UMR1",))
WORD = "cryostat-grenat"
NOTE = f"# Consigne\n\nLe {WORD} se vide à deux, porte ouverte.\n"
MESSAGES: list[ChatCompletionMessageParam] = [
    {"role": "system", "content": "Sois brève."},
    {"role": "user", "content": f"Comment vider le {WORD} ?"},
]
_LINK = re.compile(r"/page\?[^>]+")
"""What differs between two answers: until when their links open."""


@dataclass
class Served:
    stack: Running

    def client(self, person: Person) -> AsyncOpenAI:
        return AsyncOpenAI(api_key=self.stack.token(person), base_url=f"{self.stack.url}/v1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(stack: Running) -> Served:
    async with stack.client(ALICE) as client:
        document = await client.submit("consigne.md", NOTE.encode(), scope="unit:UMR8640", title="Consigne azote")
        assert (await ended(client, document)).state == "indexed"
    return Served(stack)


async def test_an_answer_cites_a_passage_that_opens(served: Served) -> None:
    async with served.client(ALICE) as client:
        assert [model.id async for model in client.models.list()] == ["vigie"]
        completion = await client.chat.completions.create(model="vigie", messages=MESSAGES, temperature=0)
    message = completion.choices[0].message
    assert message.content is not None
    assert message.annotations is not None
    assert WORD in message.content
    assert "Sources\u00a0:\n\n- [1] Consigne azote" in message.content
    citation = message.annotations[0].url_citation
    assert message.content[citation.start_index : citation.end_index] == "[1]"
    async with httpx.AsyncClient() as reader:  # a person's browser, without a token
        assert WORD in (await reader.get(citation.url)).text
        assert (await reader.get(citation.url.replace("by=", "by=0"))).status_code == 401


async def test_a_stream_says_the_same(served: Served) -> None:
    async with served.client(ALICE) as client:
        whole = await client.chat.completions.create(model="vigie", messages=MESSAGES)
        stream = await client.chat.completions.create(
            model="vigie", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
    deltas = [choice.delta.content or "" for chunk in chunks for choice in chunk.choices]
    assert whole.choices[0].message.content is not None
    assert _LINK.sub("", "".join(deltas)) == _LINK.sub("", whole.choices[0].message.content)
    assert deltas[1].startswith("> «"), "the first sentence leaves alone"
    assert chunks[-1].usage == whole.usage


async def test_a_stranger_is_told_nothing_of_it(served: Served) -> None:
    async with served.client(MALLORY) as client:
        completion = await client.chat.completions.create(model="vigie", messages=MESSAGES)
    choice = completion.choices[0]
    assert choice.finish_reason == "stop"
    assert not choice.message.annotations
    assert choice.message.content is not None
    assert "porte ouverte" not in choice.message.content


@pytest.mark.parametrize(
    "typed",
    [
        f"jdoi fer koi pr vidé le {WORD} stp",
        "jdoi porté koi com gan pr l azote liquide",
        "kesk jdoi fer",
        "stp mdr",
        "et pr les aut ?",
    ],
)
async def test_who_types_on_a_telephone_is_never_told_nothing(served: Served, typed: str) -> None:
    asked: list[ChatCompletionMessageParam] = [{"role": "user", "content": typed}]
    async with served.client(ALICE) as client:
        whole = await client.chat.completions.create(model="vigie", messages=asked)
        stream = await client.chat.completions.create(model="vigie", messages=asked, stream=True)
        choices = [choice async for chunk in stream for choice in chunk.choices]
    told = "".join(choice.delta.content or "" for choice in choices)
    assert _LINK.sub("", told) == _LINK.sub("", whole.choices[0].message.content or "")
    assert told.strip()
    assert choices[-1].finish_reason == "stop"
