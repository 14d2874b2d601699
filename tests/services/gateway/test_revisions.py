"""A document changed without being sent again: its metadata, its title, the way it is cut."""

import pytest

from services.standalone.local_issuer import Person
from shared.contracts.documents import Chunking, DocumentSubmitted
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig
from tests.services.gateway.test_documents import indexed


async def sent(rig: Rig, **fields: str) -> Json:
    document: Json = (await rig.upload(ASSISTANT, b"Un texte.", "note.md", scope=UNIT, **fields)).json()
    await rig.reported(indexed(document))
    return document


async def patch(rig: Rig, document: Json, body: Json, person: Person = ASSISTANT) -> tuple[int, Json]:
    response = await rig.http.patch(document["url"], headers=rig.headers(person), json=body)
    return response.status_code, response.json()


async def rechunk(
    rig: Rig, document: Json, body: Json, person: Person = ASSISTANT, /, **headers: str
) -> tuple[int, Json]:
    url = f"{document['url']}/rechunk"
    response = await rig.http.post(url, headers=rig.headers(person) | headers, json=body)
    return response.status_code, response.json()


async def test_metadata_is_noted_and_nothing_is_indexed_again(rig: Rig) -> None:
    document = await sent(rig, metadata='{"auteur": "Durand", "kind": "notice"}')
    assert document["metadata"] == {"auteur": "Durand", "kind": "notice"}
    code, changed = await patch(rig, document, {"metadata": {"kind": None, "date": "2026-03-01"}})
    assert (code, changed["metadata"]) == (200, {"auteur": "Durand", "date": "2026-03-01"})
    assert (changed["version"], changed["state"]) == (document["version"], "indexed")
    found = (await rig.http.get(document["url"], headers=rig.headers(READER))).json()
    assert found["metadata"] == changed["metadata"]


async def test_questions_that_a_document_answers_go_with_it_and_others_make_another_version(rig: Rig) -> None:
    document = await sent(rig)
    said = {"questions": "Qui vide le bidon ? Où le poser ?", "questions-2": "bidon | fût"}
    _, led = await patch(rig, document, {"metadata": said})
    await rig.work_once()
    asked = ("Qui vide le bidon ?", "Où le poser ?", "bidon", "fût")
    assert rig.events.of(DocumentSubmitted)[-1].questions == asked
    _, changed = await patch(rig, document, {"metadata": {"questions-2": None, "kind": "notice"}})
    await rig.work_once()
    assert rig.events.of(DocumentSubmitted)[-1].questions == asked[:2]
    assert len({document["version"], led["version"], changed["version"]}) == 3


async def test_another_title_is_another_version_of_the_same_bytes(rig: Rig) -> None:
    document = await sent(rig)
    code, changed = await patch(rig, document, {"title": "Consigne azote", "metadata": {"kind": "notice"}})
    assert (code, changed["title"], changed["metadata"]) == (200, "Consigne azote", {"kind": "notice"})
    assert (changed["sequence"], changed["state"], changed["version"] != document["version"]) == (2, "accepted", True)
    await rig.work_once()
    event = rig.events.of(DocumentSubmitted)[-1]
    assert (event.title, rig.store.objects[event.source.key]) == ("Consigne azote", b"Un texte.")
    versions = await rig.versions(event.document_id)
    assert {each.sequence: each.state for each in versions} == {1: "indexed", 2: "accepted"}
    await rig.reported(indexed(changed))
    versions = await rig.versions(event.document_id)
    assert {each.sequence: each.state for each in versions} == {1: "replaced", 2: "indexed"}


async def test_what_was_said_of_a_document_outlives_its_next_content(rig: Rig) -> None:
    document = await sent(rig)
    await patch(rig, document, {"title": "Consigne", "language": "en", "metadata": {"kind": "notice"}})
    await rechunk(rig, document, {"strategy": "sentences", "options": {"sentences": 4}})
    new = (await rig.upload(ASSISTANT, b"Un autre texte.", "note.md", scope=UNIT)).json()
    assert (new["sequence"], new["title"], new["language"]) == (4, "Consigne", "en")
    assert new["metadata"] == {"kind": "notice"}
    assert new["chunking"]["strategy"] == "sentences"


async def test_nothing_to_change_changes_nothing(rig: Rig) -> None:
    document = await sent(rig, title="Consigne")
    before = (await rig.http.get(document["url"], headers=rig.headers(ASSISTANT))).json()
    for body in (
        {},
        {"title": "Consigne"},
        {"title": " Consigne "},
        {"language": "fr"},
        {"metadata": {"nothing": None}},
    ):
        assert await patch(rig, document, body) == (200, before)
    await rig.work_once()
    assert rig.events.of(DocumentSubmitted) == []


@pytest.mark.parametrize(
    "body",
    [
        {"title": ""},
        {"title": "x" * 501},
        {"language": "klingon"},
        {"scope": "public"},
        {"metadata": {"Auteur": "x"}},
        {"metadata": {"../x": "x"}},
        {"metadata": {"a": ""}},
        {"metadata": {"a": "x" * 501}},
        {"metadata": {"a": "\x00"}},
        {"metadata": {"a": ["x"]}},
        {"metadata": {f"n{n}": "x" for n in range(21)}},
    ],
    ids=lambda body: str(body)[:40],
)
async def test_what_cannot_be_said_of_a_document(rig: Rig, body: Json) -> None:
    document = await sent(rig)
    code, problem = await patch(rig, document, body)
    assert (code, problem["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert "…" not in problem["detail"]
    now = (await rig.http.get(document["url"], headers=rig.headers(READER))).json()
    assert (now["version"], now["metadata"]) == (document["version"], {})


@pytest.mark.parametrize("metadata", ["no json", "[]", '{"a": 1}', '{"A": "x"}'])
async def test_bad_metadata_of_an_upload_leaves_nothing(rig: Rig, metadata: str) -> None:
    response = await rig.upload(ADMIN, metadata=metadata)
    assert (response.status_code, rig.store.objects) == (422, {})


async def test_a_document_is_cut_again_from_what_is_stored(rig: Rig) -> None:
    document = await sent(rig)
    body = {"strategy": "tokens", "options": {"tokens": 100, "overlap": 10}}
    code, changed = await rechunk(rig, document, body)
    assert (code, changed["state"], changed["sequence"]) == (202, "accepted", 2)
    assert changed["chunking"]["options"] == {"tokens": 100, "overlap": 10}
    await rig.work_once()
    event = rig.events.of(DocumentSubmitted)[-1]
    assert event.chunking == Chunking.model_validate(body)
    assert rig.store.objects[event.source.key] == b"Un texte."
    await rig.reported(indexed(changed))
    code, same = await rechunk(rig, document, body)
    assert (code, same["sequence"], same["state"]) == (202, 2, "indexed")
    code, back = await rechunk(rig, document, {})
    assert (back["sequence"], back["version"], back["state"]) == (3, document["version"], "accepted")


async def test_a_rechunking_in_doubt_is_asked_for_once(rig: Rig) -> None:
    document = await sent(rig)
    header = {"idempotency-key": "again"}
    await rechunk(rig, document, {"strategy": "heading"}, **header)
    await rechunk(rig, document, {"strategy": "article"})
    code, now = await rechunk(rig, document, {"strategy": "heading"}, **header)
    assert (code, now["sequence"], now["chunking"]["strategy"]) == (202, 3, "article")
    code, _ = await rechunk(rig, document, {"strategy": "sentences"}, **header)
    assert code == 409


@pytest.mark.parametrize(
    "body",
    [{"strategy": "axe"}, {"options": {"rows": 3}}, {"strategy": "rows", "options": {"rows": 0}}, {"max_chars": 1}],
)
async def test_a_way_to_cut_that_there_is_not(rig: Rig, body: Json) -> None:
    code, problem = await rechunk(rig, await sent(rig), body)
    assert (code, problem["type"]) == (422, "urn:vigie:problem:invalid-input")


async def test_s7_nobody_else_changes_a_document(rig: Rig) -> None:
    document = await sent(rig)
    for person, expected in ((STRANGER, 404), (ADMIN, 404), (READER, 403)):
        assert (await patch(rig, document, {"title": "x"}, person))[0] == expected
        assert (await rechunk(rig, document, {"strategy": "heading"}, person))[0] == expected
    assert (await rig.http.get(document["url"], headers=rig.headers(READER))).json()["sequence"] == 1


async def test_a_withdrawn_document_is_not_changed(rig: Rig) -> None:
    document = await sent(rig)
    await rig.http.delete(document["url"], headers=rig.headers(ASSISTANT))
    assert (await patch(rig, document, {"title": "x"}))[0] == 404
    assert (await rechunk(rig, document, {"strategy": "heading"}))[0] == 404
