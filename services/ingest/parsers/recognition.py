"""Text in images, recognised by tesseract where the machine has it (Debian: tesseract-ocr, tesseract-ocr-fra).

Recognition has a time limit of its own (patience.py): a parser that needs it says so (`TakesLonger`), and the document
is read again with more patience.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.ingest.parsers.decoding import clean
from services.ingest.parsers.patience import patience
from shared.errors import UnreadableDocument

MAX_PIXELS = 12_000_000
"""Of what is handed to tesseract: A4 at 300 dots an inch has 8.7 million."""

_LANGUAGES = ("fra", "eng")


@dataclass(frozen=True, slots=True)
class Grey:
    """An image of `width` x `height` pixels of one byte each, 0 for black."""

    width: int
    height: int
    pixels: bytes


class Tesseract:
    """The program `tesseract` on the path, one run an image, its output read from a pipe."""

    @cached_property
    def languages(self) -> str:
        """French and English as far as they are installed, as tesseract wants them named; empty: it is not there."""
        program = shutil.which("tesseract")
        if program is None:
            return ""
        try:
            known = _run([program, "--list-langs"], b"", None).decode(errors="replace").split()
        except (OSError, subprocess.CalledProcessError):
            return ""
        return "+".join(language for language in _LANGUAGES if language in known)

    def require(self) -> None:
        """Make sure that text can be recognised, now.

        Raises:
            UnreadableDocument: it cannot, since tesseract or its languages are not installed.
            TakesLonger: it can, with more patience.
        """
        if not self.languages:
            raise UnreadableDocument(reason="needs-ocr")
        patience()

    def read(self, images: Iterable[Grey], pages: Sequence[int], *, needed: bool = True) -> list[list[str]]:
        """The lines of each page of a scan.

        Args:
            images: drawn one by one, as they are read.
            pages: their numbers, from 1; as many as there may be images.
            needed: there is no other text; otherwise a page that takes too long counts as a picture.

        Raises:
            UnreadableDocument: tesseract failed, or the pages take too long.
            TakesLonger: there is no patience for it.
        """
        limit = patience()
        found: list[list[str]] = []
        with limit.watching():
            for page, image in zip(pages, images, strict=False):
                try:
                    found.append(self.lines(image, limit.page_left))
                except subprocess.TimeoutExpired as error:
                    if needed:
                        raise limit.page_is_late(page) from error
                    found.append([])
                limit.page_is_read(len(found), len(pages))
                if needed and not any(map(any, found)):
                    limit.nothing_is_found(len(found), len(pages))
        return found

    def lines(self, image: Grey, seconds: float) -> list[str]:
        """The lines of an image, an empty one between paragraphs.

        Raises:
            UnreadableDocument: tesseract failed.
            TimeoutExpired: it took longer than `seconds`, and was stopped.
        """
        header = f"P5 {image.width} {image.height} 255\n".encode()
        command = ["tesseract", "stdin", "stdout", "-l", self.languages, "--dpi", "200"]
        try:
            text = _run(command, header + image.pixels, seconds).decode(errors="replace")
        except (OSError, subprocess.CalledProcessError) as error:
            raise UnreadableDocument(reason="ocr-failed") from error
        return clean(text).strip().split("\n")


def _run(command: list[str], data: bytes, seconds: float | None) -> bytes:
    """What a program prints; the limits of the process that reads the document are its limits too."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(  # noqa: S603 (fixed)
        command, input=data, capture_output=True, check=True, env=environment, timeout=seconds
    )
    return done.stdout
