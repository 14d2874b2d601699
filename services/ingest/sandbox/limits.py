"""DocumentLimits of time, memory and text for one document."""

import resource

import msgspec

_MIB = 1024 * 1024
_OPEN_FILES = 64


class DocumentLimits(msgspec.Struct, frozen=True):
    """DocumentLimits of one document's parsing and chunking.

    Attributes:
        seconds: wall time and CPU time.
        ocr_seconds: the same for a document with scans, whose text is recognised.
        memory_mb: address space, MiB, the interpreter and its libraries included; resident memory is always less.
        page_seconds: of wall time, for each page of a scan.
        text_mb: extracted text, in millions of characters.
    """

    seconds: float = 25
    memory_mb: int = 900
    text_mb: int = 50
    ocr_seconds: float = 180
    page_seconds: float = 15

    def time(self, *, ocr: bool) -> float:
        """Seconds of wall time for a document, read with or without OCR."""
        return self.ocr_seconds if ocr else self.seconds

    @property
    def output_bytes(self) -> int:
        """Longest answer of a child: the text twice (whole, and in chunks), up to 3 bytes a character, and more."""
        return self.text_mb * 1_000_000 * 8


OF_A_DUERP = DocumentLimits(seconds=60, memory_mb=1000)
"""Of a DUERP's file: a workbook of 20,000 rows takes 16 s and 274 MB on two busy cores (ADR 34)."""

OF_A_PICTURE = DocumentLimits(seconds=15, memory_mb=700)
"""Of the picture of a page, for which somebody waits."""


def apply(limits: DocumentLimits, *, ocr: bool) -> None:
    """Limit the calling process; the processes that it starts inherit the limits."""
    cpu = int(limits.time(ocr=ocr)) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_mb * _MIB),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
