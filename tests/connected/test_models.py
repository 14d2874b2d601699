"""Real model servers (tests/support/model_servers.py): the protocol, and the chain to its end."""

import asyncio
import json
from contextlib import aclosing
from pathlib import Path

import pytest

from services.generator.answering.output_parsing import JsonReader, ParsedSentence
from services.generator.answering.ports import WritingRequest
from services.generator.answering.prompting import prepare
from services.generator.answering.read_question import ReadQuestion
from services.generator.grounding.citations import DraftSentence
from services.generator.models.ports import Prompt
from services.generator.models.prompt_text import Budget
from shared.contracts.questions import Sentence
from shared.http_api.questions import AnswerView
from tests.e2e.conftest import ended
from tests.fakes.generator import source
from tests.support.model_servers import REASON, SERVERS, real_model
from tests.support.stack import running_stack

pytestmark = [
    pytest.mark.connected,
    pytest.mark.skipif(not SERVERS, reason=REASON),
    pytest.mark.parametrize("name", SERVERS or ["none"]),
]

SOURCES = (
    source(0, "L'azote liquide se manipule avec des gants cryogéniques et une visière."),
    source(1, "La porte du local reste ouverte pendant le transvasement."),
)
QUESTION = "Comment manipuler l'azote liquide ?"
LONG = Prompt(
    "story", "You are a storyteller.", "Tell a very long story about a laboratory, in at least twenty paragraphs."
)
FREED_S = 1.0
"""Within so many seconds a slot is free again once its question is cancelled: what the specification asks."""


async def test_an_answer_by_the_schema_arrives_in_pieces(name: str) -> None:
    prompt = prepare(QUESTION, "fr", SOURCES, Budget(3072, 400), "json").prompt
    async with real_model(name) as real, aclosing(real.model.stream(prompt)) as stream:
        deltas = [delta async for delta in stream]
    assert len(deltas) > 5
    text = "".join(delta.text for delta in deltas)
    reader = JsonReader()
    sentences = list(reader.feed(text))
    assert None not in sentences, text
    if deltas[-1].finish == "stop":  # a small model may run on until its longest output
        assert [ParsedSentence.model_validate(item) for item in json.loads(text)["sentences"]]
        assert reader.finished


@pytest.mark.parametrize("output", ["json", "text"])
async def test_a_backend_gives_drafts_and_ends(name: str, output: str) -> None:
    async with real_model(name, output=output) as real:
        async with aclosing(real.backend.write(WritingRequest(ReadQuestion.read(QUESTION), "fr", SOURCES))) as writing:
            drafts = [draft async for draft in writing]
        assert all(draft.generated for draft in drafts if isinstance(draft, DraftSentence))
        assert real.backend.guarded.slots.taken == 0


async def test_16_cancelling_frees_the_slot_within_a_second(name: str) -> None:
    async with real_model(name, max_output_tokens=1500) as real:
        async with aclosing(real.model.stream(LONG)) as stream:
            await anext(stream)
            assert await real.running() in {1, None}

        async def idle() -> None:
            while await real.running():
                await asyncio.sleep(0.02)

        await asyncio.wait_for(idle(), FREED_S)


async def test_the_chain_ends_well_whatever_the_model_writes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with real_model(name) as real:
        model, address = real.config.model, real.config.address
    file = tmp_path / "backends.toml"
    file.write_text(
        f'[backends.real]\nkind = "openai"\naddress = "{address}"\nmodel = "{model}"\nmax_output_tokens = 300\n'
        'classes = ["public", "internal", "confidential"]\ncontext_tokens = 3072\n'
        "timeouts = { first_token = 40, between_tokens = 20, total = 50 }\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("VIGIE_BACKENDS_FILE", str(file))
    note = "# Consigne\n\n" + "\n\n".join(each.passage.text for each in SOURCES) + "\n"
    async with running_stack(tmp_path / "data") as stack, stack.client() as client:
        document = await client.submit("consigne.md", note.encode(), title="Consigne")
        assert (await ended(client, document)).state == "indexed"
        heard = [item async for item in client.stream(QUESTION, backend="real")]
        answer = heard[-1]
        assert isinstance(answer, AnswerView)
        assert answer.state == "answered"
        assert answer.citations
        assert "\n\n".join(item.text for item in heard[:-1] if isinstance(item, Sentence)) == answer.answer
        if answer.mode == "generated":
            assert (answer.backend, answer.model, answer.prompt) == ("real", model, "answer/1")
        else:
            assert answer.notice is not None
        for citation in answer.citations:
            assert citation.quote in (await client.passage(citation.passage)).text
