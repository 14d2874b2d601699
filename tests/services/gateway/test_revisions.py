"""A document changed without being sent again: its metadata, its title, the way it is cut."""

import pytest

from shared.contracts.documents import Chunking, DocumentSubmitted
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Bench
from tests.services.gateway.test_documents import indexed


async def sent(bench: Bench, **fields: str) -> dict:
    document = (await bench.upload(ASSISTANT, b"Un texte.", "note.md", scope=UNIT, **fields)).json()
    await bench.rows.indexed(indexed(document))
    return document


async def patch(bench: Bench, document: dict, body: dict, person=ASSISTANT) -> tuple[int, dict]:
    response = await bench.http.patch(document["url"], headers=bench.headers(person), json=body)
    return response.status_code, response.json()


async def rechunk(bench: Bench, document: dict, body: dict, person=ASSISTANT, **headers: str) -> tuple[int, dict]:
    url = f"{document['url']}/rechunk"
    response = await bench.http.post(url, headers=bench.headers(person) | headers, json=body)
    return response.status_code, response.json()


async def test_metadata_is_noted_and_nothing_is_indexed_again(bench: Bench) -> None:
    document = await sent(bench, metadata='{"auteur": "Durand", "kind": "notice"}')
    assert document["metadata"] == {"auteur": "Durand", "kind": "notice"}
    code, changed = await patch(bench, document, {"metadata": {"kind": None, "date": "2026-03-01"}})
    assert (code, changed["metadata"]) == (200, {"auteur": "Durand", "date": "2026-03-01"})
    assert (changed["version"], changed["state"]) == (document["version"], "indexed")
    found = (await bench.http.get(document["url"], headers=bench.headers(READER))).json()
    assert found["metadata"] == changed["metadata"]


async def test_another_title_is_another_version_of_the_same_bytes(bench: Bench) -> None:
    document = await sent(bench)
    code, changed = await patch(bench, document, {"title": "Consigne azote", "metadata": {"kind": "notice"}})
    assert (code, changed["title"], changed["metadata"]) == (200, "Consigne azote", {"kind": "notice"})
    assert (changed["sequence"], changed["state"], changed["version"] != document["version"]) == (2, "accepted", True)
    await bench.gateway.relay.once()
    event = bench.events.of(DocumentSubmitted)[-1]
    assert (event.title, bench.store.objects[event.source.key]) == ("Consigne azote", b"Un texte.")
    versions = await bench.rows.versions(event.document_id)
    assert {each.sequence: each.state for each in versions} == {1: "indexed", 2: "accepted"}
    await bench.rows.indexed(indexed(changed))
    versions = await bench.rows.versions(event.document_id)
    assert {each.sequence: each.state for each in versions} == {1: "replaced", 2: "indexed"}


async def test_what_was_said_of_a_document_outlives_its_next_content(bench: Bench) -> None:
    document = await sent(bench)
    await patch(bench, document, {"title": "Consigne", "language": "en", "metadata": {"kind": "notice"}})
    await rechunk(bench, document, {"strategy": "sentences", "options": {"sentences": 4}})
    new = (await bench.upload(ASSISTANT, b"Un autre texte.", "note.md", scope=UNIT)).json()
    assert (new["sequence"], new["title"], new["language"]) == (4, "Consigne", "en")
    assert new["metadata"] == {"kind": "notice"}
    assert new["chunking"]["strategy"] == "sentences"


async def test_nothing_to_change_changes_nothing(bench: Bench) -> None:
    document = await sent(bench, title="Consigne")
    before = (await bench.http.get(document["url"], headers=bench.headers(ASSISTANT))).json()
    for body in (
        {},
        {"title": "Consigne"},
        {"title": " Consigne "},
        {"language": "fr"},
        {"metadata": {"nothing": None}},
    ):
        assert await patch(bench, document, body) == (200, before)
    await bench.gateway.relay.once()
    assert bench.events.of(DocumentSubmitted) == []


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
async def test_what_cannot_be_said_of_a_document(bench: Bench, body: dict) -> None:
    document = await sent(bench)
    code, problem = await patch(bench, document, body)
    assert (code, problem["type"]) == (422, "urn:vigie:problem:invalid-input")
    assert "…" not in problem["detail"]
    now = (await bench.http.get(document["url"], headers=bench.headers(READER))).json()
    assert (now["version"], now["metadata"]) == (document["version"], {})


@pytest.mark.parametrize("metadata", ["no json", "[]", '{"a": 1}', '{"A": "x"}'])
async def test_bad_metadata_of_an_upload_leaves_nothing(bench: Bench, metadata: str) -> None:
    response = await bench.upload(ADMIN, metadata=metadata)
    assert (response.status_code, bench.store.objects) == (422, {})


async def test_a_document_is_cut_again_from_what_is_stored(bench: Bench) -> None:
    document = await sent(bench)
    body = {"strategy": "tokens", "options": {"tokens": 100, "overlap": 10}}
    code, changed = await rechunk(bench, document, body)
    assert (code, changed["state"], changed["sequence"]) == (202, "accepted", 2)
    assert changed["chunking"]["options"] == {"tokens": 100, "overlap": 10}
    await bench.gateway.relay.once()
    event = bench.events.of(DocumentSubmitted)[-1]
    assert event.chunking == Chunking.model_validate(body)
    assert bench.store.objects[event.source.key] == b"Un texte."
    await bench.rows.indexed(indexed(changed))
    code, same = await rechunk(bench, document, body)
    assert (code, same["sequence"], same["state"]) == (202, 2, "indexed")
    code, back = await rechunk(bench, document, {})
    assert (back["sequence"], back["version"], back["state"]) == (3, document["version"], "accepted")


async def test_a_rechunking_in_doubt_is_asked_for_once(bench: Bench) -> None:
    document = await sent(bench)
    header = {"idempotency-key": "again"}
    await rechunk(bench, document, {"strategy": "heading"}, **header)
    await rechunk(bench, document, {"strategy": "article"})
    code, now = await rechunk(bench, document, {"strategy": "heading"}, **header)
    assert (code, now["sequence"], now["chunking"]["strategy"]) == (202, 3, "article")
    code, _ = await rechunk(bench, document, {"strategy": "sentences"}, **header)
    assert code == 409


@pytest.mark.parametrize(
    "body",
    [{"strategy": "axe"}, {"options": {"rows": 3}}, {"strategy": "rows", "options": {"rows": 0}}, {"max_chars": 1}],
)
async def test_a_way_to_cut_that_there_is_not(bench: Bench, body: dict) -> None:
    code, problem = await rechunk(bench, await sent(bench), body)
    assert (code, problem["type"]) == (422, "urn:vigie:problem:invalid-input")


async def test_s7_nobody_else_changes_a_document(bench: Bench) -> None:
    document = await sent(bench)
    for person, expected in ((STRANGER, 404), (ADMIN, 404), (READER, 403)):
        assert (await patch(bench, document, {"title": "x"}, person))[0] == expected
        assert (await rechunk(bench, document, {"strategy": "heading"}, person))[0] == expected
    assert (await bench.http.get(document["url"], headers=bench.headers(READER))).json()["sequence"] == 1


async def test_a_withdrawn_document_is_not_changed(bench: Bench) -> None:
    document = await sent(bench)
    await bench.http.delete(document["url"], headers=bench.headers(ASSISTANT))
    assert (await patch(bench, document, {"title": "x"}))[0] == 404
    assert (await rechunk(bench, document, {"strategy": "heading"}))[0] == 404
