"""The child: extracts one document, sends the answer, and ends."""

import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from services.ingest.duerp_preview import preview_file
from services.ingest.extraction import extract
from services.ingest.page_drawing import draw_page
from services.ingest.parsers.ocr_budget import OcrBudget
from services.ingest.ports import Chunker, Format
from services.ingest.sandbox import wire
from services.ingest.sandbox.confinement import die_with_parent, leave_outside_alone
from services.ingest.sandbox.limits import DocumentLimits, apply
from shared.errors import InvalidInput, UnreadableDocument, VigieError, trace_of

_GRACE_S = 1.0
"""Delay of the alarm after a page's limit: tesseract is killed at the limit, and the refusal can name the page."""


def read_document(
    peer: socket.socket,
    limits: DocumentLimits,
    *,
    ocr: bool,
    formats: Sequence[Format],
    strategies: Mapping[str, Chunker],
) -> NoReturn:
    """Serve one request on `peer` and exit at once, without the interpreter's clean-up."""
    _confined(
        peer, limits, lambda: _serve(peer, limits, formats, strategies, _ocr_budget(limits) if ocr else None), ocr=ocr
    )


def preview_document(peer: socket.socket, limits: DocumentLimits) -> NoReturn:
    """Serve one request for a preview on `peer` and exit at once."""
    _confined(peer, limits, lambda: wire.send_text(peer, preview_file(*wire.receive_preview_request(peer))))


def draw_document(peer: socket.socket, limits: DocumentLimits) -> NoReturn:
    """Serve one request for the picture of a page on `peer` and exit at once."""
    _confined(peer, limits, lambda: wire.send_text(peer, draw_page(*wire.receive_picture_request(peer))))


def _confined(peer: socket.socket, limits: DocumentLimits, work: Callable[[], None], *, ocr: bool = False) -> NoReturn:
    """Work on what a stranger sent, apart from the parent and within the limits, and exit whatever happens."""
    try:
        _apart(limits, ocr=ocr)
        with _refusals(peer, limits):
            work()
    finally:
        os._exit(0)


def _apart(limits: DocumentLimits, *, ocr: bool) -> None:
    os.setsid()
    _silence()
    die_with_parent()
    leave_outside_alone()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    apply(limits, ocr=ocr)


def _serve(
    peer: socket.socket,
    limits: DocumentLimits,
    formats: Sequence[Format],
    strategies: Mapping[str, Chunker],
    budget: OcrBudget | None,
) -> None:
    request, source = wire.receive_request(peer)
    most = limits.text_mb * 1_000_000
    found = extract(request, source, formats=formats, strategies=strategies, max_text=most, budget=budget)
    del source
    wire.send_extracted(peer, found)


@contextmanager
def _refusals(peer: socket.socket, limits: DocumentLimits) -> Iterator[None]:
    """Send what is raised within as a refusal."""
    try:
        yield
    except VigieError as error:
        wire.send_refusal(peer, _about_the_document(error))
    except MemoryError:
        wire.send_refusal(peer, UnreadableDocument(reason="too-much-memory", limit=limits.memory_mb))
    except Exception as error:  # noqa: BLE001 (a library that stumbles over a file says that the file is odd)
        wire.send_refusal(peer, UnreadableDocument(reason="damaged"), trace_of(error))


def _ocr_budget(limits: DocumentLimits) -> OcrBudget:
    """Return a budget whose alarm kills the process if a page's drawing takes too long: it cannot be interrupted."""

    def alarm(seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds and seconds + _GRACE_S)

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return OcrBudget(limits.ocr_seconds, limits.page_seconds, alarm=alarm)


def _silence() -> None:
    """Close the standard streams: libraries print text of the document there."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _about_the_document(error: VigieError) -> VigieError:
    return error if isinstance(error, InvalidInput) else UnreadableDocument(reason="damaged")
