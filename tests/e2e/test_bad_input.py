"""Input that nobody should send, and records that nobody should publish: told in words, and the others go on."""

import asyncio
import json
from hashlib import sha256
from uuid import uuid4

import pytest

from shared.client import Problem
from shared.contracts.dead_letters import DeadLetter
from shared.contracts.topics import DOCUMENTS_SUBMITTED, PASSAGES_EXTRACTED, QUESTIONS_ASKED, Topic
from shared.http_api.dead_letters import DeadLetterView, LetterState
from tests.e2e.conftest import ended
from tests.support.stack import Running
from tests.support.topic_records import publish_raw, records_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "rossignol-du-coffre"


async def a_good_document_and_question_pass(stack: Running) -> None:
    word = f"oxymètre{uuid4().hex[:8]}"
    async with stack.client() as client:
        document = await ended(client, await client.submit(f"{word}.md", f"# Gaz\n\nAllumer l'{word}.".encode()))
        assert document.state == "indexed"
        answer = await client.ask(f"Que faire de l'{word} ?")
    assert (answer.state, word in (answer.answer or "")) == ("answered", True)


@pytest.mark.parametrize(
    ("name", "content", "kind", "code", "words"),
    [
        pytest.param(
            "photo.txt", b"\x00\x01\x02" + bytes(range(256)) * 40, None, "unreadable-document", "binary", id="binary"
        ),
        pytest.param(
            "image.txt", b"\x89PNG\r\n\x1a\n" + bytes(500), None, "unreadable-document", "damaged", id="half an image"
        ),
        pytest.param(
            "film.txt", b"GIF89a" + bytes(500), None, "unsupported-media-type", "not supported", id="another image"
        ),
        pytest.param(
            "garbage.txt",
            "\u4e0a\u6d77\ud83d\ude00".encode("utf-16-le", "surrogatepass") * 50 + b"\x81\x8d\x00\xd8",
            None,
            "unreadable-document",
            "read",
            id="UTF-16 without its mark",
        ),
        pytest.param(
            "latin.txt", bytes(range(0x80, 0x100)) * 20, None, "unreadable-document", "encoding", id="no encoding"
        ),
        pytest.param(
            "controls.txt", b"\x01\x02\x1b[2J \x07\x08words" * 40, None, "unreadable-document", "control characters",
            id="control characters",
        ),
        pytest.param(
            "corpus.json", json.dumps({"articles": [SECRET]}).encode(), "application/vnd.vigie.legi-data+json",
            "unknown-corpus-layout", "layout", id="corpus of another layout",
        ),
        pytest.param(
            "corpus.json", b'{"type": "code", ', "application/vnd.vigie.fiche-travail+json",
            "unknown-corpus-layout", "layout", id="broken corpus",
        ),
        pytest.param("blank.txt", b" \n\t\r\n ", None, "empty-document", "empty", id="nothing but white space"),
    ],
)  # fmt: skip
async def test_a_document_that_cannot_be_read_says_why(
    stack: Running, name: str, content: bytes, kind: str | None, code: str, words: str
) -> None:
    before = len(await records_of(stack.broker, stack.topic(DOCUMENTS_SUBMITTED.dead_letters)))
    async with stack.client() as client:
        document = await ended(client, await client.submit(name, content, media_type=kind, key=f"{code}/{uuid4()}"))
        others = [each async for each in client.documents() if each.id == document.id]
    assert document.state == "failed"
    problem = document.failure
    assert problem is not None
    assert problem["type"] == f"urn:vigie:problem:{code}"
    assert words in problem["detail"]
    assert "{" not in problem["detail"]
    assert "…" not in problem["detail"]
    assert others[0].failure == problem
    letters = await records_of(stack.broker, stack.topic(DOCUMENTS_SUBMITTED.dead_letters))
    assert len(letters) == before + 1
    assert all(SECRET.encode() not in letter.value for letter in letters)


async def test_the_next_document_and_question_are_fine(stack: Running) -> None:
    await a_good_document_and_question_pass(stack)


async def test_the_words_are_in_the_reader_s_language(stack: Running) -> None:
    async with stack.client() as client:
        document = await ended(client, await client.submit("binaire.txt", b"\0" * 500))
    details = set()
    for language in ("fr", "en", "de"):
        async with stack.client(language=language) as client:
            failure = (await client.document(document.id)).failure
        assert failure is not None
        details.add(failure["detail"])
    assert len(details) == 3


async def test_what_the_door_refuses_never_enters(stack: Running) -> None:
    async with stack.client() as client:
        before = (await client.status()).documents
        for name, content in (("empty.txt", b""), ("program.exe", b"MZ"), ("a.txt\x00.exe", b"x")):
            with pytest.raises(Problem):
                await client.submit(name, content)
        for fields in ({"scope": "team:x"}, {"key": "\x07"}, {"language": "klingon"}, {"max_chars": "1"}):
            with pytest.raises(Problem):
                await client.submit("note.txt", b"words", **fields)
        for question in ("", " \n ", "a\x00b", "x" * 5000, "\x1b[2J"):
            with pytest.raises(Problem):
                await client.ask(question)
        assert (await client.status()).documents == before


BROKEN = (
    f'{{"title": "{SECRET}"'.encode(),
    json.dumps({"text": SECRET, "schema_version": 7}).encode(),
    b"null",
    b"\xff\xfe" + SECRET.encode("utf-16-le"),
    None,
)


async def test_what_was_given_up_is_listed_for_admins_and_sent_again(stack: Running) -> None:
    async with stack.client() as client:
        document = await ended(client, await client.submit("binaire.txt", b"\0" * 700, key=str(uuid4())))

        async def letters() -> list[DeadLetterView]:
            found = [each async for each in client.dead_letters() if each.job == document.id]
            return [each for each in found if each.state == LetterState.OPEN]

        async with asyncio.timeout(60):
            while not (found := await letters()):
                await asyncio.sleep(0.05)
        [letter] = found
        assert (letter.service, letter.topic, letter.code) == ("ingest", "documents.submitted", "unreadable-document")
        assert (await client.send_dead_letter(letter.id)).state == LetterState.SENT
        async with asyncio.timeout(60):
            while not (again := await letters()):
                await asyncio.sleep(0.05)
        assert again[0].id != letter.id, "it failed once more"


@pytest.mark.parametrize("topic", [DOCUMENTS_SUBMITTED, PASSAGES_EXTRACTED, QUESTIONS_ASKED], ids=lambda t: t.name)
async def test_a_broken_record_becomes_one_dead_letter_without_its_words(stack: Running, topic: Topic) -> None:
    published = [await publish_raw(stack.broker, stack.topic(topic.name), value, key=uuid4().bytes) for value in BROKEN]
    places = [(record.partition, record.offset) for record in published]

    async def letters() -> dict[tuple[int, int], list[bytes]]:
        found: dict[tuple[int, int], list[bytes]] = {place: [] for place in places}
        for each in await records_of(stack.broker, stack.topic(topic.dead_letters)):
            told = DeadLetter.model_validate_json(each.value)
            if (place := (told.partition, told.offset)) in found:
                found[place].append(each.value)
        return found

    async def arrived() -> None:
        while not all((await letters()).values()):
            await asyncio.sleep(0.05)

    await asyncio.wait_for(arrived(), 60)
    await a_good_document_and_question_pass(stack)
    told = await letters()
    for place, value in zip(places, BROKEN, strict=True):
        [raw] = told[place]
        letter = DeadLetter.model_validate_json(raw)
        assert (letter.code, letter.size) == ("invalid-message", len(value or b""))
        assert letter.sha256 == sha256(value or b"").hexdigest()
        assert b"rossignol" not in raw
