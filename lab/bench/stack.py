"""The embedded stack in a process of its own, and that process's CPU and memory."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from lab.bench.processes import children_of, cpu_s, peak_bytes
from services.standalone.data_folder import DataFolder
from services.standalone.local_issuer import LocalIssuer
from shared.client import VigieClient

COMMAND = "from services.cli import main; main()"
_START_TIMEOUT_S = 300  # the first start on a machine builds the embedding model
_STOP_TIMEOUT_S = 60
_POLL_S = 0.2
_LOG_TAIL = 2000
_SAMPLE_S = 0.5


class StackProcess:
    """`vigie up` on a data folder.

    Attributes:
        children: peak memory in bytes of each process that the stack started (building the model is one), by its pid.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data / "bench-stack.log"
        self.children: dict[int, int] = {}
        self._pid = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[VigieClient]:
        """Start the stack; yield a client that is signed in as the local user.

        Raises:
            RuntimeError: it ended, or was not ready in time; its log says why.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            command = [sys.executable, "-c", COMMAND, "up", "--port", "0", "--data", str(self.data)]
            process = await asyncio.to_thread(subprocess.Popen, command, stdout=log, stderr=log)
        self._pid = process.pid
        try:
            with self._watching_children():
                async with await self._client(process) as client:
                    yield client
        finally:
            process.terminate()
            try:
                await asyncio.to_thread(process.wait, _STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def peak_bytes(self) -> int:
        """Return the largest resident memory since the process started."""
        return peak_bytes(self._pid)

    def cpu_s(self) -> float:
        """Return CPU seconds (user and system) of the process and its children."""
        return cpu_s(self._pid)

    async def _client(self, process: "subprocess.Popen[bytes]") -> VigieClient:
        folder, issuer = DataFolder(self.data), LocalIssuer(self.data / "keys")
        for _ in range(int(_START_TIMEOUT_S / _POLL_S)):
            if process.poll() is not None:
                break
            if (url := folder.announced()) is not None:
                client = VigieClient(url, issuer.token(issuer.operator()), "en")
                if await client.is_ready():
                    return client
            await asyncio.sleep(_POLL_S)
        raise RuntimeError(f"the stack does not run: {self.log.read_text(errors='replace')[-_LOG_TAIL:]}")

    @contextmanager
    def _watching_children(self) -> Iterator[None]:
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_SAMPLE_S):
                for pid in children_of(self._pid):
                    with suppress(OSError, ValueError):
                        self.children[pid] = max(self.children.get(pid, 0), peak_bytes(pid))

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
