"""Pictures of pages: what is drawn, where its words stand, what is stored once, and what a child may not make of it."""

import base64
import io
import json
import zlib
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.page_drawing import PictureRequest, draw_page
from services.ingest.page_pictures import PagePictureService
from services.ingest.parsers.pdf_picture import picture_of
from services.ingest.sandbox.limits import OF_A_PICTURE
from shared.access import Grant
from shared.contracts.base import ObjectRef
from shared.contracts.documents import DocumentWithdrawn
from shared.contracts.failures import leaves_letter, terminal_events
from shared.contracts.object_layout import page_key
from shared.contracts.page_pictures import PageHead, PagePictureRequested, decode_page
from shared.disk.reserve import UNWATCHED
from shared.errors import Forbidden, NotFound, UnreadableDocument
from shared.kafka.withdrawals import RecentWithdrawals
from tests.fakes.shared import MemoryStore, grant_keys
from tests.support.pdfs import pdf, scan

DOCUMENT, VERSION, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
SCOPE = "unit:UMR5219"
FILE = pdf([["Premiere page"], ["Porter des gants", "et une visiere"]])


class InProcessDrawer:
    """Draws here, or says what a child that was taken over would (port: Drawer)."""

    def __init__(self, said: str | None = None) -> None:
        self.said = said
        self.drawn = 0

    async def draw(self, request: PictureRequest, source: bytes) -> str:
        self.drawn += 1
        return draw_page(request, source) if self.said is None else self.said


class House:
    """The service among fakes."""

    def __init__(self, drawer: InProcessDrawer | None = None) -> None:
        self.signer, verifier = grant_keys()
        self.objects, self.withdrawals = MemoryStore(), RecentWithdrawals()
        self.drawer = drawer or InProcessDrawer()
        self.service = PagePictureService(
            verifier=verifier,
            objects=self.objects,
            drawer=self.drawer,
            withdrawals=self.withdrawals,
            room=UNWATCHED,
        )

    def asks(self, data: bytes = FILE, **fields: Any) -> PagePictureRequested:
        self.objects.objects["sources/1"] = data
        values: dict[str, Any] = {
            "document_id": DOCUMENT,
            "version_id": VERSION,
            "sequence": 1,
            "scope": SCOPE,
            "grant": self.signer.sign(Grant("alice", frozenset({SCOPE}), "read", DOCUMENT)),
            "source": ObjectRef(key="sources/1", sha256=sha256(data).hexdigest(), size=len(data)),
            "page": 2,
        }
        return PagePictureRequested(**{**values, **fields})

    def stored(self, page: int = 2) -> tuple[PageHead, bytes]:
        return decode_page(self.objects.objects[page_key(VERSION, page)])


async def test_a_picture_has_the_page_s_words_where_their_ink_is() -> None:
    house = House()
    await house.service.draw(house.asks())
    head, png = house.stored()
    assert [word.text for word in head.words] == ["Porter", "des", "gants", "et", "une", "visiere"]
    image = Image.open(io.BytesIO(png)).convert("L")
    assert image.size == (head.width, head.height)
    for word in head.words:
        box = image.crop((int(word.left), int(word.top), int(word.right), int(word.bottom)))
        assert box.getextrema()[0] < 100, word.text  # type: ignore[operator]  # of one band
    everywhere = sum(pixel < 100 for pixel in image.tobytes())
    within = sum(
        pixel < 100
        for word in head.words
        for pixel in image.crop(
            (int(word.left) - 1, int(word.top) - 1, int(word.right) + 1, int(word.bottom) + 1)
        ).tobytes()
    )
    assert within > 0.9 * everywhere


async def test_a_picture_is_drawn_once() -> None:
    house = House()
    await house.service.draw(house.asks())
    before = dict(house.objects.objects)
    await house.service.draw(house.asks())
    assert house.drawer.drawn == 1
    assert house.objects.objects == before


def test_a_scan_is_a_picture_without_words() -> None:
    found = picture_of(scan([["Consigne"]]), 1)
    assert found.words == ()
    assert len(found.pixels) == found.width * found.height * 3


def test_an_immense_page_is_drawn_small() -> None:
    huge = pdf([["Un plan"]]).replace(b"595.28 841.89", b"14400.0 14400.")
    found = picture_of(huge, 1)
    assert found.width * found.height <= 2_510_000


@pytest.mark.parametrize(
    ("data", "page"),
    [(b"%PDF-1.7 nothing", 1), (FILE, 3), (pdf([["x"]], password="p"), 1)],
    ids=["damaged", "no-page", "password"],
)
async def test_what_cannot_be_drawn_is_stored_as_that(data: bytes, page: int) -> None:
    house = House()
    await house.service.draw(house.asks(data, page=page))
    head, png = house.stored(page)
    assert head.failure is not None
    assert png == b""


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{}",
        json.dumps({"head": "{}", "pixels": ""}),
        json.dumps({"head": PageHead(width=2, height=2).model_dump_json(), "pixels": "AAAA"}),
        json.dumps(
            {
                "head": PageHead(width=2, height=2).model_dump_json(),
                "pixels": base64.b64encode(zlib.compress(b"x" * 50_000_000)).decode(),
            }
        ),
    ],
    ids=["nothing", "empty", "no-size", "no-pixels", "bomb"],
)
async def test_what_a_child_says_is_checked_before_it_is_shown(said: str) -> None:
    house = House(InProcessDrawer(said))
    await house.service.draw(house.asks())
    head, _ = house.stored()
    assert head.failure is not None
    assert head.failure.code == UnreadableDocument.code


async def test_a_grant_of_another_document_draws_nothing() -> None:
    house = House()
    grant = house.signer.sign(Grant("alice", frozenset({SCOPE}), "read", OTHER))
    with pytest.raises(Forbidden):
        await house.service.draw(house.asks(grant=grant))
    assert house.drawer.drawn == 0


async def test_a_withdrawn_document_is_drawn_no_more() -> None:
    house = House()
    event = house.asks()
    house.withdrawals.withdraw(
        DocumentWithdrawn(document_id=DOCUMENT, version_id=VERSION, sequence=1, scope=SCOPE, grant=event.grant)
    )
    await house.service.draw(event)
    assert page_key(VERSION, 2) not in house.objects.objects


def test_a_picture_that_fails_fails_no_document() -> None:
    event, gone = House().asks(), NotFound(what="object")
    assert terminal_events(event, gone) == []
    assert not leaves_letter(event, gone)


@pytest.mark.processes
async def test_a_child_draws_as_it_is_drawn_here() -> None:
    drawer = ChildProcess(OF_A_PICTURE)
    async with drawer.opened():
        assert await drawer.draw(PictureRequest(2), FILE) == draw_page(PictureRequest(2), FILE)
        with pytest.raises(UnreadableDocument):
            await drawer.draw(PictureRequest(1), b"%PDF-1.7 nothing")
