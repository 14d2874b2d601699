"""The five services as processes, as in a deployment."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

import httpx

from services.standalone.local_issuer import LocalIssuer
from shared.client import VigieClient
from shared.contracts.services import Service

ROOT = Path(__file__).parent.parent.parent.parent
BARE = (Service.EMBEDDER, Service.RETRIEVER, Service.GENERATOR)
"""Services with a variant without work in bare.py."""

_START_TIMEOUT_S = 120
_STOP_TIMEOUT_S = 30
_POLL_S = 0.1
_LOG_TAIL = 3000


class Process(Protocol):
    """What is done with a process that was started: a part of `subprocess.Popen`."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Starter(Protocol):
    """Starts Python with arguments in a working tree, its whole environment given, its output in a file."""

    def __call__(
        self, arguments: Sequence[str], *, tree: Path, env: Mapping[str, str], output: IO[bytes]
    ) -> Process: ...


def start_cold(arguments: Sequence[str], *, tree: Path, env: Mapping[str, str], output: IO[bytes]) -> Process:
    """Start a process as a deployment does."""
    return subprocess.Popen([sys.executable, *arguments], cwd=tree, env=env, stdout=output, stderr=output)  # noqa: S603 (ours)


class Services:
    """Processes in a folder of their own, with a log each; they inherit the caller's environment."""

    def __init__(self, folder: Path, environment: Mapping[str, str], begin: Starter = start_cold) -> None:
        self.folder = folder
        self._begin = begin
        self.issuer = LocalIssuer(folder / "keys")
        self.issuer.prepare()
        self.port = _free_port()
        self._running: dict[str, Process] = {}
        self._ports: dict[str, int] = {}
        self._environment = {
            "VIGIE_GENERATOR_ABSTAIN_BELOW": "0",
            **os.environ,
            "VIGIE_OBJECTS_FOLDER": str(folder / "objects"),
            "VIGIE_GRANT_PUBLIC_KEY_FILE": str(self.issuer.grant_public_key_file),
            "VIGIE_RETRIEVER_FOLDER": str(folder / "index"),
            "VIGIE_GATEWAY_JWKS_FILE": str(self.issuer.jwks_file),
            "VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE": str(self.issuer.grant_private_key_file),
            "VIGIE_GATEWAY_PORT": str(self.port),
            **environment,
        }

    @property
    def token(self) -> str:
        return self.issuer.token(self.issuer.operator())

    def client(self, gateway: str = Service.GATEWAY) -> VigieClient:
        """Return a client of one replica of the gateway."""
        return VigieClient(f"http://127.0.0.1:{self._ports.get(gateway, self.port)}", self.token, "en")

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def port_of(self, label: str) -> int:
        """Return where a replica answers."""
        return self._ports[label]

    async def start(self, *names: str, bare: bool = False, replica: str = "", tree: Path = ROOT) -> None:
        """Start services and wait until they are ready.

        Args:
            bare: the variants that do no work, where there are such.
            replica: what tells these replicas from others of the same services; it stands behind their names.
            tree: where the code is, this repository or another working tree of it.

        Raises:
            RuntimeError: one ended, or was not ready in time; its log says why.
        """
        for name in names:
            module = ["lab.bench.connected.bare", name] if bare and name in BARE else [f"services.{name}"]
            label = f"{name}{replica}"
            port = self._ports[label] = self.port if label == Service.GATEWAY else _free_port()
            environment = self._environment | {
                "VIGIE_HTTP_PORT": str(port),
                "VIGIE_GATEWAY_PORT": str(port),
                "VIGIE_RETRIEVER_FOLDER": str(self.folder / f"index{replica}"),  # an engine in the process: one's own
            }
            with self._log(label).open("ab") as log:
                self._running[label] = self._begin(["-m", *module], tree=tree, env=environment, output=log)
        async with httpx.AsyncClient(trust_env=False) as http:
            for name in names:
                async with asyncio.timeout(_START_TIMEOUT_S):
                    await self._ready(http, f"{name}{replica}")

    def stop(self, *labels: str) -> dict[str, int | None]:
        """Stop some replicas, or all; return their exit codes."""
        stopped = {label: self._running.pop(label) for label in labels or tuple(self._running)}
        for process in stopped.values():
            process.terminate()
        for process in stopped.values():
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return {label: process.returncode for label, process in stopped.items()}

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    async def _ready(self, http: httpx.AsyncClient, name: str) -> None:
        while True:
            if self._running[name].poll() is not None:
                raise RuntimeError(f"{name} ended: {self._log(name).read_text()[-_LOG_TAIL:]}")
            try:
                if (await http.get(f"http://127.0.0.1:{self._ports[name]}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(_POLL_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
