"""Text in images, recognised by tesseract where the machine has it (Debian: tesseract-ocr, tesseract-ocr-fra).

Recognition takes seconds a page where reading takes milliseconds, so it has a time limit of its own: a parser that
needs it says so (`TakesLonger`), and the document is read again with more patience.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from services.ingest.parsers.decoding import clean
from services.ingest.ports import TakesLonger
from shared.errors import UnreadableDocument

MAX_PIXELS = 12_000_000
"""Of what is handed to tesseract: A4 at 300 dots an inch has 8.7 million."""

_LANGUAGES = ("fra", "eng")
_patient: ContextVar[bool] = ContextVar("patient", default=True)


@contextmanager
def patience(patient: bool) -> Iterator[None]:
    """Whether text may be recognised, which takes long."""
    token = _patient.set(patient)
    try:
        yield
    finally:
        _patient.reset(token)


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
            known = _run([program, "--list-langs"], b"").decode(errors="replace").split()
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
        if not _patient.get():
            raise TakesLonger

    def lines(self, image: Grey) -> list[str]:
        """The lines of an image, an empty one between paragraphs.

        Raises:
            UnreadableDocument: tesseract failed.
        """
        header = f"P5 {image.width} {image.height} 255\n".encode()
        command = ["tesseract", "stdin", "stdout", "-l", self.languages, "--dpi", "200"]
        try:
            text = _run(command, header + image.pixels).decode(errors="replace")
        except (OSError, subprocess.CalledProcessError) as error:
            raise UnreadableDocument(reason="ocr-failed") from error
        return clean(text).strip().split("\n")


def _run(command: list[str], data: bytes) -> bytes:
    """What a program prints; the limits of the process that reads the document are its limits too."""
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=data, capture_output=True, check=True, env=environment)  # noqa: S603 (fixed)
    return done.stdout
