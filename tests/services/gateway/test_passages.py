"""What a document was cut into."""

from uuid import UUID

import pytest

from services.standalone.local_issuer import Person
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import BATCH, batch_key, encode_batch
from shared.contracts.passages import Passage
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig

COUNT = 2 * BATCH + 5


@pytest.fixture
async def document(rig: Rig) -> Json:
    """A unit's document of three batches."""
    document: Json = (await rig.upload(ASSISTANT, b"secret", scope=UNIT)).json()
    version = UUID(document["version"])
    passages = [
        Passage(
            id=passage_id(version, n), document_id=document["id"], version_id=version, scope=UNIT, ordinal=n,
            title="t", headings=("A",), text=f"Passage {n}.", start=n, end=n + 1,
            page=1 + n // 10, article_version="V1", source_url="https://www.legifrance.gouv.fr/V1",
        )
        for n in range(COUNT)
    ]  # fmt: skip
    for batch in range(3):
        content = encode_batch(passages[batch * BATCH : (batch + 1) * BATCH])
        await rig.store.put(batch_key(version, batch), content)
    return document


@pytest.mark.parametrize("limit", [7, BATCH, 1000])
async def test_pages_go_through_all_passages_once(rig: Rig, document: Json, limit: int) -> None:
    seen: list[Json] = []
    after: int | None = -1
    while after is not None:
        query = {"limit": limit, "after": after}
        response = await rig.http.get(f"{document['url']}/passages", params=query, headers=rig.headers(READER))
        page = response.json()
        assert len(page["passages"]) <= limit
        seen += page["passages"]
        after = page["next"]
    assert [each["ordinal"] for each in seen] == list(range(COUNT))
    last = seen[-1]
    assert (last["text"], last["page"], last["headings"]) == (f"Passage {COUNT - 1}.", 14, ["A"])
    assert (last["origin"], last["version_id"], last["source_url"]) == ("unit", None, None), "no version of the law"
    assert (await rig.http.get(last["url"], headers=rig.headers(READER))).json()["text"] == last["text"]


@pytest.mark.parametrize("person", [STRANGER, ADMIN], ids=lambda person: person.user)
async def test_nobody_else_reads_them(rig: Rig, document: Json, person: Person) -> None:
    response = await rig.http.get(f"{document['url']}/passages", headers=rig.headers(person))
    assert response.status_code == 404


async def test_a_withdrawn_document_shows_none(rig: Rig, document: Json) -> None:
    await rig.http.delete(document["url"], headers=rig.headers(ASSISTANT))
    response = await rig.http.get(f"{document['url']}/passages", headers=rig.headers(READER))
    assert response.status_code == 404


async def test_words_are_found_in_any_case_with_or_without_accents_and_by_pages(rig: Rig, document: Json) -> None:
    async def found(search: str, after: int = -1, limit: int = 100) -> tuple[list[int], int | None]:
        query: dict[str, str | int] = {"search": search, "after": after, "limit": limit}
        response = await rig.http.get(f"{document['url']}/passages", params=query, headers=rig.headers(READER))
        page = response.json()
        return [each["ordinal"] for each in page["passages"]], page["next"]

    assert await found("PÀSSAGE 100.") == ([100], None)
    assert await found("passage 7") == ([n for n in range(COUNT) if "7" in str(n)], None)
    assert await found("nothing of it") == ([], None)
    first, following = await found("passage", limit=3)
    assert (first, following) == ([0, 1, 2], 2)
    assert await found("passage", after=COUNT - 2) == ([COUNT - 1], None)
    assert (await found("a", limit=1000))[0] == list(range(COUNT)), "headings count"


async def test_a_search_looks_through_some_batches_at_once_and_tells_where_to_go_on(
    rig: Rig, document: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.documents.passages.MOST_BATCHES", 2)
    seen: list[int] = []
    after: int | None = -1
    pages = 0
    while after is not None:
        query: dict[str, str | int] = {"search": f"passage {COUNT - 1}.", "after": after}
        response = await rig.http.get(f"{document['url']}/passages", params=query, headers=rig.headers(READER))
        seen += [each["ordinal"] for each in response.json()["passages"]]
        after = response.json()["next"]
        pages += 1
    assert (seen, pages) == ([COUNT - 1], 2)


async def test_nobody_else_searches_in_them(rig: Rig, document: Json) -> None:
    query = {"search": "passage"}
    response = await rig.http.get(f"{document['url']}/passages", params=query, headers=rig.headers(STRANGER))
    assert response.status_code == 404
    response = await rig.http.get(
        f"{document['url']}/passages", params={"search": "x" * 201}, headers=rig.headers(READER)
    )
    assert response.status_code == 422
