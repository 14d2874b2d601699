"""Text in images: the program that is called, what happens without it, and how long it may take."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from services.ingest.adapters.child_process import ChildProcess
from services.ingest.parsers.images import ImageParser
from services.ingest.parsers.pdf import PdfParser
from services.ingest.parsers.recognition import MAX_PIXELS, Grey, Tesseract, patience
from services.ingest.ports import Job, TakesLonger
from services.ingest.sandbox.limits import Limits
from shared.errors import EmptyDocument, UnreadableDocument
from tests.fakes.ingest import FakeRecogniser
from tests.fakes.pdfs import drawing, image, scan

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
    assert Tesseract().lines(GREY) == ["Porter  des gants."]
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
        Tesseract().lines(GREY)
    assert refused.value.params["reason"] == "ocr-failed"


def test_recognition_waits_for_a_patient_job(folder: Path) -> None:
    install(folder)
    with patience(patient=False), pytest.raises(TakesLonger):
        PdfParser(Tesseract()).parse(scan([["a"]]))
    with patience(patient=True):
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
    data = BytesIO()
    Image.new("1", (30_000, 30_000)).save(data, "PNG")
    with pytest.raises(UnreadableDocument) as refused:
        ImageParser(recogniser).parse(data.getvalue())
    assert refused.value.params == {"reason": "image-size", "width": 30_000, "height": 30_000}


def test_images_without_text_or_without_sense() -> None:
    with pytest.raises(EmptyDocument):
        ImageParser(FakeRecogniser([""])).parse(image([]))
    for data in (b"\x89PNG\r\n\x1a\n", image(["a"])[:200]):
        with pytest.raises(UnreadableDocument) as refused:
            ImageParser(FakeRecogniser()).parse(data)
        assert refused.value.params["reason"] == "damaged"


@pytest.mark.connected
@pytest.mark.skipif(os.environ.get("VIGIE_TEST_TESSERACT") != "1", reason="needs tesseract: VIGIE_TEST_TESSERACT=1")
@pytest.mark.parametrize(("name", "page"), [("scan.pdf", 2), ("scan.jpg", 1)])
async def test_tesseract_reads_french_in_the_child(name: str, page: int) -> None:
    words = ["Les opérateurs portent des gants", "adaptés à l'azote liquide."]
    data = scan([["Consignes"], words]) if name.endswith("pdf") else image(words, "JPEG")
    extractor = ChildProcess(Limits())
    async with extractor.running():
        found = await extractor.extract(Job("", name, None, 1500), data)
    text = b"".join(found.text).decode()
    assert "opérateurs portent des gants" in text
    assert "azote liquide" in text
    assert found.batch(0)[-1].section.page == page
