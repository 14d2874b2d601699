"""Extraction in a child process, one document at a time (port: services.ingest.ports.Extractor)."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from services.ingest.duerp_preview import PreviewRequest
from services.ingest.page_drawing import PictureRequest
from services.ingest.ports import Extraction, ExtractionRequest, NeedsOcr
from services.ingest.sandbox import wire
from services.ingest.sandbox.limits import DocumentLimits
from shared.errors import Unavailable, UnreadableDocument, VigieError

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

_MODULE = "services.ingest.sandbox.zygote"
_READY, _ENDED = wire.READY, wire.ENDED
_GRACE_S = 15.0
"""The zygote keeps the time; this much later it is itself taken for stuck."""

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 5.0
_FULL = 0.9
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONPATH", "PYTHONHOME", "TESSDATA_PREFIX")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""A process with threads cannot be forked safely."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Resources that a child used: peak resident memory, bytes; CPU time, seconds."""

    memory: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class _Ended:
    status: int
    cost: Cost
    late: bool


class ChildProcess:
    """Extracts each document in a child of its own, forked by a zygote that the first document starts.

    Attributes:
        last_cost: resources that the last document took.
    """

    def __init__(self, limits: DocumentLimits) -> None:
        self._limits = limits
        self._zygote: _Zygote | None = None
        self._turn = asyncio.Lock()
        self.last_cost: Cost | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """End the zygote and its child on the way out."""
        try:
            yield
        finally:
            await asyncio.to_thread(self._drop)

    async def extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
        return await self._in_turn(lambda: self._extract(request, source))

    async def preview(self, request: PreviewRequest, source: bytes) -> str:
        """Return the preview of a DUERP's file as JSON.

        Raises:
            InvalidInput: the file cannot be read, or takes more than the limits allow.
        """
        return await self._in_turn(
            lambda: self._answered(lambda zygote: zygote.ask_text(wire.PREVIEW, request, source), ocr=False)
        )

    async def draw(self, request: PictureRequest, source: bytes) -> str:
        """Return a page of a document as JSON; errors as `preview`."""
        return await self._in_turn(
            lambda: self._answered(lambda zygote: zygote.ask_text(wire.PICTURE, request, source), ocr=False)
        )

    async def _in_turn(self, read: Callable[[], Answer]) -> Answer:
        """Read in a thread, one document after the other; a cancellation ends the child."""
        async with self._turn:
            work = asyncio.ensure_future(asyncio.to_thread(read))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                if self._zygote is not None:
                    self._zygote.hang_up()
                await asyncio.wait({work})
                work.exception()
                raise

    def _extract(self, request: ExtractionRequest, source: bytes) -> Extraction:
        try:
            return self._try(request, source, ocr=False)
        except NeedsOcr:
            return self._try(request, source, ocr=True)

    def _try(self, request: ExtractionRequest, source: bytes, *, ocr: bool) -> Extraction:
        return self._answered(lambda zygote: zygote.ask(request, source, ocr=ocr), ocr=ocr)

    def _answered(self, ask: "Callable[[_Zygote], Answer | wire.Refusal]", *, ocr: bool) -> Answer:
        """Have a child answer, and tell its refusal, or its end without an answer, as an error."""
        if self._zygote is None:
            self._zygote = _Zygote(self._limits)
        zygote = self._zygote
        answer: Answer | wire.Refusal | None
        try:
            answer = ask(zygote)
        except (wire.BrokenAnswer, OSError) as error:
            logger.debug("no answer from the child: %s", type(error).__name__)
            answer = None
        ended = zygote.ended()
        if ended is None:
            self._drop()
            raise UnreadableDocument(reason="crashed")
        self.last_cost = ended.cost
        if isinstance(answer, wire.Refusal):
            # A library that cannot get memory stumbles in many ways; some of them do not say MemoryError.
            full = self._out_of_memory(ended) if answer.trace else None
            raise full or _error_of(answer, ocr=ocr)
        if answer is None:
            raise self._error_without_answer(ended, ocr=ocr)
        return answer

    def _error_without_answer(self, ended: _Ended, *, ocr: bool) -> VigieError:
        """Tell from its exit status why a child ended without an answer."""
        limits = self._limits
        by = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else None
        if by == signal.SIGALRM:
            return UnreadableDocument(reason="page-time", limit=round(limits.page_seconds))
        if ended.late or by == signal.SIGXCPU:
            return UnreadableDocument(reason="too-much-time", limit=round(limits.time(ocr=ocr)))
        return self._out_of_memory(ended) or UnreadableDocument(reason="crashed")

    def _out_of_memory(self, ended: _Ended) -> UnreadableDocument | None:
        limit = self._limits.memory_mb
        is_full = ended.cost.memory >= limit * 1024 * 1024 * _FULL
        return UnreadableDocument(reason="too-much-memory", limit=limit) if is_full else None

    def _drop(self) -> None:
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()


def _error_of(refusal: wire.Refusal, *, ocr: bool) -> VigieError:
    if refusal.trace:
        logger.warning("a parser stumbled over a document: %s", refusal.trace.replace("\n", " | "))
    error = wire.error_of(refusal)
    return UnreadableDocument(reason="crashed") if ocr and isinstance(error, NeedsOcr) else error


class _Zygote:
    """The zygote's process and the control socket to it. Its methods block."""

    def __init__(self, limits: DocumentLimits) -> None:
        self._limits = limits
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", _MODULE, str(theirs.fileno()), msgspec.json.encode(limits).decode()]
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, our own module)
                command, pass_fds=[theirs.fileno()], env=_environment(), stdin=subprocess.DEVNULL
            )
        self._control.settimeout(_START_TIMEOUT_S)
        try:
            (size,) = _READY.unpack(wire.receive(self._control, _READY.size))
            taken = msgspec.json.decode(wire.receive(self._control, size), type=list[str])
        except (wire.BrokenAnswer, OSError) as error:
            self.close()
            raise Unavailable(part="sandbox") from error
        logger.info("documents are read in a child process without: %s", ", ".join(taken) or "nothing taken away")

    def ask(self, request: ExtractionRequest, source: bytes, *, ocr: bool) -> Extraction | wire.Refusal:
        """Have a child read a document and return its answer.

        Raises:
            BrokenAnswer, OSError: the child ended or was killed before it had answered.
        """
        with self._child(wire.ONE_WITH_OCR if ocr else wire.ONE, self._limits.time(ocr=ocr)) as child:
            wire.send_request(child, request, source)
            return wire.receive_answer(child, self._limits.output_bytes)

    def ask_text(self, kind: bytes, request: PreviewRequest | PictureRequest, source: bytes) -> str | wire.Refusal:
        """Have a child preview a DUERP's file or draw a page, as `ask`."""
        with self._child(kind, self._limits.time(ocr=False)) as child:
            wire.send_request(child, request, source)
            return wire.receive_text(child, self._limits.output_bytes)

    @contextmanager
    def _child(self, kind: bytes, seconds: float) -> Iterator[socket.socket]:
        """Have a child started for one request, and yield the socket to it."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [kind], [theirs.fileno()])
            ours.settimeout(seconds + _GRACE_S)
            self._control.settimeout(seconds + _GRACE_S)
            yield ours

    def ended(self) -> _Ended | None:
        """Return how the child ended; None when the zygote itself has ended."""
        try:
            status, memory, cpu_ms, late = _ENDED.unpack(wire.receive(self._control, _ENDED.size))
        except (wire.BrokenAnswer, OSError):
            return None
        return _Ended(status, Cost(memory, cpu_ms / 1000), late)

    def hang_up(self) -> None:
        """Make the zygote kill its child and end; pending reads of their answers fail at once."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.hang_up()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()


def _environment() -> dict[str, str]:
    """Return the child's environment, without the keys and passwords of the service."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD
