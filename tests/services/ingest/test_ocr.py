"""Text in images: the program that is called, what happens without it, and how long it may take."""

import os
from contextlib import closing
from io import BytesIO
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from PIL import Image

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.parsers.images import ImageParser
from services.ingest.parsers.ocr import MAX_PIXELS, Grey, Tesseract
from services.ingest.parsers.ocr_budget import OcrBudget, ocr_budget
from services.ingest.parsers.pdf import PdfParser
from services.ingest.ports import ExtractionRequest, NeedsOcr
from services.ingest.sandbox.limits import DocumentLimits
from shared.errors import EmptyDocument, UnreadableDocument
from tests.fakes.ingest import FakeRecogniser, Pages
from tests.services.ingest.hostile.images import png, tiff_chain, tiff_pages
from tests.support.pdfs import drawing, image, pdf, scan

GREY = Grey(2, 1, b"\0\xff")
FAKE = """#!/bin/sh
if [ "$1" = --list-langs ]; then echo "List of available languages (2):"; echo osd; echo {languages}; exit; fi
echo "$@" > {folder}/arguments
cat > {folder}/image
echo "Porter  des gants."
exit {status}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


def install(folder: Path, *, languages: str = "fra", status: int = 0) -> None:
    program = folder / "tesseract"
    program.write_text(FAKE.format(folder=folder, languages=languages, status=status))
    program.chmod(0o755)


def test_tesseract_is_given_the_pixels_and_the_languages_there_are(folder: Path) -> None:
    install(folder)
    assert Tesseract().lines(GREY, 60) == ["Porter  des gants."]
    assert (folder / "arguments").read_text().split() == ["stdin", "stdout", "-l", "fra", "--dpi", "200"]
    assert (folder / "image").read_bytes() == b"P5 2 1 255\n\0\xff"


def test_without_the_program_or_its_languages_the_reason_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, languages="kor")
    with pytest.raises(UnreadableDocument) as refused:
        Tesseract().require()
    assert refused.value.params["reason"] == "needs-ocr"
    monkeypatch.setenv("PATH", str(folder / "nothing"))
    with pytest.raises(UnreadableDocument):
        Tesseract().require()


def test_a_program_that_fails_fails_the_document(folder: Path) -> None:
    install(folder, status=1)
    with pytest.raises(UnreadableDocument) as refused:
        Tesseract().lines(GREY, 60)
    assert refused.value.params["reason"] == "ocr-failed"


def test_recognition_needs_a_budget(folder: Path) -> None:
    install(folder)
    with ocr_budget(None), pytest.raises(NeedsOcr):
        PdfParser(Tesseract()).parse(scan([["a"]]))
    with ocr_budget(OcrBudget()):
        assert PdfParser(Tesseract()).parse(scan([["a"]])).text == "Porter  des gants."


def test_every_page_of_a_scan_is_a_section() -> None:
    data = BytesIO()
    drawing(["a"]).save(data, "TIFF", save_all=True, append_images=[drawing(["b"])])
    document = ImageParser(FakeRecogniser(["Texte.", "", " "])).parse(data.getvalue())
    assert [section.page for section in document.sections] == [1, 2]
    assert document.text == "Texte.\n\nTexte."


def test_a_large_image_is_made_smaller_and_a_huge_one_is_refused() -> None:
    recogniser = FakeRecogniser(["Texte."])
    data = BytesIO()
    Image.new("1", (8000, 4000)).save(data, "PNG")
    ImageParser(recogniser).parse(data.getvalue())
    assert len(recogniser.seen[0].pixels) <= MAX_PIXELS
    with pytest.raises(UnreadableDocument) as refused:
        ImageParser(recogniser).parse(png(30_000, 30_000))
    assert refused.value.params == {"reason": "image-size", "width": 30_000, "height": 30_000}


def test_images_without_text_or_without_sense() -> None:
    with pytest.raises(EmptyDocument):
        ImageParser(FakeRecogniser([""])).parse(image([]))
    for data in (b"\x89PNG\r\n\x1a\n", image(["a"])[:200]):
        with pytest.raises(UnreadableDocument) as refused:
            ImageParser(FakeRecogniser()).parse(data)
        assert refused.value.params["reason"] == "damaged"


def book(plates: int) -> bytes:
    """A page of text, and behind it pages that are images."""
    with (
        closing(pypdfium2.PdfDocument(pdf([["Un texte."]]))) as whole,
        closing(pypdfium2.PdfDocument(scan([["a"]] * plates))) as images,
    ):
        whole.import_pages(images)
        data = BytesIO()
        whole.save(data)
    return data.getvalue()


def refusal(parser: ImageParser | PdfParser, data: bytes) -> dict[str, object]:
    with pytest.raises(UnreadableDocument) as refused:
        parser.parse(data)
    return dict(refused.value.params)


@pytest.mark.parametrize(
    ("seconds", "pages", "read"),
    [
        ([2.0], 400, 3),  # three pages tell
        ([8.0], 400, 2),  # two, when they took long
        ([1.0] * 10 + [12.0], 40, 16),  # it turns slow at the eleventh
        ([4.7], 40, 3),
    ],
)
def test_a_scan_that_cannot_be_read_in_time_is_refused_when_that_is_seen(
    seconds: list[float], pages: int, read: int
) -> None:
    recogniser = FakeRecogniser(pages=Pages(*seconds))
    found = refusal(ImageParser(recogniser), tiff_pages(pages))
    assert found == {"reason": "ocr-time", "pages": pages, "read": read, "limit": 180}
    assert len(recogniser.seen) == read


@pytest.mark.parametrize(
    "seconds",
    [
        [4.4],
        [14.0, 3.0],  # a slow cover is no measure of the pages behind it
        [6.0] + [1.0] * 20 + [5.0],
    ],
)
def test_a_scan_that_can_be_read_in_time_is_read(seconds: list[float]) -> None:
    document = ImageParser(FakeRecogniser(pages=Pages(*seconds))).parse(tiff_pages(40))
    assert [section.page for section in document.sections] == [*range(1, 41)]


def test_the_last_page_of_a_scan_is_never_too_late() -> None:
    assert ImageParser(FakeRecogniser(pages=Pages(200.0))).parse(image(["a"])).text == "Texte reconnu."


def test_of_a_pdf_only_the_scanned_pages_count() -> None:
    recogniser = FakeRecogniser(pages=Pages(70.0))
    found = refusal(PdfParser(recogniser), scan([["a"]] * 4))
    assert found == {"reason": "ocr-time", "pages": 4, "read": 2, "limit": 180}
    assert PdfParser(FakeRecogniser(pages=Pages(70.0))).parse(book(2)).sections


def test_a_scan_of_noise_is_refused_before_its_end() -> None:
    found = refusal(ImageParser(FakeRecogniser([""], pages=Pages(3.0))), tiff_pages(40))
    assert found == {"reason": "ocr-nothing", "pages": 40, "read": 7}


def test_pictures_are_no_reason_to_refuse_a_pdf_with_text(stuck: Path) -> None:
    recogniser = FakeRecogniser([""], pages=Pages(3.0))
    assert PdfParser(recogniser).parse(book(20)).text == "Un texte."
    assert len(recogniser.seen) == 20
    with ocr_budget(OcrBudget(page_seconds=0)):
        assert PdfParser(Tesseract()).parse(book(2)).text == "Un texte."


@pytest.fixture
def stuck(folder: Path) -> Path:
    (folder / "tesseract").write_text(
        '#!/bin/sh\nif [ "$1" = --list-langs ]; then echo fra; exit; fi\nexec sleep 1000\n'
    )
    (folder / "tesseract").chmod(0o755)
    return folder


def test_a_page_that_takes_too_long_is_named(stuck: Path) -> None:
    with ocr_budget(OcrBudget(page_seconds=0)):
        assert refusal(ImageParser(Tesseract()), tiff_pages(2)) == {"reason": "ocr-page", "page": 1, "limit": 0}
        mixed = scan([["a"], ["b"]])
        assert refusal(PdfParser(Tesseract()), mixed)["page"] == 1


def test_after_a_scan_that_takes_too_long_no_other_of_the_document_is_begun() -> None:
    """Attachments of a mail: those that cannot be read are named in it, and hundreds of them are not tried."""
    recogniser = FakeRecogniser(pages=Pages(8.0))
    parser = ImageParser(recogniser)
    first = refusal(parser, tiff_pages(400))
    assert refusal(parser, tiff_pages(1)) == first
    assert len(recogniser.seen) == 2


def test_the_alarm_is_set_for_each_page_and_off_behind_the_last() -> None:
    told: list[float] = []
    budget = OcrBudget(page_seconds=15, alarm=told.append)
    with budget.spending():
        budget.page_read(1, 2)
        budget.page_read(2, 2)
    assert told == [15, 15, 15, 0]


def test_pages_are_counted_no_further_than_anybody_could_wait_for() -> None:
    recogniser = FakeRecogniser()
    assert refusal(ImageParser(recogniser), tiff_chain(2001)) == {"reason": "too-many-pages", "limit": 2000}
    assert not recogniser.seen


def test_a_large_page_behind_others_is_refused_before_any_is_read() -> None:
    data = BytesIO()
    Image.new("1", (8, 8)).save(data, "TIFF", save_all=True, append_images=[Image.new("1", (30_000, 8_000))])
    recogniser = FakeRecogniser()
    assert refusal(ImageParser(recogniser), data.getvalue())["reason"] == "image-size"
    assert not recogniser.seen


installed = pytest.mark.skipif(
    os.environ.get("VIGIE_TEST_TESSERACT") != "1", reason="needs tesseract: VIGIE_TEST_TESSERACT=1"
)


@pytest.mark.connected
@installed
@pytest.mark.parametrize(("name", "page"), [("scan.pdf", 2), ("scan.jpg", 1)])
async def test_tesseract_reads_french_in_the_child(name: str, page: int) -> None:
    words = ["Les opérateurs portent des gants", "adaptés à l'azote liquide."]
    data = scan([["Consignes"], words]) if name.endswith("pdf") else image(words, "JPEG")
    extractor = ChildProcess(DocumentLimits())
    async with extractor.opened():
        found = await extractor.extract(ExtractionRequest("", name, None, 1500), data)
    text = b"".join(found.text).decode()
    assert "opérateurs portent des gants" in text
    assert "azote liquide" in text
    assert found.batch(0)[-1].section.page == page


@pytest.mark.connected
@installed
async def test_tesseract_is_stopped_in_the_child_and_reads_the_next_document() -> None:
    """One pixel of ten in black takes it a minute."""
    noise = Image.frombytes("L", (1654, 2339), Random(1).randbytes(1654 * 2339)).point(lambda grey: 255 * (grey > 25))
    data = BytesIO()
    noise.save(data, "PNG")
    extractor = ChildProcess(DocumentLimits(page_seconds=5))
    async with extractor.opened():
        with pytest.raises(UnreadableDocument) as refused:
            await extractor.extract(ExtractionRequest("", "bruit.png", None, 1500), data.getvalue())
        assert refused.value.params == {"reason": "ocr-page", "page": 1, "limit": 5}
        found = await extractor.extract(ExtractionRequest("", "scan.png", None, 1500), image(["Porter des gants."]))
    assert "gants" in b"".join(found.text).decode()
