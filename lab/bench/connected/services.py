"""The five services as processes, as in a deployment."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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


class Services:
    """Processes in a folder of their own, with a log each; they inherit the caller's environment."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.issuer = LocalIssuer(folder / "keys")
        self.issuer.prepare()
        self.port = _free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
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

    def client(self) -> VigieClient:
        return VigieClient(f"http://127.0.0.1:{self.port}", self.token, "en")

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    async def start(self, *names: str, bare: bool = False) -> None:
        """Start services and wait until they are ready.

        Args:
            bare: the variants that do no work, where there are such.

        Raises:
            RuntimeError: one ended, or was not ready in time; its log says why.
        """
        for name in names:
            module = ["lab.bench.connected.bare", name] if bare and name in BARE else [f"services.{name}"]
            self._ports[name] = self.port if name == Service.GATEWAY else _free_port()
            environment = self._environment | {"VIGIE_HTTP_PORT": str(self._ports[name])}
            with self._log(name).open("ab") as log:
                self._running[name] = subprocess.Popen(  # noqa: ASYNC220, S603 (nobody else waits; our own)
                    [sys.executable, "-m", *module], cwd=ROOT, env=environment, stdout=log, stderr=log
                )
        async with httpx.AsyncClient(trust_env=False) as http:
            for name in names:
                async with asyncio.timeout(_START_TIMEOUT_S):
                    await self._ready(http, name)

    def stop(self, *names: str) -> None:
        """Stop some services, or all."""
        stopped = {name: self._running.pop(name) for name in names or tuple(self._running)}
        for process in stopped.values():
            process.terminate()
        for process in stopped.values():
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

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
