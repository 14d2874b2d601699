"""Scans as images: PNG, JPEG, TIFF of several pages; decoded by Pillow, read by tesseract."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from services.ingest.parsers.assembling import TextAssembly
from services.ingest.parsers.recognition import MAX_PIXELS, Grey, Tesseract
from services.ingest.ports import ParsedDocument, Section
from shared.errors import EmptyDocument, UnreadableDocument

_FORMATS = ("PNG", "JPEG", "TIFF")
_MOST_PIXELS = 120_000_000
"""A0 at 200 dots an inch has 62 million; 30,000 x 30,000 would take 0.9 GB."""

Image.MAX_IMAGE_PIXELS = None  # the rule is ours, below: it refuses where Pillow's would warn


class ImageParser:
    """One section per page of the scan."""

    def __init__(self, recogniser: Tesseract) -> None:
        self._recogniser = recogniser

    def parse(self, data: bytes) -> ParsedDocument:
        """Recognise the text of an image.

        Raises:
            EmptyDocument: no text was recognised.
            UnreadableDocument: it is damaged or too large, or nothing here reads images.
        """
        assembly = TextAssembly()
        sections = []
        try:
            with warnings.catch_warnings(), Image.open(BytesIO(data), formats=_FORMATS) as image:
                warnings.simplefilter("ignore")  # about oddities in tags
                _check_size(image)
                self._recogniser.require()
                for number, frame in enumerate(ImageSequence.Iterator(image), 1):
                    _check_size(frame)
                    lines = [line for line in map(str.strip, self._recogniser.lines(_grey(frame))) if line]
                    if lines:
                        sections.append(Section((), *assembly.add(lines), page=number))
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise UnreadableDocument(reason="damaged") from error
        if not sections:
            raise EmptyDocument
        return ParsedDocument(assembly.text, tuple(sections))


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > _MOST_PIXELS:
        raise UnreadableDocument(reason="image-size", width=image.width, height=image.height)


def _grey(image: Image.Image) -> Grey:
    upright = ImageOps.exif_transpose(image).convert("L")
    scale = (MAX_PIXELS / (upright.width * upright.height)) ** 0.5
    if scale < 1:
        upright = upright.resize((max(1, int(upright.width * scale)), max(1, int(upright.height * scale))))
    return Grey(upright.width, upright.height, upright.tobytes())
