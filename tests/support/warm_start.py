"""Python processes forked from one that has imported the services: they do what they always do, only sooner.

The five services take 9 s of processor time to import, 35 s under coverage, and tests start them a hundred times. One
server a test process imports them once, and forks for each start. `tests/wheel_check.py` and `make demo` start cold.
"""

import atexit
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Protocol

ROOT = Path(__file__).parent.parent.parent
IMPORTED = (
    "services.gateway.app",
    "services.ingest.app",
    "services.embedder.app",
    "services.retriever.app",
    "services.generator.app",
    "services.standalone.stack",
    "services.web.app",
    "shared.worker.server",
)
"""Not `services.cli`: its help is made as it is imported, in the language of the environment."""

MEASURED_BY = "COVERAGE_PROCESS_CONFIG"
"""The variable that asks a process for coverage. The server has none of its own; each process begins its own."""

_REQUEST_BYTES = 1_000_000


class ChildProcess(Protocol):
    """What tests do with a process that they started: a part of `subprocess.Popen`."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


def started(arguments: Sequence[str], *, env: Mapping[str, str], output: IO[bytes]) -> ChildProcess:
    """Start Python from the repository's root, as `python ARGUMENTS` does.

    Args:
        arguments: `-m MODULE` or `-c PROGRAM`, and the program's own.
        env: the whole environment.
        output: where its output and its errors go.
    """
    if not hasattr(os, "pidfd_open"):  # Linux has it: elsewhere each process starts cold
        return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=output)
    line = _server().connected()
    message = json.dumps(asdict(_Start(list(arguments), dict(env)))).encode()
    socket.send_fds(line, [message], [output.fileno(), output.fileno()])
    return _Forked(line, int(line.recv(_REQUEST_BYTES)))


class _Forked:
    """A process of the server's; it tells the exit code over the connection that asked for the process."""

    def __init__(self, line: socket.socket, pid: int) -> None:
        self._line = line
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                told = self._line.recv(_REQUEST_BYTES)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from None
            self._line.close()
            self.returncode = int(told)
        return self.returncode

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


class _Server:
    """The process that forks, started cold; it ends with this one."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: value for name, value in os.environ.items() if name != MEASURED_BY}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.warm_start", str(theirs.fileno())],
                cwd=ROOT,
                env=environment,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._end)

    def connected(self) -> socket.socket:
        """A new connection, for one process."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._ours, [b"."], [theirs.fileno()])
        return ours

    def _end(self) -> None:
        self._ours.close()
        self._process.wait()


@cache
def _server() -> _Server:
    return _Server()


@dataclass(frozen=True)
class _Start:
    """What a new process is told."""

    arguments: list[str]
    environment: dict[str, str]

    def run(self) -> None:
        kind, program, *rest = self.arguments
        os.environ.clear()
        os.environ.update(self.environment)
        if MEASURED_BY in self.environment:
            import_module("coverage").process_startup()
        if kind == "-m":
            sys.argv = [program, *rest]
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            sys.argv = [kind, *rest]
            exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})


@dataclass(frozen=True)
class _Child:
    """A process that was forked, and the connection that waits for its end."""

    pid: int
    line: socket.socket


class _Forker:
    """The server's side: forks for each request until nobody can send one any more."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def next_start(self) -> _Start:
        """What to run: in a new process. In the server itself this does not return."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._control:
                    self._ended(key)
                    continue
                told, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
                if not told:
                    sys.exit()
                if (start := self._forked(socket.socket(fileno=descriptors[0]))) is not None:
                    return start

    def _forked(self, line: socket.socket) -> _Start | None:
        message, outputs, _, _ = socket.recv_fds(line, _REQUEST_BYTES, 2)
        if (pid := os.fork()) == 0:
            return self._child(line, message, outputs)
        for output in outputs:
            os.close(output)
        line.send(str(pid).encode())
        self._selector.register(os.pidfd_open(pid), selectors.EVENT_READ, _Child(pid, line))
        return None

    def _child(self, line: socket.socket, message: bytes, outputs: list[int]) -> _Start:
        for target, output in zip((1, 2), outputs, strict=True):
            os.dup2(output, target)
            os.close(output)
        for key in self._selector.get_map().values():
            if key.data is not None:
                os.close(key.fd)
                key.data.line.close()
        self._selector.close()
        self._control.close()
        line.close()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return _Start(**json.loads(message))

    def _ended(self, key: selectors.SelectorKey) -> None:
        child: _Child = key.data
        self._selector.unregister(key.fileobj)
        os.close(key.fd)
        _, status = os.waitpid(child.pid, 0)
        with suppress(BrokenPipeError), child.line:
            child.line.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's: those who were started hear it themselves
    for module in IMPORTED:
        import_module(module)
    _Forker(socket.socket(fileno=int(sys.argv[1]))).next_start().run()
