"""Text in images, recognised by tesseract where the machine has it (Debian: tesseract-ocr, tesseract-ocr-fra).

Recognition has a time limit of its own (ocr_budget.py): a parser that needs it raises `NeedsOcr`, and the document is
read again with that budget.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.ingest.parsers.decoding import clean
from services.ingest.parsers.ocr_budget import current_budget
from shared.errors import UnreadableDocument

MAX_PIXELS = 12_000_000
"""Upper bound of an image given to tesseract: A4 at 300 dots an inch has 8.7 million."""

_LANGUAGES = ("fra", "eng")


@dataclass(frozen=True, slots=True)
class Grey:
    """An image of `width` x `height` pixels of one byte each, 0 for black."""

    width: int
    height: int
    pixels: bytes


class Tesseract:
    """Runs the program `tesseract` of the path once an image, and reads its output from a pipe."""

    @cached_property
    def languages(self) -> str:
        """Value of tesseract's `-l`: French and English as far as they are installed; empty without tesseract."""
        program = shutil.which("tesseract")
        if program is None:
            return ""
        try:
            known = _run([program, "--list-langs"], b"", None).decode(errors="replace").split()
        except (OSError, subprocess.CalledProcessError):
            return ""
        return "+".join(language for language in _LANGUAGES if language in known)

    def require(self) -> None:
        """Check that text can be recognised now.

        Raises:
            UnreadableDocument: tesseract or its languages are not installed.
            NeedsOcr: no budget is set.
        """
        if not self.languages:
            raise UnreadableDocument(reason="needs-ocr")
        current_budget()

    def read(self, images: Iterable[Grey], pages: Sequence[int], *, needed: bool = True) -> list[list[str]]:
        """Return the lines of each page of a scan.

        Args:
            images: pages of the scan, drawn one by one as they are read.
            pages: page numbers of the images, from 1; at least as many as there are images.
            needed: whether the document has no other text; if it has, a page over its limit counts as a picture.

        Raises:
            UnreadableDocument: tesseract failed, or the pages exceed the budget.
            NeedsOcr: no budget is set.
        """
        budget = current_budget()
        found: list[list[str]] = []
        with budget.spending():
            for page, image in zip(pages, images, strict=False):
                try:
                    found.append(self.lines(image, budget.page_left))
                except subprocess.TimeoutExpired as error:
                    if needed:
                        raise budget.page_late(page) from error
                    found.append([])
                budget.page_read(len(found), len(pages))
                if needed and not any(map(any, found)):
                    budget.no_text_found(len(found), len(pages))
        return found

    def lines(self, image: Grey, seconds: float) -> list[str]:
        """Return the lines of an image, an empty one between paragraphs.

        Raises:
            UnreadableDocument: tesseract failed.
            TimeoutExpired: tesseract took longer than `seconds`, and was killed.
        """
        header = f"P5 {image.width} {image.height} 255\n".encode()
        command = ["tesseract", "stdin", "stdout", "-l", self.languages, "--dpi", "200"]
        try:
            text = _run(command, header + image.pixels, seconds).decode(errors="replace")
        except (OSError, subprocess.CalledProcessError) as error:
            raise UnreadableDocument(reason="ocr-failed") from error
        return clean(text).strip().split("\n")


def _run(command: list[str], data: bytes, seconds: float | None) -> bytes:
    """Return what a program prints; it inherits the limits of the process that reads the document."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(  # noqa: S603 (fixed)
        command, input=data, capture_output=True, check=True, env=environment, timeout=seconds
    )
    return done.stdout
