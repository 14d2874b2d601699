"""Links of an answer that open one passage for a while without a token."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.gateway.http.source_links import SourceLinks
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, encode_batch
from shared.contracts.passages import Origin, Passage
from shared.contracts.questions import Citation, Outcome
from tests.services.gateway.conftest import ASSISTANT, UNIT, Rig


async def linked(rig: Rig, life_s: int = 60) -> str:
    """The signed address of a unit's passage that says `<script>`."""
    document = (await rig.upload(ASSISTANT, b"secret", scope=UNIT)).json()
    version = UUID(document["version"])
    fields: dict[str, Any] = {"document_id": document["id"], "version_id": version, "scope": UNIT, "ordinal": 0}
    passage = Passage(
        id=passage_id(version, 0),
        title="Note",
        text="<script>alert(1)</script> Le palan Rho.",
        start=0,
        end=9,
        **fields,
    )
    await rig.store.put(batch_key(version, 0), encode_batch([passage]))
    cited = Citation(
        n=1, passage=passage.id, document=passage.document_id, title="Note", scope=UNIT, origin=Origin.UNIT,
        quote="Rho", url=f"/v1/passages/{passage.id}",
    )  # fmt: skip
    links = SourceLinks(rig.part(SourceLinks).key, timedelta(seconds=life_s))
    return links.signed(Outcome(answer="x", citations=[cited])).citations[0].url


async def opened(rig: Rig, address: str) -> httpx.Response:
    return await rig.http.get(address, headers={"accept-language": "en"})


async def test_a_link_opens_its_passage_as_a_page_that_does_nothing(rig: Rig) -> None:
    page = await opened(rig, await linked(rig))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Le palan Rho." in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("part", "other"),
    [("scope=unit%3AUMR5219", "scope=public"), ("until=", "until=9"), ("by=", "by=0"), ("-0/page", "-1/page")],
)
async def test_s7_a_link_that_was_changed_opens_nothing(rig: Rig, part: str, other: str) -> None:
    address = (await linked(rig)).replace(part, other)
    assert (await opened(rig, address)).status_code == 401


async def test_a_link_ends_and_says_so(rig: Rig) -> None:
    page = await opened(rig, await linked(rig, life_s=-1))
    assert page.status_code == 410
    assert "ask the question again" in page.text.lower()


async def test_what_is_withdrawn_is_gone_for_its_links_too(rig: Rig) -> None:
    address = await linked(rig)
    listed = await rig.http.get("/v1/documents", headers=rig.headers(ASSISTANT))
    await rig.http.delete(listed.json()["documents"][0]["url"], headers=rig.headers(ASSISTANT))
    assert (await opened(rig, address)).status_code == 404


def test_without_a_life_answers_name_the_address_of_the_api() -> None:
    outcome = Outcome(answer="x")
    assert SourceLinks(b"k", timedelta(0)).signed(outcome) is outcome
