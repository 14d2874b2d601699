"""The picture of a cited page: asked for once, shown to readers alone, gone with its document."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.gateway.documents.sweep import Sweep
from services.standalone.local_issuer import Person
from shared.clock import utc_now
from shared.contracts.base import Failure
from shared.contracts.documents import DocumentProgressed
from shared.contracts.identities import passage_id
from shared.contracts.object_layout import batch_key, encode_batch, page_key
from shared.contracts.page_pictures import PageHead, PagePictureRequested, PageWord, encode_page
from shared.contracts.passages import Passage
from tests.services.gateway.conftest import ADMIN, ASSISTANT, READER, STRANGER, UNIT, Json, Rig

WORDS = ("Porter", "des", "gants", "amples")
HEAD = PageHead(
    width=800,
    height=1000,
    words=tuple(PageWord(text=text, left=80 * n, top=10, right=80 * n + 70, bottom=30) for n, text in enumerate(WORDS)),
)


class Cited:
    """A unit's PDF with a passage on its page 2."""

    def __init__(self, rig: Rig, document: Json) -> None:
        self.rig = rig
        self.document = document
        self.version = UUID(document["version"])
        self.url = f"/v1/passages/{passage_id(self.version, 0)}"

    async def ask(self, path: str = "/picture", person: Person = READER, quote: str = "") -> tuple[int, bytes, Json]:
        response = await self.rig.http.get(
            f"{self.url}{path}", params={"quote": quote} if quote else {}, headers=self.rig.headers(person)
        )
        is_json = "json" in response.headers["content-type"]
        return response.status_code, response.content, response.json() if is_json else {}

    async def drawn(self, head: PageHead = HEAD) -> None:
        await self.rig.store.put(page_key(self.version, 2), encode_page(head, b"\x89PNG"))


@pytest.fixture
async def cited(rig: Rig) -> Cited:
    document: Json = (await rig.upload(ASSISTANT, b"%PDF-1.7", name="consigne.pdf", scope=UNIT)).json()
    version = UUID(document["version"])
    passage = Passage(
        id=passage_id(version, 0), document_id=document["id"], version_id=version, scope=UNIT, ordinal=0,
        title="Consigne", text="Porter des gants amples.", start=0, end=24, page=2,
    )  # fmt: skip
    await rig.store.put(batch_key(version, 0), encode_batch([passage]))
    return Cited(rig, document)


async def test_a_picture_is_asked_for_once_and_comes(rig: Rig, cited: Cited) -> None:
    assert (await cited.ask(""))[2]["picture_url"] == f"{cited.url}/picture"
    assert [(await cited.ask())[0] for _ in range(3)] == [202, 202, 202]
    (asked,) = rig.events.of(PagePictureRequested)
    assert (asked.page, asked.version_id, asked.scope) == (2, cited.version, UNIT)
    rig.verifier.verify(asked.grant, purpose="read", job=asked.document_id, scope=UNIT)
    assert (await cited.ask("/picture.png"))[0] == 404
    await cited.drawn()
    status, _, told = await cited.ask(quote="des gants")
    assert (status, told["state"], told["width"]) == (200, "drawn", 800)
    assert told["marks"] == [{"left": 78.0, "top": 8.0, "width": 154.0, "height": 24.0}]
    assert (await cited.ask("/picture.png"))[:2] == (200, b"\x89PNG")


@pytest.mark.parametrize("person", [STRANGER, ADMIN], ids=lambda person: person.user)
async def test_nobody_else_sees_or_asks_for_it(rig: Rig, cited: Cited, person: Person) -> None:
    assert (await cited.ask(person=person))[0] == 404
    assert rig.events.of(PagePictureRequested) == []
    await cited.drawn()
    assert (await cited.ask(person=person))[0] == 404
    assert (await cited.ask("/picture.png", person))[0] == 404


async def test_the_picture_of_another_page_is_not_shown(cited: Cited) -> None:
    other = PageHead(width=800, height=1000, words=(PageWord(text="Sommaire", left=0, top=0, right=9, bottom=9),))
    await cited.drawn(other)
    assert (await cited.ask(quote="des gants"))[2]["state"] == "absent"
    assert (await cited.ask("/picture.png"))[0] == 404


async def test_a_scan_is_shown_without_marks(cited: Cited) -> None:
    await cited.drawn(PageHead(width=800, height=1000))
    told = (await cited.ask(quote="des gants"))[2]
    assert (told["state"], told["marks"]) == ("drawn", [])


async def test_a_page_that_cannot_be_drawn_is_not_found(rig: Rig, cited: Cited) -> None:
    await cited.drawn(PageHead(failure=Failure(code="unreadable-document", params={})))
    assert (await cited.ask())[0] == 404
    assert rig.events.of(PagePictureRequested) == []


async def test_a_withdrawn_document_s_pictures_are_gone(rig: Rig, cited: Cited) -> None:
    await cited.drawn()
    await rig.http.delete(cited.document["url"], headers=rig.headers(ASSISTANT))
    assert (await cited.ask())[0] == 404
    await rig.reported(
        DocumentProgressed(document_id=cited.document["id"], version_id=cited.version, sequence=1, stage="withdrawn")
    )
    assert page_key(cited.version, 2) not in rig.store.objects


async def test_a_picture_wears_out_and_the_passages_stay(rig: Rig, cited: Cited) -> None:
    sweep: Sweep = next(each.run.__self__ for each in rig.gateway.chores._chores if each.name == "sweep-store")  # type: ignore[attr-defined]
    await cited.drawn()
    key, passages = page_key(cited.version, 2), batch_key(cited.version, 0)
    for age in (29, 31):
        for each in (key, passages):
            rig.store.written_at[each] = utc_now() - timedelta(days=age)
        await sweep.sweep_store()
        assert (key in rig.store.objects) is (age == 29)
    assert passages in rig.store.objects
