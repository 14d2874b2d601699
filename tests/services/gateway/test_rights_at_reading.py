"""Rights are asked at each reading: what somebody once read, sent or asked opens nothing by that (S7)."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.documents.following import DocumentFollower
from services.standalone.local_issuer import Person
from shared.access import Principal, Role
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentSubmitted
from shared.contracts.questions import AnswerCompleted, AnswerStreamed, Outcome, Sentence
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig
from tests.services.gateway.test_documents import indexed, report
from tests.services.gateway.test_withdrawals import SECRET, answered, ask, citation, grace_passes, sent, withdraw

GONE = replace(ASSISTANT, units=("UMR1",))
"""Alice, who has gone to another unit."""

BOB = Person("bob", units=("UMR5219",), roles=(Role.UNIT_DIRECTOR,))


async def get(rig: Rig, person: Person, url: str) -> tuple[int, Json]:
    response = await rig.http.get(url, headers=rig.headers(person))
    return response.status_code, response.json()


async def patched(rig: Rig, document: Json, body: Json, person: Person = BOB) -> int:
    return (await rig.http.patch(document["url"], headers=rig.headers(person), json=body)).status_code


async def listed(rig: Rig, person: Person, **query: str) -> list[Json]:
    found: list[Json] = (await rig.http.get("/v1/documents", headers=rig.headers(person), params=query)).json()[
        "documents"
    ]
    return found


async def once(rig: Rig, person: Person, key: str, content: bytes, **fields: str) -> httpx.Response:
    headers = rig.headers(person) | {"idempotency-key": key}
    return await rig.http.post("/v1/documents", headers=headers, data=fields, files={"file": ("a.txt", content)})


# --- old answers -----------------------------------------------------------------------------------------------------


async def test_s7_who_has_lost_a_unit_reads_no_word_of_it_in_old_answers(rig: Rig) -> None:
    theirs = await sent(rig)
    everybodys = (await rig.upload(ADMIN, b"Public.", "public.txt")).json()
    url = await answered(rig, theirs, everybodys)
    status, before = await get(rig, ASSISTANT, url)
    assert (status, before["answer"], before["notice"]) == (200, f"Le {SECRET} chante [1].", None)
    status, after = await get(rig, GONE, url)
    assert (status, after["state"], after["question"]) == (200, "answered", before["question"])
    assert (after["answer"], after["notice"]["code"]) == ("", "source-out-of-reach")
    assert "group" in after["notice"]["text"]
    first, second = after["citations"]
    assert (first["title"], first["quote"], first["article"], first["page"]) == ("", "", None, None)
    assert second["quote"] == before["citations"][1]["quote"]
    assert [each["article"] for each in after["evidence"]] == [None, SECRET]
    [entry] = (await get(rig, GONE, "/v1/questions"))[1]["questions"]
    assert entry["answer"] == ""
    assert (await get(rig, ASSISTANT, url))[1] == before, "who comes back reads it again"


async def test_s7_an_abstention_says_nothing_of_what_was_looked_at_in_a_lost_unit(rig: Rig) -> None:
    url = await answered(rig, await sent(rig), abstained=True)
    assert SECRET in str((await get(rig, ASSISTANT, url))[1])
    assert SECRET not in str((await get(rig, GONE, url))[1])


async def test_s7_who_has_lost_a_unit_is_not_told_what_it_withdraws(rig: Rig) -> None:
    theirs = await sent(rig)
    url = await answered(rig, theirs)
    before = (await get(rig, GONE, url))[1]
    await withdraw(rig, theirs)
    for _ in ("shown", "stored"):
        assert (await get(rig, GONE, url))[1] == before
        assert (await get(rig, ASSISTANT, url))[1]["notice"]["code"] == "source-withdrawn"
        await rig.work_once()
        await grace_passes(rig)


async def test_s7_a_question_followed_again_is_told_with_the_rights_of_now(rig: Rig) -> None:
    """The client that asked has hung up; with the same idempotency key it listens again, and is in no unit any more."""
    theirs = await sent(rig)
    question = await ask(rig)
    quote = citation(1, theirs).model_copy(update={"scope": UNIT})
    sentence = Sentence(text=f"Le {SECRET} chante [1].", citations=[quote])
    heard = rig.follower.follow(Principal(ASSISTANT.user, frozenset({"public"}), frozenset()), question)
    told = anext(heard)
    await rig.ends.streamed(AnswerStreamed(question_id=question, frame=0, sentence=sentence))
    outcome = Outcome(answer=sentence.text, citations=[quote])
    waiting = asyncio.ensure_future(told)
    await asyncio.sleep(0)
    await rig.ends.streamed(AnswerStreamed(question_id=question, frame=1, sentence=sentence))
    await rig.ends.completed(AnswerCompleted(question_id=question, outcome=outcome, sentences=2))
    end: Any = await waiting
    assert (end.outcome.answer, end.outcome.citations[0].quote) == ("", "")
    await heard.aclose()


# --- what somebody sent, and colleagues changed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"title": "Titre d'un collegue"}, {"metadata": {"auteur": "Durand"}}, {"title": "Autre", "metadata": {"a": "b"}}],
    ids="+".join,
)
async def test_s7_who_has_lost_a_unit_does_not_read_what_colleagues_say_of_what_they_sent(
    rig: Rig, change: Json
) -> None:
    document = (await rig.upload(ASSISTANT, b"Un texte.", "note.txt", scope=UNIT, title="Note")).json()
    assert (await get(rig, GONE, document["url"]))[1]["title"] == "Note"
    assert await patched(rig, document, change) == 200
    seen = str((await get(rig, GONE, document["url"]))[1]) + str(await listed(rig, GONE))
    said = [*filter(None, [change.get("title"), *change.get("metadata", {}).values()])]
    assert not any(repr(words) in seen for words in said)
    kept = (await get(rig, READER, document["url"]))[1]
    assert all(words in (kept["title"], *kept["metadata"].values()) for words in said)


async def test_s7_a_colleague_s_newer_version_is_not_for_who_sent_the_older_one(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"Un texte.", "note.txt", scope=UNIT)).json()
    newer = (await rig.upload(BOB, b"Un autre.", "note.txt", scope=UNIT)).json()
    assert newer["id"] == document["id"]
    assert (await get(rig, GONE, document["url"]))[0] == 404
    assert await listed(rig, GONE) == []
    assert (await rig.http.get(document["events"], headers=rig.headers(GONE))).status_code == 404


async def test_s7_a_filter_by_metadata_tells_nothing_of_it(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"Un texte.", "note.txt", scope=UNIT)).json()
    await patched(rig, document, {"metadata": {"auteur": "Durand"}})
    assert [len(await listed(rig, who, metadata="auteur=Durand")) for who in (READER, GONE)] == [1, 0]
    assert len(await listed(rig, GONE)) == 1


async def test_s7_who_follows_a_document_hears_no_more_once_a_colleague_has_changed_it(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"Un texte.", "note.txt", scope=UNIT)).json()
    [version] = [each for each in await rig.versions(UUID(document["id"])) if each.sequence == 1]
    gone = Principal(ASSISTANT.user, frozenset({"public", "unit:UMR1"}), frozenset())
    heard = rig.part(DocumentFollower).follow(gone, version.document_id)
    assert (await anext(heard)).title == "note.txt"
    await patched(rig, document, {"title": "Un autre titre"})
    rig.gateway.followers.moved(version.document_id)
    assert [record async for record in heard] == []


# --- an admin who sends to another unit's key ------------------------------------------------------------------------

_TOLD_ELSEWHERE = {"id", "version", "url", "events", "created_at", "updated_at", "key"}


async def sent_by_admin(rig: Rig, key: str, content: bytes = b"Le texte.") -> Json:
    response = await rig.upload(ADMIN, content, "admin.txt", scope=UNIT, key=key)
    assert response.status_code == 202
    view: Json = response.json()
    return {name: value for name, value in view.items() if name not in _TOLD_ELSEWHERE} | {"url": view["url"]}


def without_url(view: Json) -> Json:
    return {name: value for name, value in view.items() if name not in _TOLD_ELSEWHERE}


@pytest.mark.parametrize("state", ["accepted", "indexed", "failed", "withdrawn"])
@pytest.mark.parametrize("content", [b"Le texte.", b"Un autre."], ids=["same", "other"])
async def test_s7_an_admin_who_sends_to_another_unit_s_key_learns_nothing_of_it(
    rig: Rig, state: str, content: bytes
) -> None:
    there = {
        "title": f"Note {SECRET}",
        "language": "de",
        "metadata": f'{{"auteur": "{SECRET}"}}',
        "chunking": "sentences",
    }
    document = (await rig.upload(ASSISTANT, content, "admin.txt", scope=UNIT, key="a", **there)).json()
    await rig.work_once()
    if state == "indexed":
        await rig.reported(indexed(document))
    elif state == "failed":
        await rig.reported(report(document, "failed", failure=Failure(code="empty-document", params={"name": SECRET})))
    elif state == "withdrawn":
        await withdraw(rig, document)
    over, new = await sent_by_admin(rig, "a"), await sent_by_admin(rig, "b")
    assert without_url(over) == without_url(new)
    seen = [without_url((await get(rig, ADMIN, each["url"]))[1]) for each in (over, new)]
    assert seen[0] == seen[1] == without_url(new)
    assert SECRET not in str(await listed(rig, ADMIN))


async def test_s7_the_same_words_as_the_unit_s_own_are_accepted_once_more(rig: Rig) -> None:
    """That the unit has this very file, under the name that it has there, is not told either."""
    document = (await rig.upload(ASSISTANT, b"Le texte.", "admin.txt", scope=UNIT, key="a")).json()
    await rig.work_once()
    await rig.reported(indexed(document))
    over, new = await sent_by_admin(rig, "a"), await sent_by_admin(rig, "b")
    assert without_url(over) == without_url(new)
    await rig.work_once()
    again = [event for event in rig.events.of(DocumentSubmitted) if str(event.document_id) == document["id"]]
    assert [event.sequence for event in again] == [1, 2]
    assert rig.store.objects[again[-1].source.key] == b"Le texte."
    assert again[0].source.key not in rig.store.objects
    kept = (await get(rig, READER, document["url"]))[1]
    assert (kept["sequence"], kept["version"]) == (2, document["version"])


async def test_an_admin_s_version_leaves_the_unit_what_it_noted(rig: Rig) -> None:
    metadata = '{"auteur": "Durand"}'
    document = (await rig.upload(ASSISTANT, b"Un.", "a.txt", scope=UNIT, key="a", metadata=metadata)).json()
    await sent_by_admin(rig, "a")
    kept = (await get(rig, READER, document["url"]))[1]
    assert (kept["metadata"], kept["sequence"], kept["title"]) == ({"auteur": "Durand"}, 2, "admin.txt")


async def test_s7_a_unit_s_edit_of_what_an_admin_sent_is_not_for_the_admin(rig: Rig) -> None:
    view = await sent_by_admin(rig, "a")
    assert await patched(rig, view, {"title": "Titre de l'unite"}) == 200
    assert (await get(rig, ADMIN, view["url"]))[0] == 404


# --- counts ----------------------------------------------------------------------------------------------------------


async def test_s7_status_counts_what_one_may_read(rig: Rig) -> None:
    empty = (await get(rig, STRANGER, "/v1/status"))[1]
    theirs = await sent(rig)
    await rig.reported(indexed(theirs, passages=3))
    await answered(rig, theirs)
    assert (await get(rig, STRANGER, "/v1/status"))[1] == empty
    own = (await get(rig, ASSISTANT, "/v1/status"))[1]
    assert (own["documents"], own["passages"], own["questions"]) == ({"indexed": 1}, 3, {"answered": 1})
    colleague = (await get(rig, READER, "/v1/status"))[1]
    assert (colleague["documents"], colleague["passages"], colleague["questions"]) == ({"indexed": 1}, 3, {})
    assert (await get(rig, ADMIN, "/v1/status"))[1]["documents"] == {}
    public = (await rig.upload(ADMIN, b"Public.", "public.txt")).json()
    await rig.reported(indexed(public, passages=5))
    assert (await get(rig, STRANGER, "/v1/status"))[1]["passages"] == 5


# --- a retry with the same key ---------------------------------------------------------------------------------------


async def test_s7_a_retry_never_undoes_a_newer_version(rig: Rig) -> None:
    first = await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)
    newer = await once(rig, BOB, "k2", b"two", scope=UNIT)
    assert (first.status_code, newer.json()["sequence"]) == (202, 2)
    again = await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)
    assert (again.status_code, again.json()["version"]) == (202, newer.json()["version"])
    assert len(await rig.versions(UUID(newer.json()["id"]))) == 2


async def test_s7_nor_does_one_that_changed_nothing_the_first_time(rig: Rig) -> None:
    await rig.upload(ASSISTANT, b"one", "a.txt", scope=UNIT)
    assert (await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)).json()["sequence"] == 1
    newer = (await rig.upload(BOB, b"two", "a.txt", scope=UNIT)).json()
    again = (await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)).json()
    assert (again["sequence"], again["version"]) == (2, newer["version"])


async def test_s7_nor_one_that_cuts_as_it_was_cut_already(rig: Rig) -> None:
    document = (await rig.upload(ASSISTANT, b"one", "a.txt", scope=UNIT, chunking="sentences")).json()

    async def cut(key: str, strategy: str) -> Json:
        headers = rig.headers(ASSISTANT) | {"idempotency-key": key}
        url, body = f"{document['url']}/rechunk", {"strategy": strategy}
        view: Json = (await rig.http.post(url, headers=headers, json=body)).json()
        return view

    assert (await cut("k1", "sentences"))["sequence"] == 1
    newer = await cut("k2", "tokens")
    assert newer["sequence"] == 2
    assert (await cut("k1", "sentences"))["version"] == newer["version"]


async def test_s7_nor_one_after_a_withdrawal(rig: Rig) -> None:
    document = (await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)).json()
    await withdraw(rig, document)
    assert (await once(rig, ASSISTANT, "k1", b"one", scope=UNIT)).json()["state"] == "withdrawn"
