"""Reads documents in a child process, one at a time (port: services.ingest.ports.Extractor)."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import msgspec

from services.ingest.ports import Extraction, Job, TakesLonger
from services.ingest.sandbox import wire
from services.ingest.sandbox.limits import Limits
from shared.errors import Unavailable, UnreadableDocument, VigieError

logger = logging.getLogger(__name__)

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
    """What a child took: peak resident memory, bytes; CPU time, s."""

    memory: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class _Ended:
    status: int
    cost: Cost
    late: bool


class ChildProcess:
    """A zygote, started for the first document, that forks a child for each.

    Attributes:
        last_cost: of the last document.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._zygote: _Zygote | None = None
        self._turn = asyncio.Lock()
        self.last_cost: Cost | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Nothing of it is left behind at the end."""
        try:
            yield
        finally:
            await asyncio.to_thread(self._drop)

    async def extract(self, job: Job, source: bytes) -> Extraction:
        async with self._turn:
            work = asyncio.ensure_future(asyncio.to_thread(self._extract, job, source))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                if self._zygote is not None:
                    self._zygote.hang_up()
                await asyncio.wait({work})
                work.exception()
                raise

    def _extract(self, job: Job, source: bytes) -> Extraction:
        try:
            return self._try(job, source)
        except TakesLonger:
            return self._try(replace(job, patient=True), source)

    def _try(self, job: Job, source: bytes) -> Extraction:
        if self._zygote is None:
            self._zygote = _Zygote(self._limits)
        zygote = self._zygote
        answer: Extraction | wire.Failed | None
        try:
            answer = zygote.ask(job, source)
        except (wire.BrokenAnswer, OSError) as error:
            logger.debug("no answer from the child: %s", error)
            answer = None
        ended = zygote.ended()
        if ended is None:
            self._drop()
            raise UnreadableDocument(reason="crashed")
        self.last_cost = ended.cost
        if isinstance(answer, Extraction):
            return answer
        raise self._told(answer, job) if answer else self._untold(ended, job)

    def _told(self, failed: wire.Failed, job: Job) -> VigieError:
        if failed.trace:
            logger.warning("a parser stumbled over a document: %s", failed.trace.replace("\n", " | "))
        error = wire.error_of(failed)
        return UnreadableDocument(reason="crashed") if job.patient and isinstance(error, TakesLonger) else error

    def _untold(self, ended: _Ended, job: Job) -> VigieError:
        """Why a child ended without a word."""
        limits = self._limits
        by = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else None
        if by == signal.SIGALRM:
            return UnreadableDocument(reason="page-time", limit=round(limits.page_seconds))
        if ended.late or by == signal.SIGXCPU:
            return UnreadableDocument(reason="too-much-time", limit=round(limits.time(patient=job.patient)))
        if ended.cost.memory >= limits.memory_mb * 1024 * 1024 * _FULL:
            return UnreadableDocument(reason="too-much-memory", limit=limits.memory_mb)
        return UnreadableDocument(reason="crashed")

    def _drop(self) -> None:
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()


class _Zygote:
    """The zygote's process and the line to it. Its methods block."""

    def __init__(self, limits: Limits) -> None:
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

    def ask(self, job: Job, source: bytes) -> Extraction | wire.Failed:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [wire.ONE_PATIENTLY if job.patient else wire.ONE], [theirs.fileno()])
            patience = self._limits.time(patient=job.patient) + _GRACE_S
            ours.settimeout(patience)
            self._control.settimeout(patience)
            wire.send_job(ours, job, source)
            return wire.receive_answer(ours, self._limits.output_bytes)

    def ended(self) -> _Ended | None:
        """How the child ended; None when the zygote does not know, or is no more."""
        try:
            status, memory, cpu_ms, late = _ENDED.unpack(wire.receive(self._control, _ENDED.size))
        except (wire.BrokenAnswer, OSError):
            return None
        return _Ended(status, Cost(memory, cpu_ms / 1000), late)

    def hang_up(self) -> None:
        """Make the zygote kill its child and end; whoever waits for either is told at once."""
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
    """Without the keys and passwords that the service was started with."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _ONE_THREAD
