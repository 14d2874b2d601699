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
