"""python -m services.ingest.sandbox.zygote CONTROL LIMITS

Loads the parsers once, gives up its rights, then forks a child for each requested document. It kills a child that
exceeds its time, and all processes that a child leaves behind, and reports how the child ended. It ends with the
service.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from services.ingest.chunking import STRATEGIES
from services.ingest.parsers import FORMATS
from services.ingest.sandbox.child import draw_document, preview_document, read_document
from services.ingest.sandbox.confinement import adopt_orphans, confine
from services.ingest.sandbox.limits import DocumentLimits
from services.ingest.sandbox.wire import ENDED, ONE_WITH_OCR, PICTURE, PREVIEW, READY

_HOUSEKEEPING_S = 5.0
_NICENESS = 10
"""Niceness: questions go before documents."""


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    limits = msgspec.json.decode(sys.argv[2], type=DocumentLimits)
    os.setsid()
    os.nice(_NICENESS)
    adopt_orphans()
    woken, waker = socket.socketpair()
    os.set_blocking(waker.fileno(), False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    descendants = _descendants()
    taken = msgspec.json.encode(confine())
    gc.collect()
    gc.freeze()
    control.sendall(READY.pack(len(taken)) + taken)
    while True:
        request, (peer, *_), _, _ = socket.recv_fds(control, 1, 1) if _asked(control) else (b"", (-1,), 0, None)
        if not request:
            return
        ocr = request == ONE_WITH_OCR
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for line in (control, woken, waker):
                line.close()
            if request == PREVIEW:
                preview_document(socket.socket(fileno=peer), limits)
            if request == PICTURE:
                draw_document(socket.socket(fileno=peer), limits)
            read_document(socket.socket(fileno=peer), limits, ocr=ocr, formats=FORMATS, strategies=STRATEGIES)
        os.close(peer)
        ended = _look_after(pid, control, woken, limits.time(ocr=ocr), descendants)
        if ended is None:
            return
        control.sendall(ended)


def _asked(control: socket.socket) -> bool:
    return bool(control.recv(1, socket.MSG_PEEK))


def _look_after(
    pid: int, control: socket.socket, woken: socket.socket, seconds: float, descendants: int
) -> bytes | None:
    """Wait for a child's end, kill it at its time limit, and return its report; None if the service has ended."""
    deadline = time.monotonic() + seconds
    late = gone = False
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            break
        late = late or time.monotonic() >= deadline
        if late or gone:
            _kill_group(pid)
        wait = _HOUSEKEEPING_S if late or gone else max(0.0, deadline - time.monotonic())
        readable, _, _ = select.select([woken] if gone else [control, woken], [], [], min(wait, _HOUSEKEEPING_S))
        if woken in readable:
            woken.recv(100)
        gone = gone or control in readable  # nothing is said while a child works: it is the end of the service
    _kill_group(pid)
    _kill_rest(descendants)
    if gone:
        return None
    cpu_ms = round((usage.ru_utime + usage.ru_stime) * 1000)
    return ENDED.pack(status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), cpu_ms, late)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _descendants() -> int:
    """Open the list of this process's children, since no file can be opened later; -1 without /proc."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return os.open(path, os.O_RDONLY) if path.exists() else -1


def _kill_rest(descendants: int) -> None:
    """Kill processes that left the child's group, adopted when the child ended."""
    while descendants >= 0 and (rest := os.pread(descendants, 4096, 0).split()):
        for pid in map(int, rest):
            _kill_group(pid)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
