"""Scans as images: PNG, JPEG, TIFF of several pages; decoded by Pillow, read by tesseract."""

import warnings
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from services.ingest.parsers.assembling import TextAssembly
from services.ingest.parsers.ocr import MAX_PIXELS, Grey, Tesseract
from services.ingest.ports import ParsedDocument, Section
from shared.errors import EmptyDocument, UnreadableDocument

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 120_000_000
"""A0 at 200 dots an inch has 62 million; 30,000 x 30,000 would take 0.9 GB."""

_MOST_PAGES = 2000
"""At tesseract's quickest, half a second for an empty page, they take a quarter of an hour."""

_SWOLLEN = ("Decompressed data too large", "Too much memory used in text chunks")
"""Words of Pillow for a PNG whose comments or colour profile are immense once unpacked; it has no class of its own."""

Image.MAX_IMAGE_PIXELS = None  # the rule is ours, below: it refuses where Pillow's would warn


class ImageParser:
    """Reads one section per page of the scan."""

    def __init__(self, recogniser: Tesseract) -> None:
        self._recogniser = recogniser

    def parse(self, data: bytes) -> ParsedDocument:
        """Recognise the text of an image.

        Raises:
            EmptyDocument: no text was recognised.
            UnreadableDocument: it is damaged or too large, or nothing here reads images.
        """
        try:
            with warnings.catch_warnings(), Image.open(BytesIO(data), formats=_FORMATS) as image:
                warnings.simplefilter("ignore")  # about oddities in tags
                _check_size(image)
                pages = range(1, _count(image) + 1)
                self._recogniser.require()
                found = self._recogniser.read(map(_grey, ImageSequence.Iterator(image)), pages)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            swollen = str(error).startswith(_SWOLLEN)
            raise UnreadableDocument(reason="archive-bomb" if swollen else "damaged") from error
        return _document(found)


def _count(image: Image.Image) -> int:
    """Count the pages; Pillow's own count of a TIFF does not end where the chain of pages loops."""
    if image.format != "TIFF":
        return int(getattr(image, "n_frames", 1))
    for count in range(1, _MOST_PAGES + 1):
        try:
            image.seek(count)
        except EOFError:
            image.seek(0)
            return count
        _check_size(image)
    raise UnreadableDocument(reason="too-many-pages", limit=_MOST_PAGES)


def _document(pages: Sequence[Sequence[str]]) -> ParsedDocument:
    assembly = TextAssembly()
    sections = []
    for number, page in enumerate(pages, 1):
        lines = [line for line in map(str.strip, page) if line]
        if lines:
            sections.append(Section((), *assembly.add(lines), page=number))
    if not sections:
        raise EmptyDocument
    return ParsedDocument(assembly.text, tuple(sections))


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise UnreadableDocument(reason="image-size", width=image.width, height=image.height)


def _grey(image: Image.Image) -> Grey:
    _check_size(image)
    upright = ImageOps.exif_transpose(image).convert("L")
    scale = (MAX_PIXELS / (upright.width * upright.height)) ** 0.5
    if scale < 1:
        upright = upright.resize((max(1, int(upright.width * scale)), max(1, int(upright.height * scale))))
    return Grey(upright.width, upright.height, upright.tobytes())
